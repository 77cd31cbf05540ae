"""Outside text made harmless for layout: no control characters, no direction overrides.

Markup and template braces need no treatment here: texts are escaped when printed and never parsed
as templates. Direction overrides do: they could turn the words around a name back to front.
"""

from __future__ import annotations

from typing import Any

_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)]
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_NONCHARACTERS = (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))
_DROPPED = dict.fromkeys((*_CONTROLS, *_DIRECTIONS, *_NONCHARACTERS))


def clean_text(text: str) -> str:
    """The text without characters that have no place on paper; every line end is one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)


def clean_values(value: Any) -> Any:
    """A copy of nested primitive data with every text cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: clean_values(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(clean_values(element) for element in value)
    return value
