"""What an application must reach: ``>=`` or ``>``, rules about several criteria, and vetoes.

All comparisons are of exact fractions; 49.996 fails a minimum of 50 although it is shown as 50.00.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.scale import Scale


class Comparison(StrEnum):
    """Whether reaching a threshold exactly is enough. A rubric always says which."""

    AT_LEAST = ">="
    ABOVE = ">"

    def holds(self, obtained: Fraction, required: Decimal) -> bool:
        """Tell whether what was obtained passes what is required."""
        if self is Comparison.ABOVE:
            return obtained > Fraction(required)
        return obtained >= Fraction(required)


class GroupRule(StrEnum):
    """What of several criteria is compared."""

    SUM = "sum"
    MIN = "min"
    """The lowest of their scores."""
    COUNT = "count"
    """How many of them have at least ``each``."""


@dataclass(frozen=True, slots=True)
class CombinedThreshold:
    """Several criteria together pass ``minimum`` (TWIN: C4 + C5 ≥ 5; two of three have 3 points)."""

    id: str
    criteria: tuple[str, ...]
    minimum: Decimal
    comparison: Comparison = Comparison.AT_LEAST
    rule: GroupRule = GroupRule.SUM
    each: Decimal | None = None

    def value(self, scores: Mapping[str, Fraction]) -> Fraction:
        """Return what is compared with ``minimum``."""
        return self._value([scores[name] for name in self.criteria])

    def highest(self, scales: Mapping[str, Scale]) -> Fraction:
        """Return the most that the scales let it reach."""
        return self._value([Fraction(scales[name].maximum) for name in self.criteria])

    def holds(self, scores: Mapping[str, Fraction]) -> bool:
        """Tell whether scores pass."""
        return self.comparison.holds(self.value(scores), self.minimum)

    def _value(self, found: list[Fraction]) -> Fraction:
        match self.rule:
            case GroupRule.SUM:
                return sum(found, Fraction(0))
            case GroupRule.MIN:
                return min(found)
            case GroupRule.COUNT:
                least = Fraction(self.each or 0)
                return Fraction(sum(score >= least for score in found))


@dataclass(frozen=True, slots=True)
class Veto:
    """A final score of ``at_most`` or less bars the application, whatever its total."""

    id: str
    criterion: str
    at_most: Decimal

    def bars(self, scores: Mapping[str, Fraction]) -> bool:
        """Tell whether scores are barred."""
        return scores[self.criterion] <= Fraction(self.at_most)
