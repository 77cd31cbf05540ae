"""Terms of expertise in words: keywords and fields of science by their codes, and words of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.web.binding import tools
from app.web.filters import localized_text
from app.web.funder.routing_words import percent


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

    Two words are those of the application and of the evaluator, which may be in two languages; before
    them stands the keyword or field that they belong to, in the language of the reader.
    """
    terms = [each for each in why.get("terms", ()) if each[0] != "model"]
    fields = {_pair_words(each): each[4] for each in reversed(terms) if each[4]}
    shown: dict[str, None] = {}
    for words in dict.fromkeys(_pair_words(each) for each in terms):
        name = localized_text(names.get(fields[words])) or fields[words] if words in fields else ""
        shown[": ".join(each for each in (name, words) if each)] = None
    return "; ".join(list(shown)[:MOST_WORDS])


def _pair_words(term: Sequence[Any]) -> str:
    """Return the word of the application and that of the evaluator, once if they are the same."""
    return " – ".join(dict.fromkeys(each for each in (term[1], term[2]) if each))


def write_model(why: Mapping[str, Any]) -> str:
    """Return the part of a language model in the likeness of texts, as "name (30 %)"; empty without one."""
    found = [each for each in why.get("terms", ()) if each[0] == "model"]
    return ", ".join(f"{name} ({percent(str(share))})" for _kind, _a, _h, share, name in found)


def write_match(why: Mapping[str, Any], names: Mapping[str, Mapping[Any, str]]) -> str:
    """Return all that a pair shares as one text: keywords and fields, then words of texts."""
    codes = [*why.get("keywords", ()), *why.get("ford", ())]
    parts = (write_terms(codes, names) if codes else "", write_shared(why, names))
    return "; ".join(part for part in parts if part) or "–"
