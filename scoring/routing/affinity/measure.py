"""Affinity from texts and taxonomy together, for all pairs of a call at once.

Two texts of one language are compared by stems, pieces of words and concepts; texts of different
languages by concepts and pieces (names and international words). An evaluator counts with the
mean of the three texts that come closest. Keywords and fields that both sides have declared weigh
as much as texts. Who has no text is measured by the taxonomy alone, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from scoring.routing.affinity.documents import Described, Reading, read_document, touched
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
from scoring.routing.affinity.vectors import Space, shared_terms
from scoring.routing.arrays import Floats, Ints, np, whole

CLOSEST = 3
BLOCK = 64
"""How many applications are compared at a time: memory stays small."""

MILLION = 1_000_000
TERMS = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """Readings with their rows in each space."""

    readings: Sequence[Reading]
    stems: Any
    pieces: Any
    meaning: Any
    encoded: Any


class AffinityModel:
    """All evaluators and applications of a call, read once."""

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
        asked = [each.joined() for each in self.applications]
        held = [document for each in self.evaluators for document in each.documents]
        self._owner = whole([i for i, e in enumerate(self.evaluators) for _ in e.documents])
        read = [[read_document(each, self.lexicon) for each in texts] for texts in (asked, held)]
        both = [*read[0], *read[1]]
        self._spaces = (
            Space([each.stems for each in both]),
            Space([each.pieces for each in both]),
            Space([each.meaning for each in both]),
        )
        texts = [[each.text for each in side] for side in (asked, held)]
        self._asked, self._held = (
            self._shelve(side, text) for side, text in zip(read, texts, strict=True)
        )
        self._places = _places(self._owner, len(self.evaluators))

    def scores(self) -> Floats:
        """Return the affinity of every application (row) and evaluator (column) in [0, 1]."""
        texts = self.text_scores()
        asked = [each.expertise for each in self.applications]
        held = [each.expertise for each in self.evaluators]
        taxonomy = measure_all(asked, held)
        wanted = np.array([_is_declared(each) for each in asked], dtype=bool)[:, None]
        declared = np.array([_is_declared(each) for each in held], dtype=bool)[None, :]
        share = float(self.weights.taxonomy)
        both = share * taxonomy + (1 - share) * texts
        found = np.where(texts >= 0, np.where(wanted & declared, both, texts), taxonomy)
        for row, column in np.argwhere((texts < 0) & ~wanted & declared).tolist():
            found[row, column] = float(self._combine(row, column, -1)[0])
        return np.asarray(found)

    def text_scores(self) -> Floats:
        """Return the likeness of texts alone; below 0 where one side has no text."""
        size = len(self.applications)
        starts = range(0, size, BLOCK)
        blocks = [
            self._closest(self._likeness(list(range(first, min(first + BLOCK, size)))))
            for first in starts
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, len(self.evaluators)))

    def explain(self, application: int, evaluator: int) -> TextAffinity:
        """Return the affinity of one pair by row and column, with the terms that caused it."""
        likeness = self._likeness([application])
        text = float(self._closest(likeness)[0, evaluator])
        score, basis, taxonomy = self._combine(application, evaluator, text)
        mine = np.flatnonzero(self._owner == evaluator)
        if text < 0 or not len(mine):
            return TextAffinity(score, basis, taxonomy)
        best = int(mine[np.argmax(likeness[0, mine])])
        reasons = self._reasons(application, best)
        place = int(best - mine[0])
        return TextAffinity(score, basis, taxonomy, _exact(text), place, reasons)

    def _shelve(self, readings: Sequence[Reading], texts: Sequence[str]) -> _Shelf:
        stems, pieces, meaning = self._spaces
        return _Shelf(
            readings,
            stems.place([each.stems for each in readings]),
            pieces.place([each.pieces for each in readings]),
            meaning.place([each.meaning for each in readings]),
            np.asarray(self.encoder.encode(texts)) if self.encoder and texts else None,
        )

    def _likeness(self, rows: Sequence[int]) -> Floats:
        """Return the likeness of some applications to every text of the evaluators."""
        one, other, weights = self._asked, self._held, self.weights
        stems, pieces, concepts = (
            (mine[rows] @ theirs.T).toarray()
            for mine, theirs in (
                (one.stems, other.stems),
                (one.pieces, other.pieces),
                (one.meaning, other.meaning),
            )
        )
        theirs = np.array([each.language for each in other.readings], dtype="U2")
        mine = np.array([one.readings[row].language for row in rows], dtype="U2")
        is_same = mine[:, None] == theirs[None, :]
        near = weights.stems * stems + weights.pieces * pieces + weights.concepts * concepts
        far = weights.foreign_pieces * pieces + weights.foreign_concepts * concepts
        found = np.where(is_same, near, far)
        half = np.where(is_same, weights.half, weights.foreign_half)
        found = np.clip(found / (found + half) * (1 + half), 0, 1)
        if one.encoded is not None and other.encoded is not None:
            alike = np.clip(one.encoded[rows] @ other.encoded.T, 0, 1)
            found = (1 - weights.encoder) * found + weights.encoder * alike
        unread = [row for row, each in enumerate(rows) if one.readings[each].is_empty]
        found[unread] = -1
        found[:, [place for place, each in enumerate(other.readings) if each.is_empty]] = -1
        return np.asarray(found)

    def _closest(self, likeness: Floats) -> Floats:
        """Return the mean of the three closest texts of each evaluator; -1 without any."""
        padded = np.concatenate((likeness, np.full((len(likeness), 1), -1.0)), axis=1)
        texts = padded[:, self._places]
        if texts.shape[2] > CLOSEST:
            texts = np.partition(texts, -CLOSEST, axis=2)[:, :, -CLOSEST:]
        known = texts >= 0
        count = known.sum(axis=2)
        total = np.where(known, texts, 0).sum(axis=2)
        return np.where(count > 0, total / np.maximum(count, 1), -1)

    def _combine(self, row: int, column: int, text: float) -> tuple[Fraction, Basis, Affinity]:
        application, evaluator = self.applications[row], self.evaluators[column]
        taxonomy = measure_affinity(application.expertise, evaluator.expertise)
        held = evaluator.expertise.keywords | evaluator.expertise.ford
        declared, wanted = (_is_declared(e.expertise) for e in (evaluator, application))
        if text >= 0 and declared and wanted:
            share = self.weights.taxonomy
            return share * taxonomy.score + (1 - share) * _exact(text), Basis.BOTH, taxonomy
        if text >= 0:
            return _exact(text), Basis.TEXTS, taxonomy
        if declared and wanted:
            return taxonomy.score, Basis.TAXONOMY, taxonomy
        reading = self._asked.readings[row]
        if declared and not reading.is_empty:
            return touched(reading, self.lexicon, held), Basis.TAXONOMY, taxonomy
        return Fraction(0), Basis.NOTHING, taxonomy

    def _reasons(self, row: int, text: int) -> tuple[Reason, ...]:
        one, other = self._asked.readings[row], self._held.readings[text]
        is_same = one.language == other.language
        weight = self.weights.concepts if is_same else self.weights.foreign_concepts
        found = self._shared_meaning(row, text, weight)
        if is_same:
            terms = self._spaces[0].terms
            rows = self._asked.stems[[row]], self._held.stems[[text]]
            for place, part in shared_terms(*rows, TERMS):
                words = [_spell(terms[place], each) for each in (one, other)]
                found.append(Reason("word", words[0], words[1], self.weights.stems * part))
        found.sort(key=lambda each: (-each.share, each.kind, each.asked))
        total = sum(each.share for each in found)
        return tuple(replace(each, share=round(each.share / total, 3)) for each in found[:TERMS])

    def _shared_meaning(self, row: int, text: int, weight: float) -> list[Reason]:
        one, other = self._asked.readings[row], self._held.readings[text]
        found = []
        rows = self._asked.meaning[[row]], self._held.meaning[[text]]
        for place, part in shared_terms(*rows, TERMS):
            term = self._spaces[2].terms[place]
            words = [each.word_of(term, self.lexicon) for each in (one, other)]
            if isinstance(term, int):
                reason = Reason("concept", words[0], words[1], weight * part)
            else:
                reason = Reason("keyword", words[0], words[1], weight * part, term)
            found.append(reason)
        return found


def _is_declared(expertise: Expertise) -> bool:
    return bool(expertise.keywords or expertise.ford)


def _places(owner: Ints, evaluators: int) -> Ints:
    """Return the texts of each evaluator by number, filled up with -1 (the last column)."""
    counts = np.bincount(owner, minlength=evaluators)
    table = np.full((evaluators, max(1, int(counts.max(initial=0)))), -1, dtype=np.int64)
    starts = np.cumsum(counts) - counts
    table[owner, np.arange(len(owner)) - starts[owner]] = np.arange(len(owner))
    return table


def _exact(value: float) -> Fraction:
    return Fraction(round(value * MILLION), MILLION)


def _spell(term: str, reading: Reading) -> str:
    """Return the words of the application whose stems a term is made of."""
    return " ".join(reading.spelling.get(part, part) for part in term.split(" "))
