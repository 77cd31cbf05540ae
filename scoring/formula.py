"""Scores that are computed: one declared input, and steps that turn it into points.

A step table is the whole language. Anyone can check it by hand, it never leaves the scale, and the
decision prints it: "0 companies: 0 points, from 2: 3 points, from 5: 5 points".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from scoring.rounding import Exact, exact


class FormulaInput(StrEnum):
    """What a formula may read of an application."""

    COMPANIES = "companies"
    """Committed companies."""
    PARTNERS = "partners"
    REGIONS = "regions"
    """Different regions of the partners."""
    MONTHS = "months"
    """Duration of the project."""
    CLIMATE_PCT = "climate_pct"
    """Per cent of the support that its intervention fields count for the climate."""
    DIGITAL_PCT = "digital_pct"


class InputMissing(ValueError):
    """The application does not say what a formula needs; the score is missing, not zero."""

    def __init__(self, name: FormulaInput) -> None:
        super().__init__(f"{name.value} is not known")
        self.name = name


@dataclass(frozen=True, slots=True)
class StepFormula:
    """``steps`` are (from this value, this score), lowest first."""

    reads: FormulaInput
    steps: tuple[tuple[Decimal, Decimal], ...]

    @property
    def is_ordered(self) -> bool:
        """Tell whether each step starts above the one before."""
        return all(before[0] < after[0] for before, after in pairwise(self.steps))

    def score(self, facts: Mapping[FormulaInput, Exact]) -> Decimal:
        """Return the score of the highest step that is reached, the first one below all of them.

        Raises ``InputMissing``.
        """
        if self.reads not in facts:
            raise InputMissing(self.reads)
        value = exact(facts[self.reads])
        reached = [score for start, score in self.steps if value >= exact(start)]
        return reached[-1] if reached else self.steps[0][1]
