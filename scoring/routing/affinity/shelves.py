"""Texts of both sides, read once and placed in the same spaces, so that they can be compared.

An application may be written in several languages: each language is a text of its own, and the one
that comes closest counts. The rarity of terms is that of the texts with which the spaces were made;
texts that are shelved later change nothing for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.routing.affinity.documents import Document, Reading, read_document
from scoring.routing.affinity.encoders import find_centres
from scoring.routing.affinity.lexicon import Lexicon
from scoring.routing.affinity.outcome import Encoder, Weights
from scoring.routing.affinity.vectors import Space, stack_rows
from scoring.routing.arrays import Floats, Ints, np, ranges, whole


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """Readings in the order of those whose texts they are, with their rows in each space.

    The texts of number n are those from ``starts[n]`` up to ``starts[n + 1]``.
    """

    readings: tuple[Reading, ...]
    starts: Ints
    stems: Any
    pieces: Any
    meaning: Any
    encoded: Floats

    def places(self, numbers: Ints) -> Ints:
        """Return the places of all texts of some applications or evaluators."""
        return ranges(self.starts[numbers], self.starts[numbers + 1])

    def joined_by(self, more: Shelf) -> Shelf:
        """Return the shelf with another one after it."""
        parts = [each.encoded for each in (self, more) if len(each.encoded)]
        encoded = np.concatenate(parts) if parts else self.encoded
        return Shelf(
            (*self.readings, *more.readings),
            np.concatenate((self.starts, more.starts[1:] + self.starts[-1])),
            stack_rows(self.stems, more.stems),
            stack_rows(self.pieces, more.pieces),
            stack_rows(self.meaning, more.meaning),
            encoded,
        )


class Library:
    """Both shelves, and how alike their texts are."""

    def __init__(
        self,
        asked: Sequence[Sequence[Document]],
        held: Sequence[Sequence[Document]],
        lexicon: Lexicon,
        encoder: Encoder | None,
        weights: Weights,
    ) -> None:
        self.lexicon, self.encoder, self.weights = lexicon, encoder, weights
        read = [
            [read_document(each, lexicon) for texts in side for each in texts]
            for side in (asked, held)
        ]
        both = [*read[0], *read[1]]
        self.stems = Space([each.stems for each in both])
        self.pieces = Space([each.pieces for each in both])
        self.meaning = Space([each.meaning for each in both], is_in_parts=True)
        rows = self._encode([*asked, *held])
        self._centres = find_centres(rows, [each.language for each in both])
        self.asked = self._place(asked, read[0], rows[: len(read[0])])
        self.held = self._place(held, read[1], rows[len(read[0]) :])

    def shelve(self, texts: Sequence[Sequence[Document]]) -> Shelf:
        """Return more texts in the spaces of the others; terms that are new are passed over."""
        readings = [read_document(each, self.lexicon) for e in texts for each in e]
        return self._place(texts, readings, self._encode(texts))

    def _encode(self, texts: Sequence[Sequence[Document]]) -> Floats:
        """Return the rows of the model for all texts; no columns without a model or without texts."""
        plain = [each.text for side in texts for each in side]
        if self.encoder is None or not plain:
            return np.zeros((len(plain), 0))
        return np.asarray(self.encoder.encode(plain), dtype=np.float64)

    def _place(
        self, texts: Sequence[Sequence[Document]], readings: Sequence[Reading], rows: Floats
    ) -> Shelf:
        counts = [len(each) for each in texts]
        languages = [each.language for each in readings]
        return Shelf(
            tuple(readings),
            np.concatenate((whole([0]), np.cumsum(whole(counts)))),
            self.stems.place([each.stems for each in readings]),
            self.pieces.place([each.pieces for each in readings]),
            self.meaning.place([each.meaning for each in readings]),
            self._centres.take_off(rows, languages),
        )

    def likeness(self, mine: Ints, held: Shelf, theirs: Ints | None = None) -> Floats:
        """Return how alike some texts of applications are to texts of evaluators, 0 to 1.

        Below 0 where one of the two could not be read.
        """
        one, weights = self.asked, self.weights
        rows = slice(None) if theirs is None else theirs
        stems, pieces, concepts = (
            (left[mine] @ right[rows].T).toarray()
            for left, right in (
                (one.stems, held.stems),
                (one.pieces, held.pieces),
                (one.meaning, held.meaning),
            )
        )
        readings = [one.readings[place] for place in mine.tolist()]
        others = held.readings if theirs is None else [held.readings[n] for n in theirs.tolist()]
        is_same = _languages(readings)[:, None] == _languages(others)[None, :]
        near = weights.stems * stems + weights.pieces * pieces + weights.concepts * concepts
        far = weights.foreign_pieces * pieces + weights.foreign_concepts * concepts
        found = np.where(is_same, near, far)
        half = np.where(is_same, weights.half, weights.foreign_half)
        found = np.clip(found / (found + half) * (1 + half), 0, 1)
        if self.encoder is not None and found.size:
            found = (1 - weights.encoder) * found + weights.encoder * self.alike(mine, held, rows)
        found[[each.is_empty for each in readings]] = -1
        found[:, [each.is_empty for each in others]] = -1
        return np.asarray(found)

    def alike(self, mine: Ints, held: Shelf, rows: Ints | slice) -> Floats:
        """Return how alike the model finds some texts of applications and of evaluators, 0 to 1."""
        return np.asarray(np.clip(self.asked.encoded[mine] @ held.encoded[rows].T, 0, 1))


def _languages(readings: Sequence[Reading]) -> Any:
    return np.array([each.language for each in readings], dtype="U2")
