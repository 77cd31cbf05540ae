"""What templates use to show values: filters and globals, bound to the language of the request.

The arithmetic and the conventions are in app.web.formats; here the language is added, texts are
translated and everything is registered under the names of FILTERS and GLOBALS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.routing import BuildError

from app.web import catalogue, form_fields, formats
from app.web.addresses import address_of
from app.web.drawing import draw_options, fill_rows
from app.web.script_texts import script_texts
from forms.messages import Message

AUTHORITATIVE: Final = "fi"
VENDOR: Final = Path(__file__).resolve().parent.parent / "static" / "vendor"

Text = Mapping[Any, str] | str | None


def current_language() -> str:
    """Return the language of the page: fi, sv or en."""
    locale = catalogue.find_locale()
    language = str(locale.language) if locale is not None else AUTHORITATIVE
    return language if language in formats.LANGUAGES else AUTHORITATIVE


# — texts —


def lang_of(text: Text, authoritative: str = AUTHORITATIVE) -> str:
    """Return the language in which localized() shows a text of the data."""
    wanted = current_language()
    if not isinstance(text, Mapping) or text.get(wanted):
        return wanted
    if text.get(authoritative):
        return authoritative
    return next((language for language, words in text.items() if words), wanted)


def localized_text(text: Text, authoritative: str = AUTHORITATIVE) -> str:
    """Return a text of the data as plain words, for attributes, titles and options."""
    if not text:
        return ""
    if isinstance(text, str):
        return text
    return text.get(lang_of(text, authoritative)) or ""


def localized(text: Text, authoritative: str = AUTHORITATIVE) -> str:
    """Return a text of the data; one in another language says so in a lang attribute."""
    words = localized_text(text, authoritative)
    shown = lang_of(text, authoritative)
    if not words or shown == current_language():
        return words
    return Markup('<span lang="{}">{}</span>').format(shown, words)


def translate(message: object) -> str:
    """Return a label, hint or error of a form in the language of the page.

    Accepts a forms.messages.N_ text (with parameters), a lazy or plain str, markup, or a data
    text. Never pass it what a user typed: a text that happens to be a msgid would be translated.
    """
    if not message:
        return ""
    if isinstance(message, Mapping):
        return localized(message)
    if isinstance(message, Markup):
        return message
    if isinstance(message, Message):
        words = catalogue.gettext(message.msgid)
        values = {name: _param(value) for name, value in message.params.items()}
        return words % values if values else words
    return catalogue.gettext(str(message))


def translate_plain(message: object) -> str:
    """Return translate() without markup, for attributes, option elements and titles."""
    return localized_text(message) if isinstance(message, Mapping) else translate(message)


def _param(value: object) -> str:
    """Return a parameter of a message as the page's language writes it."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal | Fraction | int):
        return formats.format_number(value, current_language(), least_decimals=0)
    if isinstance(value, datetime):
        return formats.format_moment(value, current_language())
    if isinstance(value, date):
        return formats.format_day(value, current_language())
    return translate_plain(value) if isinstance(value, Mapping) else str(value)


# — values —


def money(value: Decimal | int | None, *, cents: bool = True) -> str:
    """Return euros; an int is cents, a Decimal is euros: "622 560,48 €"."""
    return formats.format_money(value, current_language(), cents=cents)


def decimal(value: Decimal | Fraction | int | None, decimals: int = 2) -> str:
    """Return a number with exactly so many decimals."""
    return formats.format_number(value, current_language(), decimals=decimals)


def integer(value: int | None) -> str:
    """Return a whole number with its thousands apart."""
    return formats.format_number(value, current_language(), decimals=0)


def percent(value: Decimal | Fraction | int | None, decimals: int = 1) -> str:
    """Return per cents from a number of per cents (40 → "40 %")."""
    return formats.format_percent(value, current_language(), decimals=decimals)


def points(value: Decimal | Fraction | int | None, decimals: int = 2) -> str:
    """Return points without needless zeros: "3", "3,5", "3,67"."""
    return formats.format_number(value, current_language(), decimals=decimals, least_decimals=0)


def aligned(values: Iterable[Decimal | Fraction | int | None]) -> list[str]:
    """Return the numbers of a column with equally many decimals, as few as they need."""
    numbers = list(values)
    decimals = formats.shared_decimals(numbers)
    return [formats.format_number(each, current_language(), decimals=decimals) for each in numbers]


def hour(written: str) -> str:
    """Return a time of day of a register: "16.15"."""
    return formats.format_hour(written, current_language())


