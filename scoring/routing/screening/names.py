"""Whether two people may be one, or work in one house: questions for an officer, never answers."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

ALIKE = 0.92
"""From this share of common letters on, two names are a question."""

PUBLIC_DOMAINS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
        *("icloud.com", "proton.me", "protonmail.com", "luukku.com", "suomi24.fi", "kolumbus.fi"),
        *("elisanet.fi", "saunalahti.fi", "inet.fi", "netti.fi", "welho.com", "dnainternet.net"),
    }
)
"""Everybody may have an address there."""

SHARED_ENDINGS = frozenset({"co.uk", "ac.uk", "org.uk", "com.au", "edu.au", "co.jp", "ac.jp"})
RESERVED_ENDINGS = frozenset({"example", "test", "invalid", "localhost"})
"""Nobody has an address there (RFC 6761): such a domain says nothing of a house."""
_WORD = re.compile(r"[^\W\d_]+")


def names_are_alike(one: str, other: str) -> bool:
    """Tell whether two names share a word, and have the same words or nearly the same letters.

    The order of words and accents are left out; an initial stands for a name that begins with it.
    """
    first, second = words_of(one), words_of(other)
    if not {word for word in first if len(word) > 1} & set(second):
        return False
    if len(first) < len(second):
        first, second = second, first
    if len(second) < 2:  # noqa: PLR2004 - one word alone says nothing
        return False
    rest = list(first)
    for word in second:
        match = next((each for each in rest if _stands_for(word, each)), None)
        if match is None:
            break
        rest.remove(match)
    else:
        return True
    matcher = SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False)
    # The quick ratios are upper bounds: most pairs end there.
    return (
        matcher.real_quick_ratio() >= ALIKE
        and matcher.quick_ratio() >= ALIKE
        and matcher.ratio() >= ALIKE
    )


def house_of(email: str) -> str:
    """Return the domain of an organisation in an e-mail address; empty if it tells nothing."""
    domain = email.rpartition("@")[2].strip().casefold().rstrip(".")
    labels = domain.split(".")
    if "@" not in email or len(labels) < 2 or domain in PUBLIC_DOMAINS:  # noqa: PLR2004 - name.ending
        return ""
    count = 3 if ".".join(labels[-2:]) in SHARED_ENDINGS else 2
    house = ".".join(labels[-count:])
    return "" if house in PUBLIC_DOMAINS or labels[-1] in RESERVED_ENDINGS else house


@lru_cache(50_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name without case and accents, in alphabetical order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return tuple(sorted(_WORD.findall(letters)))


def _stands_for(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))
