"""Scales of scores, in whole steps, and what is wrong with a rubric."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


class ScoreOffScale(ValueError):
    """A score is not one of the steps of its scale."""

    def __init__(self, score: Decimal, scale: Scale) -> None:
        super().__init__(f"{score} is not on the scale {scale.minimum}–{scale.maximum}")
        self.score = score
        self.scale = scale


@dataclass(frozen=True, slots=True)
class RubricProblem:
    """One reason why a rubric cannot be used; ``where`` is a criterion, rule or field name."""

    where: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.where}: {self.detail}"


class InvalidRubric(ValueError):
    """A rubric contradicts itself; ``problems`` lists every reason, not only the first."""

    def __init__(self, problems: list[RubricProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Scale:
    """Scores from ``minimum`` to ``maximum`` in equal steps, such as 0–5 by 1 or 0–3 by 0.5.

    Raises ``InvalidRubric`` when the steps do not divide the range.
    """

    minimum: Decimal
    maximum: Decimal
    step: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.step <= 0 or self.minimum < 0 or self.maximum <= self.minimum:
            detail = "a scale needs 0 <= minimum < maximum and a positive step"
            raise InvalidRubric([RubricProblem("scale", "scale_order", detail)])
        if Fraction(self.maximum - self.minimum) % Fraction(self.step):
            detail = f"steps of {self.step} do not reach {self.maximum} from {self.minimum}"
            raise InvalidRubric([RubricProblem("scale", "scale_step", detail)])

    def ticks(self, score: Decimal) -> int:
        """Return the number of steps above the minimum; ``ScoreOffScale`` if it is no step."""
        if not self.has(score):
            raise ScoreOffScale(score, self)
        return int(Fraction(score - self.minimum) / Fraction(self.step))

    def score(self, ticks: int) -> Decimal:
        """Return the score ``ticks`` steps above the minimum; ``ScoreOffScale`` beyond the end."""
        score = self.minimum + ticks * self.step
        if not self.minimum <= score <= self.maximum:
            raise ScoreOffScale(score, self)
        return score

    def has(self, score: Decimal) -> bool:
        """Tell whether ``score`` is exactly one of the steps."""
        if not score.is_finite() or not self.minimum <= score <= self.maximum:
            return False
        return Fraction(score - self.minimum) % Fraction(self.step) == 0

    def covers(self, value: Fraction) -> bool:
        """Tell whether a derived value (a median, an agreed half) lies between the ends."""
        return Fraction(self.minimum) <= value <= Fraction(self.maximum)

    def all_scores(self) -> tuple[Decimal, ...]:
        """Return every score of the scale, lowest first."""
        return tuple(self.score(ticks) for ticks in range(self.ticks(self.maximum) + 1))
