"""Numbers as people write them: decimal comma or point, spaces between thousands, a unit behind."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

_NOISE: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f']|€|EUR|euroa?|%", re.IGNORECASE)
_SIGNS: Final = re.compile(r"-?[0-9][0-9.,]{0,30}")
_POINT: Final = re.compile(r"-?\d+(\.\d+)?")
_COMMA: Final = re.compile(r"-?\d+,\d{1,2}")
_COMMA_LANGUAGES: Final = frozenset({"fi", "sv"})
LARGEST: Final = Decimal(10) ** 12
"""Amounts beyond this are slips of the keyboard."""


class NotANumber(ValueError):
    """The text is not a number of the reader's language."""


def parse_number(text: str, language: str) -> Decimal:
    """Return the exact number that a text says.

    Spaces, no-break spaces and a unit (€, %) are ignored; a decimal point is understood in every
    language, and a decimal comma in English too where it cannot separate thousands.

    Raises:
        NotANumber: if the text says no number, or could mean two.
    """
    plain = _NOISE.sub("", text).replace("\N{MINUS SIGN}", "-")
    if not _SIGNS.fullmatch(plain):
        raise NotANumber(text)
    if _POINT.fullmatch(plain):
        value = Decimal(plain)
    elif _COMMA.fullmatch(plain) or (language in _COMMA_LANGUAGES and plain.count(",") == 1):
        value = _with_comma(plain)
    else:
        value = _with_groups(plain, language)
    if abs(value) >= LARGEST:
        raise NotANumber(text)
    return value


def _with_comma(plain: str) -> Decimal:
    pointed = plain.replace(",", ".")
    if not _POINT.fullmatch(pointed):
        raise NotANumber(plain)
    return Decimal(pointed)


def _with_groups(plain: str, language: str) -> Decimal:
    try:
        value = parse_decimal(plain, locale=language, strict=True)
    except NumberFormatError as error:
        raise NotANumber(plain) from error
    if not value.is_finite():
        raise NotANumber(plain)
    return value


def show_number(value: Decimal, language: str, *, grouped: bool = False) -> str:
    """Return a number as the language writes it, with all its decimals."""
    exponent = value.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    pattern = ("#,##0" if grouped else "0") + (f".{'0' * decimals}" if decimals else "")
    shown = format_decimal(value, format=pattern, locale=language, decimal_quantization=False)
    return shown.replace("\N{MINUS SIGN}", "-")
