"""Numbers, money, times and sizes as people of a language read them.

Pure functions: the language is an argument, never looked up. Aware UTC goes in, Finnish time comes
out; a naive time or a float is a programming error and is refused. Conventions: Institute for the
Languages of Finland ("klo 16.15", "622 560,48 €"); a deadline always shows its zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.numbers import format_currency, format_decimal

HELSINKI: Final = ZoneInfo("Europe/Helsinki")
#: Shown where there is no value.
NOTHING: Final = "–"
LANGUAGES: Final = ("fi", "sv", "en")

#: Formatted values that are kept: scores and sums repeat from row to row and from page to page.
_KEPT: Final = 8192

#: Babel locale of each language. English follows British order: day before month.
_LOCALES: Final = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_CLOCK_WORD: Final = {"fi": "klo", "sv": "kl.", "en": "at"}
_ZONE_NAME: Final = {"fi": "Suomen aika", "sv": "finsk tid", "en": "Finnish time"}
_SIZE_UNITS: Final = {
    "fi": ("t", "kt", "Mt", "Gt"),
    "sv": ("B", "kB", "MB", "GB"),
    "en": ("B", "kB", "MB", "GB"),
}


def locale_of(language: str) -> str:
    """Return the Babel locale of a language code; unknown codes read as English."""
    return _LOCALES.get(language, _LOCALES["en"])


def to_helsinki(moment: datetime) -> datetime:
    """Return an aware moment in Finnish time. Raises ValueError for a naive one."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(HELSINKI)


def _exact(value: Decimal | Fraction | int) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise TypeError(f"{value!r} is not an exact number: use Decimal, Fraction or int")
    return Fraction(value)


def round_half_up(value: Decimal | Fraction | int, decimals: int) -> Decimal:
    """Round an exact number half away from zero, without passing through a float."""
    exact = _exact(value) * 10**decimals
    # A fraction has no finite decimal form in general: round its integer ratio instead.
    doubled = abs(exact) * 2
    whole = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    # Written out, because arithmetic would round to the precision of the decimal context.
    return Decimal(f"{-whole if exact < 0 else whole}E-{decimals}")


@lru_cache(maxsize=_KEPT, typed=True)  # typed: 5 is five cents, Decimal(5) is five euros
def format_money(value: Decimal | int | None, language: str, *, cents: bool = True) -> str:
    """Return euros: an int is cents (as in the database), a Decimal is euros.

    With cents=False the sum is shown in whole euros, rounded half up.
    """
    if value is None:
        return NOTHING
    euros = Fraction(_exact(value), 100) if isinstance(value, int) else value
    rounded = round_half_up(euros, 2 if cents else 0)
    # The language's own pattern, because the number of decimals is ours and not the currency's.
    pattern = "¤#,##0" if language == "en" else "#,##0"
    pattern += (".00" if cents else "") + ("" if language == "en" else "\xa0¤")
    return format_currency(
        rounded, "EUR", pattern, locale=locale_of(language), currency_digits=False
    )


@lru_cache(maxsize=_KEPT, typed=True)
def format_number(
    value: Decimal | Fraction | int | None,
    language: str,
    *,
    decimals: int = 2,
    least_decimals: int | None = None,
) -> str:
    """Return a number rounded half up; zeros beyond least_decimals are left out."""
    if value is None:
        return NOTHING
    least = decimals if least_decimals is None else least_decimals
    pattern = "#,##0" + ("." + "0" * least + "#" * (decimals - least) if decimals else "")
    return format_decimal(round_half_up(value, decimals), pattern, locale=locale_of(language))


def shared_decimals(values: Iterable[Decimal | Fraction | int | None], *, most: int = 2) -> int:
    """Return how many decimals the numbers of a column need, so that all are shown with as many."""
    rounded = [round_half_up(value, most) for value in values if value is not None]
    return next(
        (few for few in range(most) if all(each == round(each, few) for each in rounded)), most
    )


def format_percent(
    value: Decimal | Fraction | int | None, language: str, *, decimals: int = 1
) -> str:
    """Return a percentage from a number of per cents (40 → "40 %"), not from a share of one."""
    if value is None:
        return NOTHING
    number = format_number(value, language, decimals=decimals, least_decimals=0)
    return f"{number}%" if language == "en" else f"{number}\xa0%"


def format_day(day: date | datetime | None, language: str, *, weekday: bool = False) -> str:
    """Return "31.3.2027" (en "31 March 2027"), with the weekday before it when asked.

    A Finnish weekday answers the question when: "keskiviikkona 31.3.2027".
    """
    if day is None:
        return NOTHING
    if isinstance(day, datetime):
        day = to_helsinki(day).date()
    text = f"{day.day}.{day.month}.{day.year}"
    if language == "en":
        text = babel_date(day, "d MMMM y", locale=locale_of(language))
    if not weekday:
        return text
    name = babel_date(day, "cccc", locale=locale_of(language))
    return f"{name}na {text}" if language == "fi" else f"{name} {text}"


def format_clock(moment: datetime | None, language: str, *, seconds: bool = False) -> str:
    """Return the Finnish time of day: "16.15", en "16:15"."""
    if moment is None:
        return NOTHING
    mark = ":" if language == "en" else "."
    local = to_helsinki(moment)
    parts = [f"{local.hour:d}", f"{local.minute:02d}"] + (
        [f"{local.second:02d}"] if seconds else []
    )
    return mark.join(parts)


def format_hour(written: str, language: str) -> str:
    """Return a time of day of a register, "16:15", as the language writes it."""
    return written if language == "en" else written.replace(":", ".")


def format_moment(
    moment: datetime | None,
    language: str,
    *,
    weekday: bool = False,
    zone: bool = False,
    seconds: bool = False,
) -> str:
    """Return "keskiviikkona 31.3.2027 klo 16.15 (Suomen aika)", weekday and zone when asked."""
    if moment is None:
        return NOTHING
    day = format_day(moment, language, weekday=weekday)
    clock = format_clock(moment, language, seconds=seconds)
    word = _CLOCK_WORD.get(language, _CLOCK_WORD["en"])
    end = f" ({_ZONE_NAME.get(language, _ZONE_NAME['en'])})" if zone else ""
    return f"{day} {word}\xa0{clock}{end}"


def split_duration(length: timedelta) -> tuple[tuple[str, int], ...]:
    """Return the two largest units, as ("day", 12), ("hour", 3); empty below one minute."""
    minutes = max(int(length.total_seconds()), 0) // 60
    units = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
    first = next((i for i, (_, count) in enumerate(units) if count), len(units))
    return tuple((unit, count) for unit, count in units[first : first + 2] if count)


def format_size(size: int | None, language: str) -> str:
    """Return a file size in decimal units: 1 400 000 → "1,4 Mt" (en, sv "MB")."""
    if size is None:
        return NOTHING
    units = _SIZE_UNITS.get(language, _SIZE_UNITS["en"])
    step = next((i for i in range(len(units) - 1) if size < 1000 ** (i + 1)), len(units) - 1)
    number = Fraction(size, 1000**step)
    decimals = 1 if step > 1 else 0
    return (
        f"{format_number(number, language, decimals=decimals, least_decimals=0)}\xa0{units[step]}"
    )


def bar_width(value: Decimal | Fraction | int, limit: Decimal | Fraction | int, full: int) -> int:
    """Return the length of a bar whose full length stands for limit; never outside 0..full."""
    if not limit:
        return 0
    share = _exact(value) / _exact(limit)
    return int(round_half_up(min(max(share, Fraction(0)), Fraction(1)) * full, 0))
