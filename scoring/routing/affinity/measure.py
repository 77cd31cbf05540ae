"""Affinity from texts and taxonomy together, for all pairs of a call at once.

Two texts of one language are compared by stems, pieces of words and concepts; texts of different
languages by concepts and pieces (names and international words). An evaluator counts with the
mean of the three texts that come closest. Keywords and fields that both sides have declared weigh
as much as texts. Who has no text is measured by the taxonomy alone, and the answer says so.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from scoring.routing.affinity.documents import Described, Reading, touched
from scoring.routing.affinity.expertise import (
    Affinity,
    Expertise,
    measure_affinity,
    measure_all,
)
from scoring.routing.affinity.lexicon import Lexicon, packaged_lexicon
from scoring.routing.affinity.outcome import (
    WEIGHTS,
    Basis,
    Encoder,
    Reason,
    TextAffinity,
    Weights,
)
from scoring.routing.affinity.shelves import Library, Shelf
from scoring.routing.affinity.vectors import shared_terms
from scoring.routing.arrays import Floats, Ints, np, whole

CLOSEST = 3
BLOCK = 64
"""How many applications are compared at a time: memory stays small."""

MILLION = 1_000_000
TERMS = 8
MOST = 4 * TERMS
"""So many terms are looked at: the same two words may be a stem, a concept, a theme and a keyword."""


class AffinityModel:
    """All evaluators and applications of a call. Texts are read once, when they are first needed."""

    def __init__(
        self,
        applications: Sequence[Described],
        evaluators: Sequence[Described],
        *,
        lexicon: Lexicon | None = None,
        encoder: Encoder | None = None,
        weights: Weights = WEIGHTS,
    ) -> None:
        self.applications, self.evaluators = tuple(applications), tuple(evaluators)
        self.lexicon = lexicon or packaged_lexicon()
        self.encoder, self.weights = encoder, weights
        self._more: tuple[Described, ...] = ()

    def joined_by(self, more: Sequence[Described]) -> AffinityModel:
        """Return the model with more evaluators; what was measured of the others stays the same."""
        model = copy.copy(self)
        model.__dict__.pop("_held", None)
        model.evaluators = (*self.evaluators, *more)
        model._more = (*self._more, *more)  # noqa: SLF001 - a copy of its own
        return model

    @cached_property
    def _library(self) -> Library:
        asked = [each.by_language() for each in self.applications]
        known = self.evaluators[: len(self.evaluators) - len(self._more)]
        held = [each.documents for each in known]
        return Library(asked, held, self.lexicon, self.encoder, self.weights)

    @cached_property
    def _held(self) -> Shelf:
        held = self._library.held
        if not self._more:
            return held
        return held.joined_by(self._library.shelve([each.documents for each in self._more]))

    def scores(self, since: int = 0) -> Floats:
        """Return the affinity of every application (row) and evaluator (column) in [0, 1].

        Columns are those of the evaluators from the number ``since`` on.
        """
        texts = self.text_scores(since)
        asked = [each.expertise for each in self.applications]
        held = [each.expertise for each in self.evaluators[since:]]
        taxonomy = measure_all(asked, held)
        wanted = np.array([_is_declared(each) for each in asked], dtype=bool)[:, None]
        declared = np.array([_is_declared(each) for each in held], dtype=bool)[None, :]
        share = float(self.weights.taxonomy)
        both = share * taxonomy + (1 - share) * texts
        found = np.where(texts >= 0, np.where(wanted & declared, both, texts), taxonomy)
        unasked = (texts < 0) & ~wanted & declared
        for row in np.flatnonzero(unasked.any(axis=1)).tolist():
            areas = self._areas(row)
            for column in np.flatnonzero(unasked[row]).tolist():
                found[row, column] = float(touched(areas, _terms(held[column])))
        return np.asarray(found)

    def text_scores(self, since: int = 0) -> Floats:
        """Return the likeness of texts alone; below 0 where one side has no text."""
        size, people = len(self.applications), self.evaluators[since:]
        if not size or not any(each.documents for each in people):
            return np.full((size, len(people)), -1.0)
        numbers = np.arange(size, dtype=np.int64)
        blocks = (numbers[first : first + BLOCK] for first in range(0, size, BLOCK))
        return np.concatenate([self._closest(block, since) for block in blocks])

    def explain(self, application: int, evaluator: int) -> TextAffinity:
        """Return the affinity of one pair by row and column, with the terms that caused it."""
        if not self.evaluators[evaluator].documents:
            return TextAffinity(*self._combine(application, evaluator, -1))
        library = self._library
        asked = library.asked.places(whole([application]))
        held = self._held.places(whole([evaluator]))
        likeness = library.likeness(asked, self._held, held)
        closest = likeness.max(axis=0, initial=-1)
        text = _mean_of_closest(closest[None, None, :])[0, 0]
        outcome = self._combine(application, evaluator, float(text))
        if text < 0:
            return TextAffinity(*outcome)
        place = int(closest.argmax())
        best = int(likeness[:, place].argmax())
        reasons = self._reasons(int(asked[best]), int(held[place]), float(likeness[best, place]))
        return TextAffinity(*outcome, _exact(float(text)), place, reasons)

    def _closest(self, numbers: Ints, since: int) -> Floats:
        """Return the likeness of some applications to evaluators; -1 where one has no text."""
        library, starts = self._library, self._held.starts[since:]
        counts = np.diff(library.asked.starts)[numbers]
        asked = library.asked.places(numbers)
        held = np.arange(starts[0], starts[-1], dtype=np.int64) if since else None
        likeness = library.likeness(asked, self._held, held)
        best = np.full((len(numbers), likeness.shape[1]), -1.0)
        np.maximum.at(best, np.repeat(np.arange(len(numbers)), counts), likeness)
        padded = np.concatenate((best, np.full((len(best), 1), -1.0)), axis=1)
        return _mean_of_closest(padded[:, _places(starts - starts[0])])

    def _areas(self, row: int) -> Counter[str]:
        """Return how often an application speaks of each keyword or field."""
        found: Counter[str] = Counter()
        for place in self._library.asked.places(whole([row])).tolist():
            found.update(self.lexicon.areas(self._library.asked.readings[place].concepts))
        return found

    def _combine(self, row: int, column: int, text: float) -> tuple[Fraction, Basis, Affinity]:
        application, evaluator = self.applications[row], self.evaluators[column]
        taxonomy = measure_affinity(application.expertise, evaluator.expertise)
        declared, wanted = (_is_declared(e.expertise) for e in (evaluator, application))
        if text >= 0 and declared and wanted:
            share = self.weights.taxonomy
            return share * taxonomy.score + (1 - share) * _exact(text), Basis.BOTH, taxonomy
        if text >= 0:
            return _exact(text), Basis.TEXTS, taxonomy
        if declared and wanted:
            return taxonomy.score, Basis.TAXONOMY, taxonomy
        if declared and application.documents:
            score = touched(self._areas(row), _terms(evaluator.expertise))
            return score, Basis.TAXONOMY, taxonomy
        return Fraction(0), Basis.NOTHING, taxonomy

    def _reasons(self, mine: int, theirs: int, likeness: float) -> tuple[Reason, ...]:
        """Return what causes the likeness of two texts: what a model finds, then words and concepts."""
        words = self._shared_words(mine, theirs)
        model = self._shared_by_model(mine, theirs, likeness)
        rest = 1 - sum(each.share for each in model)
        total = sum(each.share for each in words)
        scaled = [replace(each, share=round(each.share / total * rest, 3)) for each in words]
        return (*model, *scaled)

    def _shared_by_model(self, mine: int, theirs: int, likeness: float) -> list[Reason]:
        if self.encoder is None or likeness <= 0:
            return []
        found = self._library.alike(whole([mine]), self._held, whole([theirs]))
        share = round(min(1.0, self.weights.encoder * float(found[0, 0]) / likeness), 3)
        return [Reason("model", "", "", share, self.encoder.name)] if share else []

    def _shared_words(self, mine: int, theirs: int) -> list[Reason]:
        asked, held = self._library.asked, self._held
        one, other = asked.readings[mine], held.readings[theirs]
        is_same = one.language == other.language
        weight = self.weights.concepts if is_same else self.weights.foreign_concepts
        found = self._shared_meaning(mine, theirs, weight)
        if is_same:
            terms = self._library.stems.terms
            for place, part in shared_terms(asked.stems[[mine]], held.stems[[theirs]], MOST):
                words = [_spell(terms[place], each) for each in (one, other)]
                found.append(Reason("word", words[0], words[1], self.weights.stems * part))
        return _join(found)[:TERMS]

    def _shared_meaning(self, mine: int, theirs: int, weight: float) -> list[Reason]:
        asked, held = self._library.asked, self._held
        found = []
        for place, part in shared_terms(asked.meaning[[mine]], held.meaning[[theirs]], MOST):
            term = self._library.meaning.terms[place]
            pair = (asked.readings[mine], held.readings[theirs])
            words = [each.word_of(term, self.lexicon) for each in pair]
            kind = "concept" if isinstance(term, int) else self.lexicon.kind_of(term)
            keyword = str(term) if kind == "keyword" else ""
            found.append(Reason(kind, words[0], words[1], weight * part, keyword))
        return found


def _join(found: Sequence[Reason]) -> list[Reason]:
    """Return reasons with the same two words as one, the greatest first; their shares are added up."""
    joined: dict[tuple[str, str], Reason] = {}
    for each in sorted(found, key=lambda each: (-each.share, each.kind, each.asked)):
        words = (each.asked, each.held)
        first = joined.get(words, replace(each, share=0.0))
        share, keyword = first.share + each.share, first.keyword or each.keyword
        joined[words] = replace(first, share=share, keyword=keyword)
    return sorted(joined.values(), key=lambda each: (-each.share, each.kind, each.asked))


def _is_declared(expertise: Expertise) -> bool:
    return bool(expertise.keywords or expertise.ford)


def _terms(expertise: Expertise) -> frozenset[str]:
    return expertise.keywords | expertise.ford


def _mean_of_closest(texts: Floats) -> Floats:
    """Return the mean of the three greatest numbers of the last axis; -1 where all are below 0."""
    if texts.shape[2] > CLOSEST:
        texts = np.partition(texts, -CLOSEST, axis=2)[:, :, -CLOSEST:]
    known = texts >= 0
    count = known.sum(axis=2)
    total = np.where(known, texts, 0).sum(axis=2)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), -1))


def _places(starts: Ints) -> Ints:
    """Return the texts of each evaluator by number, filled up with -1 (the last column)."""
    counts = np.diff(starts)
    table = np.full((len(counts), max(1, int(counts.max(initial=0)))), -1, dtype=np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    every = np.arange(starts[-1], dtype=np.int64)
    table[owner, every - starts[owner]] = every
    return table


def _exact(value: float) -> Fraction:
    return Fraction(round(value * MILLION), MILLION)


def _spell(term: str, reading: Reading) -> str:
    """Return the words of the text whose stems a term is made of."""
    return " ".join(reading.spelling.get(part, part) for part in term.split(" "))
