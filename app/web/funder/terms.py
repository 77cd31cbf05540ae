"""Terms of expertise in words: keywords and fields of science by their codes, and words of texts."""

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


MOST_WORDS = 5
"""So many shared words and concepts of two texts are shown, those that count most."""


def write_shared(why: Mapping[str, Any], names: Mapping[str, Mapping[Any, str]]) -> str:
    """Return what the texts of a pair share, in their own words; empty where no text was compared.

    Two words are those of the application and of the evaluator, which may be in two languages.
    """
    shown: dict[str, None] = {}
    for _kind, asked, held, _share, keyword in why.get("terms", ()):
        words = " – ".join(dict.fromkeys(each for each in (asked, held) if each))
        if words and words not in shown:
            shown[words] = None
        elif keyword and not words:
            shown[localized_text(names.get(keyword)) or keyword] = None
    return ", ".join(list(shown)[:MOST_WORDS])


def write_match(why: Mapping[str, Any], names: Mapping[str, Mapping[Any, str]]) -> str:
    """Return all that a pair shares as one text: keywords and fields, then words of texts."""
    codes = [*why.get("keywords", ()), *why.get("ford", ())]
    parts = (write_terms(codes, names) if codes else "", write_shared(why, names))
    return "; ".join(part for part in parts if part) or "–"
