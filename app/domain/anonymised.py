"""Texts of an application without names: for evaluators who say what they would like to evaluate.

Names of organisations and people of the application, addresses and numbers that lead to them are
taken out, in all their Finnish and Swedish forms. It is better to take out too much than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

REMOVED = "[…]"
"""Stands for what was taken out."""

LEGAL_FORMS = frozenset(
    [
        "oy",
        "oyj",
        "ab",
        "abp",
        "ry",
        "rf",
        "sr",
        "ky",
        "kb",
        "ay",
        "osk",
        "tmi",
        "ltd",
        "inc",
        "gmbh",
        "as",
        "a/s",
        "plc",
        "llc",
    ]
)
SHORTEST_INFLECTED = 4
"""Letters. A shorter word of a name is looked for as it is written."""

ENDING = 3
"""So many last letters of a name's word may change when it is inflected."""

_CONTACTS = re.compile(
    r"""[\w.+-]+@[\w-]+(?:\.[\w-]+)+ | (?:https?://|www\.)\S+ | \b\d{7}-\d\b
        | (?:\+\d{2,3}|\b0)\d?[\s-]?\d{2,4}(?:[\s-]?\d{2,4}){1,3}\b""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+")


def anonymise(text: str, organisations: Iterable[str], people: Iterable[str]) -> str:
    """Return a text in which names and contacts are replaced by ``REMOVED``."""
    found = _CONTACTS.sub(REMOVED, text)
    for pattern in (*_patterns(organisations), *_people_patterns(people)):
        found = pattern.sub(REMOVED, found)
    repeated = re.escape(REMOVED)
    return re.sub(rf"{repeated}(?:[\s,/–-]+{repeated})+", REMOVED, found)


def _patterns(names: Iterable[str]) -> Iterator[re.Pattern[str]]:
    """Yield what to look for, long names first: each name, and the abbreviations in it."""
    abbreviations: set[str] = set()
    for name in sorted({each.strip() for each in names}, key=lambda each: (-len(each), each)):
        plain = re.sub(r"\([^)]*\)", " ", name)
        words = [each for each in _WORD.findall(plain) if each.casefold() not in LEGAL_FORMS]
        abbreviations.update(each for each in _WORD.findall(name) if _is_abbreviation(each))
        if words:
            between = r"[\s\-–,.()/&]{1,3}"
            forms = "|".join(map(re.escape, sorted(LEGAL_FORMS)))
            whole = between.join(_forms_of(word) for word in words)
            yield re.compile(rf"\b{whole}\b(?:\s(?:{forms})\b(?::\w+)?)?", re.IGNORECASE)
    for word in sorted(abbreviations):
        yield re.compile(rf"\b{re.escape(word)}(?::\w+|[a-zåäö]{{1,4}})?\b")


def _people_patterns(names: Iterable[str]) -> Iterator[re.Pattern[str]]:
    """Yield a pattern for each part of a person's name that begins with a capital letter."""
    parts = {part for name in names for part in _WORD.findall(name) if part[0].isupper()}
    for part in sorted(parts):
        if len(part) >= SHORTEST_INFLECTED:
            yield re.compile(rf"\b{_forms_of(part)}")


def _forms_of(word: str) -> str:
    """Return a pattern for a word in all its forms."""
    if len(word) < SHORTEST_INFLECTED:
        return rf"{re.escape(word)}(?::\w+)?"
    kept = word[: max(SHORTEST_INFLECTED, len(word) - ENDING)]
    return rf"{re.escape(kept)}\w*"


def _is_abbreviation(word: str) -> bool:
    is_long_enough = len(word) > 1 and word.casefold() not in LEGAL_FORMS
    return is_long_enough and word.isupper() and not word.isdecimal()
