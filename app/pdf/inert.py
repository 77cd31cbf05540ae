"""Outside text made harmless for layout: no control characters, no direction overrides, nothing unprintable.

Markup and template braces need no treatment here: texts are escaped when printed and never parsed
as templates. Direction overrides do: they could turn the words around a name back to front. And a
character that no shipped face can print would make the whole letter unfit for an archive (PDF/A and
PDF/UA forbid the empty glyph), so that one pictograph in a project's title could stop its decision.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from app.pdf.texts import TEMPLATES_DIR

REPLACEMENT = "\ufffd"
"""Printed in the place of what cannot be printed; the embedded record keeps the character itself."""

_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)]
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x2060, 0x2066), 0xFEFF)
_VARIATIONS = (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))
_NONCHARACTERS = (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))
_DROPPED = dict.fromkeys(
    (*_CONTROLS, *_DIRECTIONS, *_INVISIBLE, *_VARIATIONS, *_NONCHARACTERS)
) | dict.fromkeys((0x2028, 0x2029), "\n")


def clean_text(text: str) -> str:
    """The text as it can stand on paper; every line end is one line feed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    return _unprintable().sub(REPLACEMENT, unicodedata.normalize("NFC", text))


def clean_values(value: Any) -> Any:
    """A copy of nested primitive data with every text cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: clean_values(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(clean_values(element) for element in value)
    return value


@lru_cache(maxsize=1)
def list_printable() -> tuple[tuple[int, int], ...]:
    """Return the ranges of characters that the shipped faces print, first and last."""
    lines = (TEMPLATES_DIR / "fonts" / "letters.txt").read_text(encoding="ascii").splitlines()
    spans = [span for line in lines if not line.startswith("#") for span in line.split()]
    ends = [span.partition("-") for span in spans]
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in ends)


@lru_cache(maxsize=1)
def _unprintable() -> re.Pattern[str]:
    spans = (f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in list_printable())
    return re.compile(f"[^\t\n{''.join(spans)}]")
