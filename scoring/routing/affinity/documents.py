"""Texts that are compared, and what is read out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, pairwise

from scoring.routing.affinity.expertise import Expertise
from scoring.routing.affinity.languages import guess_language, split_words
from scoring.routing.affinity.lexicon import Lexicon
from scoring.routing.affinity.words import content_words, count_pieces, count_stems, stem

TITLE = 20
"""Fewer words than these are a title, and no text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A profile text, the title of a publication, or an application; the language may be left open."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """An evaluator or an application: declared keywords and fields, and texts.

    The texts of an application are read as one for each language; those of an evaluator each for
    itself.
    """

    id: str
    expertise: Expertise = field(default_factory=Expertise)
    documents: tuple[Document, ...] = ()

    def by_language(self) -> tuple[Document, ...]:
        """Return the texts joined by language; one that names none belongs to the first language.

        Beside a whole text, a mere title in another language is left out: it would seem closer than
        the text, since it speaks of one thing only.
        """
        first = next((each.language for each in self.documents if each.language), None)
        joined: dict[str | None, list[str]] = {}
        for each in self.documents:
            joined.setdefault(each.language or first, []).append(each.text)
        whole = {name: "\n".join(texts) for name, texts in joined.items()}
        sizes = {name: len(split_words(text)) for name, text in whole.items()}
        least = TITLE if max(sizes.values(), default=0) >= TITLE else 0
        return tuple(Document(text, name) for name, text in whole.items() if sizes[name] >= least)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is made of."""

    language: str
    stems: Counter[str]
    pieces: Counter[str]
    concepts: Counter[int]
    meaning: dict[int | str, float]
    spelling: dict[str, str]
    words: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing in the text could be read."""
        return not self.stems

    def word_of(self, term: int | str, lexicon: Lexicon) -> str:
        """Return the first word of the text that names a concept, or one of a keyword or field."""
        pairs = (f"{one}-{other}" for one, other in pairwise(self.words))
        for word in (*self.words, *pairs):
            found = lexicon.find(word, self.language)
            if any(term in lexicon.terms_of(each) for each in found):
                return word.replace("-", " ")
        return ""


def read_document(document: Document, lexicon: Lexicon) -> Reading:
    """Read a text: stems with pairs, pieces of words, concepts with their keywords."""
    words = split_words(document.text)
    language = document.language or guess_language(words)
    words = content_words(words, language)
    places = tuple(lexicon.places(words, language))
    concepts = Counter(chain.from_iterable(places))
    meaning = lexicon.weigh(places)
    stems = count_stems(words, language)
    spelling = {stem(word, language): word for word in reversed(words)}
    pieces = count_pieces(words)
    return Reading(language, stems, pieces, concepts, meaning, spelling, tuple(words))


def touched(areas: Mapping[str, int], keywords: frozenset[str]) -> Fraction:
    """Return the share of what a text speaks of that lies in some keywords or fields."""
    total = sum(areas.values())
    return Fraction(sum(areas.get(key, 0) for key in keywords), total) if total else Fraction(0)
