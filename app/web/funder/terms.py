"""Terms of expertise in words: keywords and fields of science by their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.web.binding import tools
from app.web.filters import localized_text


def term_names() -> dict[str, Mapping[Any, str]]:
    """Return the names of all keywords and fields of science by code."""
    registers = tools().registers
    names: dict[str, Mapping[Any, str]] = {
        each.id: each.name for each in registers.expertise_keywords
    }
    return names | {each.code: each.name for each in registers.ford}


def write_terms(codes: Iterable[str], names: Mapping[str, Mapping[Any, str]]) -> str:
    """Return terms as one text; a code that no register has stands for itself."""
    return ", ".join(localized_text(names.get(code)) or str(code) for code in codes) or "–"