def day(value: date | datetime | None, *, weekday: bool = False) -> str:
    """Return a day: "31.3.2027"."""
    return formats.format_day(value, current_language(), weekday=weekday)


def moment(
    value: datetime | None, *, weekday: bool = False, zone: bool = False, seconds: bool = False
) -> str:
    """Return day and time: "31.3.2027 klo 16.15"."""
    return formats.format_moment(
        value, current_language(), weekday=weekday, zone=zone, seconds=seconds
    )


def deadline(value: datetime | None) -> str:
    """Return a moment with weekday and zone, as deadlines are always shown."""
    return moment(value, weekday=True, zone=True)


def clock(value: datetime | None, *, seconds: bool = False) -> str:
    """Return the time of day: "16.15"."""
    return formats.format_clock(value, current_language(), seconds=seconds)


def iso(value: datetime | date | None) -> str:
    """Return the machine-readable form, for datetime attributes and scripts."""
    return "" if value is None else value.isoformat()


def duration(value: timedelta | None) -> str:
    """Return the two largest units of a length of time: "12 päivää 3 tuntia"."""
    if value is None:
        return formats.NOTHING
    parts = formats.split_duration(value)
    return " ".join(_units(unit, count) for unit, count in parts) or gettext("less than a minute")


def file_size(value: int | None) -> str:
    """Return a file size: "1,4 Mt"."""
    return formats.format_size(value, current_language())


def _units(unit: str, count: int) -> str:
    if unit == "day":
        return ngettext("%(num)s day", "%(num)s days", count)
    if unit == "hour":
        return ngettext("%(num)s hour", "%(num)s hours", count)
    if unit == "minute":
        return ngettext("%(num)s minute", "%(num)s minutes", count)
    return ngettext("%(num)s second", "%(num)s seconds", count)


def unit_texts() -> str:
    """Return the words of the countdown as JSON: {"day": {"one": "%(num)s day", "other": …}, …}.

    The count stays a placeholder: the browser fills it in.
    """
    return json.dumps(
        {
            unit: {"one": _unit_pattern(unit, 1), "other": _unit_pattern(unit, 2)}
            for unit in ("day", "hour", "minute", "second")
        },
        ensure_ascii=False,
    )


def _unit_pattern(unit: str, count: int) -> str:
    return _units(unit, count).replace(str(count), "%(num)s", 1)


# — files of the page —


@cache
def _versions() -> dict[str, str]:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return {name: entry["sha256"][:10] for name, entry in manifest["files"].items()}


def find_url(endpoint: str, **values: Any) -> str | None:
    """Return the address of an endpoint, or None where this installation has no such page.

    Only the frame and the error pages ask so: they must stand even when a portal is missing.
    """
    try:
        return address_of(endpoint, **{name: value for name, value in values.items() if value})
    except BuildError:
        return None


def asset_url(name: str) -> str:
    """Return the address of a built file, with its hash: browsers may keep it for ever."""
    return address_of("static", filename=f"vendor/{name}", v=_versions()[name])


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "aligned": aligned,
    "money": money,
    "decimal": decimal,
    "integer": integer,
    "percent": percent,
    "points": points,
    "day": day,
    "date": day,
    "moment": moment,
    "datetime": moment,
    "deadline": deadline,
    "clock": clock,
    "time": clock,
    "hour": hour,
    "iso": iso,
    "duration": duration,
    "file_size": file_size,
    "localized": localized,
    "localized_text": localized_text,
    "translate": translate,
    "translate_plain": translate_plain,
    "lang_of": lang_of,
}
GLOBALS: Final[dict[str, Callable[..., Any]]] = {
    "translate": translate,
    "translate_plain": translate_plain,
    "localized": localized,
    "localized_text": localized_text,
    "lang_of": lang_of,
    "duration": duration,
    "address_of": address_of,
    "asset_url": asset_url,
    "find_url": find_url,
    "bar_width": formats.bar_width,
    "control_id": form_fields.control_id,
    "draw_options": partial(draw_options, translate_plain),
    "fill_rows": fill_rows,
    "has_errors": form_fields.has_errors,
    "kind_of": form_fields.kind_of,
    "list_errors": form_fields.list_errors,
    "max_length_of": form_fields.max_length_of,
    "script_texts": script_texts,
    "unit_texts": unit_texts,
}


def register_filters(app: Flask) -> None:
    """Give templates this module's filters and globals."""
    env = app.jinja_env
    env.filters.update(FILTERS)
    env.globals.update(GLOBALS)
    env.trim_blocks = True
    env.lstrip_blocks = True
