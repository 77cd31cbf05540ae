"""The pivot between languages: concepts of the taxonomy, and the words that name them.

``concepts.csv`` gives for each concept its keyword or field and the beginnings of its words in
Finnish, Swedish and English. How a beginning is written says where it may stand:

- ``vätgas`` begins a word; from six letters on it may also stand within a Finnish or Swedish one,
- ``-vesi`` may stand within a word, after three letters at least,
- ``air`` (up to three letters) and ``port$`` are whole words,
- ``drinking-water`` are two words that follow each other.

Where several beginnings fit at one place, the longest counts.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

from scoring.routing.affinity.languages import LANGUAGES, split_words

PACKAGED = Path(__file__).with_name("concepts.csv")
VOCABULARY = Path(__file__).with_name("vocabulary.csv")

KEY = 3
"""Beginnings are looked up by so many letters."""

EXACT_UP_TO = 3
INSIDE_FROM = 6
REMEMBERED = 100_000
"""The answers for so many words are kept."""

ENDING = 2
"""What is cut off a keyword's name of one word, so that its inflected forms are found."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept: its keyword or field of the taxonomy, its words by language, and its theme if any."""

    area: str
    words: Mapping[str, tuple[str, ...]]
    theme: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A beginning of a word and where it may stand."""

    text: str
    concept: int
    is_whole: bool
    is_inside: bool
    is_themed: bool


class Lexicon:
    """Finds concepts in words. Answers are remembered word by word."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.concepts = tuple(concepts)
        self._entries = {name: self._entries_of(name) for name in LANGUAGES}
        self._openings = {
            name: {
                each.text.split("-")[0][:KEY]
                for held in table.values()
                for each in held
                if "-" in each.text
            }
            for name, table in self._entries.items()
        }
        self._terms: tuple[tuple[int | str, ...], ...] = tuple(
            (number, each.area, *filter(None, [each.theme])) for number, each in enumerate(concepts)
        )
        self._areas = frozenset(each.area for each in concepts)
        self._found: dict[tuple[str, str], tuple[int, ...]] = {}

    def count(self, words: Sequence[str], language: str) -> Counter[int]:
        """Count the concepts that the words name, alone or two together."""
        return Counter(chain.from_iterable(self.places(words, language)))

    def weigh(self, places: Iterable[tuple[int, ...]]) -> dict[int | str, float]:
        """Return how much a text speaks of each concept, of its theme, and of its keyword or field.

        A word that names several concepts counts for each of them in part: it says less of each.
        """
        weights: defaultdict[int | str, float] = defaultdict(float)
        for found, times in Counter(places).items():
            part = times / max(1, len(found)) ** 0.5
            for number in found:
                for term in self._terms[number]:
                    weights[term] += part
        return dict(weights)

    def terms_of(self, number: int) -> tuple[int | str, ...]:
        """Return what a concept stands for: itself, its keyword or field, and its theme if it has one."""
        return self._terms[number]

    def places(self, words: Sequence[str], language: str) -> Iterator[tuple[int, ...]]:
        """Yield the concepts of each word, and of every two neighbours that may name one together."""
        openings = self._openings[language]
        for word in words:
            yield self.find(word, language)
        for one, other in pairwise(words):
            if one[:KEY] in openings:
                yield self.find(f"{one}-{other}", language)

    def find(self, word: str, language: str) -> tuple[int, ...]:
        """Return the concepts that one word (or two with a hyphen) names, in ascending order."""
        known = self._found.get((word, language))
        if known is None:
            known = self._search(word, language)
            if len(self._found) < REMEMBERED:
                self._found[word, language] = known
        return known

    def kind_of(self, term: str) -> str:
        """Tell whether a term is a keyword or field, or a theme within one."""
        return "keyword" if term in self._areas else "theme"

    def areas(self, counts: Mapping[int, int]) -> Counter[str]:
        """Return how often each keyword or field is touched."""
        found: Counter[str] = Counter()
        for concept, times in counts.items():
            found[self.concepts[concept].area] += times
        return found

    def _search(self, word: str, language: str) -> tuple[int, ...]:
        entries = self._entries[language]
        found: set[int] = set()
        is_pair = "-" in word
        places = range(len(word) if language != "en" and not is_pair else 1)
        for place in places:
            fits = [
                entry
                for entry in entries.get(word[place : place + KEY], ())
                if ("-" in entry.text) is is_pair and _fits(entry, word, place)
            ]
            for is_themed in (False, True):
                own = [entry for entry in fits if entry.is_themed is is_themed]
                longest = max((len(entry.text) for entry in own), default=0)
                found.update(entry.concept for entry in own if len(entry.text) == longest)
        return tuple(sorted(found))

    def _entries_of(self, language: str) -> dict[str, list[_Entry]]:
        table: defaultdict[str, list[_Entry]] = defaultdict(list)
        for number, concept in enumerate(self.concepts):
            for written in concept.words[language]:
                text = written.strip("-$")
                is_whole = written.endswith("$") or len(text) <= EXACT_UP_TO
                is_inside = written.startswith("-") or len(text) >= INSIDE_FROM
                table[text[:KEY]].append(
                    _Entry(
                        text,
                        number,
                        is_whole and not written.startswith("-"),
                        is_inside,
                        bool(concept.theme),
                    )
                )
        return dict(table)


def _fits(entry: _Entry, word: str, place: int) -> bool:
    if "-" in word:
        parts = zip(word.split("-"), entry.text.split("-"), strict=False)
        return all(one.startswith(other) for one, other in parts)
    if not word.startswith(entry.text, place):
        return False
    if place == 0:
        return not entry.is_whole or word == entry.text
    return place >= KEY and entry.is_inside and not entry.is_whole


def read_concepts(path: Path = PACKAGED) -> tuple[Concept, ...]:
    """Read the packaged concepts, or a funder's own in the same form."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Concept(
                row["area"],
                {name: tuple(row[name].split()) for name in LANGUAGES},
                row.get("theme", ""),
            )
            for row in csv.DictReader(file)
        )


def concepts_of_names(names: Mapping[str, Mapping[str, str]]) -> tuple[Concept, ...]:
    """Make concepts of keywords whose names are one word in each language, such as *photonics*."""
    found = []
    for area, texts in sorted(names.items()):
        split = {name: split_words(texts.get(name, "")) for name in LANGUAGES}
        if all(len(words) == 1 for words in split.values()):
            cut = {name: (words[0][:-ENDING] or words[0],) for name, words in split.items()}
            found.append(Concept(area, cut))
    return tuple(found)


@cache
def packaged_concepts() -> tuple[Concept, ...]:
    """Return the packaged concepts: those without a theme, and the vocabulary of themes."""
    return (*read_concepts(), *read_concepts(VOCABULARY))


@cache
def packaged_lexicon() -> Lexicon:
    """Return the lexicon of the packaged concepts."""
    return Lexicon(packaged_concepts())


def lexicon_with(names: Mapping[str, Mapping[str, str]]) -> Lexicon:
    """Return the packaged lexicon with a call's own keywords: names by id and language."""
    packaged = packaged_concepts()
    known = {concept.area for concept in packaged}
    own: Iterable[Concept] = concepts_of_names({k: v for k, v in names.items() if k not in known})
    return Lexicon((*packaged, *own))
