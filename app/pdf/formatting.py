"""Numbers, dates and times as people of each language write them (Babel; no Flask).

Spaces inside a figure are no-break spaces, so that a line never splits an amount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

from app.pdf.values import Language

NBSP = "\u00a0"
HELSINKI = ZoneInfo("Europe/Helsinki")

LOCALES: Mapping[Language, str] = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
DATE_PATTERNS: Mapping[Language, str] = {"fi": "d.M.y", "sv": "d MMMM y", "en": "d MMMM y"}
CLOCK_WORDS: Mapping[Language, str] = {"fi": "klo", "sv": "kl.", "en": "at"}
ZONE_WORDS: Mapping[Language, str] = {"fi": "Suomen aikaa", "sv": "finsk tid", "en": "Finnish time"}

LINE_MM, ROW_MM = 4.4, 2.2
"""Height of a line in a table, and what a row adds to its lines."""

WHOLE_TABLE_MM = 170.0
"""The page leaves 252 mm; heading, caption and head of the table take their part."""


def format_money(amount: str, language: Language) -> str:
    """Euros without the unit: "622560.48" is "622 560,48" in fi and sv, "622,560.48" in en."""
    return _write_number(Decimal(amount), "#,##0.00", language)


def format_score(number: str, language: Language) -> str:
    """A score or weight without needless zeros: "4.50" is "4,5", "86.70" is "86,7"."""
    return _write_number(Decimal(number), "#,##0.######", language)


def format_percent(number: str, language: Language) -> str:
    """A percentage without its sign: "70.00" is "70"."""
    return format_score(number, language)


def format_count(number: int, language: Language) -> str:
    """A whole number with grouped thousands."""
    return _write_number(Decimal(number), "#,##0", language)


def format_date(iso_date: str, language: Language) -> str:
    """Write a day: "2027-08-31" is "31.8.2027" in fi and "31 augusti 2027" in sv."""
    text = babel_date(
        date.fromisoformat(iso_date), format=DATE_PATTERNS[language], locale=LOCALES[language]
    )
    return text.replace(" ", NBSP)


def format_clock(clock: str, language: Language) -> str:
    """Write a time of day: "16:15" is "16.15" in fi and sv."""
    moment = time.fromisoformat(clock)
    shown = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return shown if language == "en" else shown.replace(":", ".")


def format_moment(moment: str, language: Language) -> str:
    """A point in time in Helsinki with its zone: "31.3.2027 klo 16.15 Suomen aikaa (UTC+3)"."""
    local = datetime.fromisoformat(moment).astimezone(HELSINKI)
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    day = format_date(local.date().isoformat(), language)
    clock = format_clock(local.time().replace(microsecond=0).isoformat(), language)
    zone = f"{ZONE_WORDS[language]} (UTC{hours:+d})".replace(" ", NBSP)
    return f"{day} {CLOCK_WORDS[language]}{NBSP}{clock} {zone}"


def format_utc(moment: str) -> str:
    """A point in time in UTC, as ISO 8601 to the second: "2027-03-24T11:05:11Z"."""
    utc = datetime.fromisoformat(moment).astimezone(ZoneInfo("UTC"))
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}"


def subtract_amounts(whole: str, part: str) -> str:
    """The difference of two amounts, exact."""
    return str(Decimal(whole) - Decimal(part))


def fits_page(texts: Iterable[str], letters: int) -> bool:
    """Tell whether a table with these texts in a column of so many letters is sure to fit on one page.

    Only such a table is kept in one piece: a longer one would leave its heading alone on a page.
    """
    lines = [-(-len(text) // letters) for text in texts]
    height = sum(ROW_MM + LINE_MM * max(1, count) for count in lines)
    return height <= WHOLE_TABLE_MM


def make_filters(language: Language) -> dict[str, Callable[..., str | bool]]:
    """The Jinja filters of one language."""
    return {
        "money": lambda amount: format_money(amount, language),
        "score": lambda number: format_score(number, language),
        "percent": lambda number: format_percent(number, language),
        "count_of": lambda number: format_count(number, language),
        "date": lambda day: format_date(day, language),
        "clock": lambda clock: format_clock(clock, language),
        "moment": lambda moment: format_moment(moment, language),
        "utc": format_utc,
        "minus": subtract_amounts,
        "fits": fits_page,
    }


def _write_number(number: Decimal, pattern: str, language: Language) -> str:
    text: str = format_decimal(number, format=pattern, locale=LOCALES[language])
    # CLDR has used both U+00A0 and U+202F between thousands; one of them keeps the bytes stable.
    return text.replace("\u202f", NBSP)
