"""What an affinity rests on, what caused it, and how much each part counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from scoring.routing.affinity.expertise import Affinity


class Encoder(Protocol):
    """A model of a funder's own that turns texts into rows of length 1, whatever the language."""

    name: str

    def encode(self, texts: Sequence[str]) -> Any:
        """Return one row of numbers for each text."""


class Basis(StrEnum):
    """What an affinity rests on."""

    BOTH = "texts_and_taxonomy"
    TEXTS = "texts"
    TAXONOMY = "taxonomy"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of likeness counts; each line sums to 1.

    ``half`` is the likeness of texts that becomes about one half: texts on one subject share a
    small part of their words only, and a scale of affinities needs all of [0, 1].
    """

    stems: float = 0.3
    pieces: float = 0.2
    concepts: float = 0.5
    foreign_pieces: float = 0.15
    foreign_concepts: float = 0.85
    encoder: float = 0.3
    half: float = 0.15
    foreign_half: float = 0.25
    taxonomy: Fraction = Fraction(1, 2)


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Reason:
    """What two texts share: a word, a concept, or a keyword or field of the taxonomy (its id).

    Of the kind ``theme`` are different words on one subject. Of the kind ``model`` is what a language
    model finds, whose name stands in ``keyword``.
    Two words that are several of these stand once, as what counts most, with their ``keyword``.
    ``asked`` is the word of the application, ``held`` that of the evaluator, which may be in
    another language. ``share`` is its part of the likeness (0 to 1).
    """

    kind: str
    asked: str
    held: str
    share: float
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class TextAffinity:
    """The affinity of one pair: score in [0, 1], what it rests on, and what caused it.

    ``document`` is the number of the evaluator's text that comes closest, None without texts.
    """

    score: Fraction
    basis: Basis
    taxonomy: Affinity
    text: Fraction | None = None
    document: int | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def is_cold_start(self) -> bool:
        """Tell whether texts are missing, so that the taxonomy alone decides."""
        return self.basis in {Basis.TAXONOMY, Basis.NOTHING}
