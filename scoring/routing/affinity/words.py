"""What a text is made of: stems, pairs of stems, and pieces of words.

Stems are those of Snowball (Porter 2001). Finnish and Swedish write compounds in one word; pieces
of three or four letters find ``akku`` in ``litiumioniakkujen`` where no stem does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Protocol

from scoring.deferred import Deferred
from scoring.routing.affinity.languages import COMMON_WORDS

if TYPE_CHECKING:
    import snowballstemmer
else:
    snowballstemmer = Deferred("snowballstemmer")

NAMES = {"fi": "finnish", "sv": "swedish", "en": "english"}
SHORTEST, LONGEST = 3, 4
REMEMBERED = 100_000
"""A word is stemmed once; so many are remembered (about 15 MB)."""

CUT = 20_000
"""The pieces of so many words are remembered (about 25 MB)."""


class Stemmer(Protocol):
    """What is used of a stemmer."""

    def stemWord(self, word: str) -> str:  # noqa: N802 - the name is the library's
        """Return the stem of a word."""


@cache
def _stemmer(language: str) -> Stemmer:
    found: Stemmer = snowballstemmer.stemmer(NAMES[language])
    return found


@lru_cache(REMEMBERED)
def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a word that is in lower case."""
    return _stemmer(language).stemWord(word)


def content_words(words: Iterable[str], language: str) -> list[str]:
    """Return the words that may tell the subject: no grammar, no single letters, no bare numbers."""
    common = COMMON_WORDS[language]
    return [word for word in words if len(word) > 1 and word not in common and not word.isdecimal()]


def count_stems(words: Sequence[str], language: str) -> Counter[str]:
    """Count stems and pairs of neighbouring stems."""
    stems = [stem(word, language) for word in words]
    counts = Counter(stems)
    counts.update(f"{one} {other}" for one, other in pairwise(stems))
    return counts


@lru_cache(CUT)
def cut(word: str) -> tuple[str, ...]:
    """Return the pieces of a word; a blank marks its beginning and its end."""
    marked = f" {word} "
    return tuple(
        marked[start : start + size]
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(marked) - size + 1)
    )


def count_pieces(words: Iterable[str]) -> Counter[str]:
    """Count pieces of three or four letters."""
    return Counter(chain.from_iterable(map(cut, words)))
