"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stayed, went or came."""

    kind: Kind
    text: str


def compare_words(before: str, after: str) -> list[Stretch]:
    """Return the words of two texts as stretches that stayed, went and came, in reading order."""
    old, new = _split(before), _split(after)
    found: list[Stretch] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Stretch("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Stretch("gone", "".join(old[a:b])))
        if c < d:
            found.append(Stretch("new", "".join(new[c:d])))
    return found


def _split(text: str) -> Sequence[str]:
    """Return words with the white space that follows them."""
    return re.findall(r"\S+\s*|\s+", text)
