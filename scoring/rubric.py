"""The rubric of a call as a value: scales, criteria, thresholds, panel and comment rules.

A rubric is data of the call definition. It is validated once, when it is built; a rubric that
exists is coherent, so nothing that uses it needs to doubt it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged: its scale, its weight in points and its own threshold, if any."""

    id: str
    scale: Scale
    weight: Decimal
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CombinedThreshold:
    """The sum of the scores of several criteria must reach ``minimum`` (TWIN: C4 + C5 ≥ 5)."""

    id: str
    criteria: tuple[str, ...]
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class PanelRule:
    """How many evaluators judge an application and when one more is called.

    A difference equal to the limit already calls the third evaluator; ``None`` switches a
    trigger off. Criterion differences count for every criterion, whatever its scale.
    """

    evaluators_per_application: int = 2
    third_total_difference: Decimal | None = None
    third_criterion_difference: Decimal | None = None
    third_if_threshold_differs: bool = False


class CommentFault(StrEnum):
    """What is wrong with a comment."""

    MISSING = "missing"
    TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class CommentProblem:
    """A comment that the rubric demands is missing, or a given one is too short."""

    criterion: str
    fault: CommentFault
    characters: int
    minimum_characters: int


@dataclass(frozen=True, slots=True)
class CommentRule:
    """A score in ``required_scores`` needs a comment; any comment has a minimum length.

    Surrounding white space does not count as characters.
    """

    minimum_characters: int = 0
    required_scores: frozenset[Decimal] = frozenset()

    def problems(
        self, scores: Mapping[str, Decimal], comments: Mapping[str, str]
    ) -> tuple[CommentProblem, ...]:
        """Return one problem per criterion whose comment is missing or too short, in order."""
        found = (
            self._problem(criterion, score, comments.get(criterion, "").strip())
            for criterion, score in scores.items()
        )
        return tuple(problem for problem in found if problem is not None)

    def _problem(self, criterion: str, score: Decimal, comment: str) -> CommentProblem | None:
        if not comment:
            if score not in self.required_scores:
                return None
            return CommentProblem(criterion, CommentFault.MISSING, 0, self.minimum_characters)
        if len(comment) >= self.minimum_characters:
            return None
        return CommentProblem(
            criterion, CommentFault.TOO_SHORT, len(comment), self.minimum_characters
        )


@dataclass(frozen=True, slots=True)
class CriterionSum:
    """Tie-break: the higher sum of the named criteria's scores goes first."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LowerSupportPerCompany:
    """Tie-break: the lower support per committed company goes first; none committed is last."""


@dataclass(frozen=True, slots=True)
class LotDrawn:
    """Tie-break: a lot that was drawn and recorded. Only a call that announces it may use it."""


TieBreak = CriterionSum | LowerSupportPerCompany | LotDrawn


@dataclass(frozen=True, slots=True)
class Rubric:
    """Everything that turns scores into a result. Raises ``InvalidRubric`` if incoherent."""

    criteria: tuple[Criterion, ...]
    total_minimum: Decimal | None = None
    combined: tuple[CombinedThreshold, ...] = ()
    panel: PanelRule = PanelRule()
    comments: CommentRule = CommentRule()
    tie_break: tuple[TieBreak, ...] = ()

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InvalidRubric(problems)

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        """The identifiers of the criteria in the order of the call."""
        return tuple(criterion.id for criterion in self.criteria)

    @property
    def maximum_total(self) -> Decimal:
        """The total of an application that gets the highest score everywhere."""
        return sum((criterion.weight for criterion in self.criteria), Decimal(0))

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion; an unknown identifier raises ``KeyError``."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


def _problems(rubric: Rubric) -> Iterator[RubricProblem]:
    """Yield everything that makes a rubric unusable."""
    yield from _criterion_problems(rubric)
    yield from _combined_problems(rubric)
    yield from _rule_problems(rubric)


def _criterion_problems(rubric: Rubric) -> Iterator[RubricProblem]:
    if not rubric.criteria:
        yield RubricProblem("criteria", "no_criteria", "a rubric needs at least one criterion")
    seen: set[str] = set()
    for criterion in rubric.criteria:
        if criterion.id in seen:
            yield RubricProblem(criterion.id, "duplicate_criterion", "the identifier is used twice")
        seen.add(criterion.id)
        if criterion.weight <= 0:
            yield RubricProblem(criterion.id, "weight_not_positive", "the weight must be positive")
        if criterion.minimum is not None and not criterion.scale.has(criterion.minimum):
            detail = f"the threshold {criterion.minimum} is not on the scale"
            yield RubricProblem(criterion.id, "threshold_off_scale", detail)


def _combined_problems(rubric: Rubric) -> Iterator[RubricProblem]:
    known = {criterion.id: criterion for criterion in rubric.criteria}
    seen = set(known)
    for rule in rubric.combined:
        if rule.id in seen:
            yield RubricProblem(rule.id, "duplicate_rule", "the identifier is used twice")
        seen.add(rule.id)
        unknown = [name for name in rule.criteria if name not in known]
        if unknown or not rule.criteria:
            detail = f"unknown criteria: {', '.join(unknown) or 'none named'}"
            yield RubricProblem(rule.id, "unknown_criterion", detail)
            continue
        reachable = sum((known[name].scale.maximum for name in rule.criteria), Decimal(0))
        if not 0 <= rule.minimum <= reachable:
            detail = f"the sum can never reach {rule.minimum} (at most {reachable})"
            yield RubricProblem(rule.id, "threshold_unreachable", detail)


def _rule_problems(rubric: Rubric) -> Iterator[RubricProblem]:
    if rubric.total_minimum is not None and not 0 <= rubric.total_minimum <= rubric.maximum_total:
        detail = f"a total of {rubric.total_minimum} is beyond {rubric.maximum_total}"
        yield RubricProblem("total_minimum", "threshold_unreachable", detail)
    if rubric.panel.evaluators_per_application < 1:
        yield RubricProblem("panel", "panel_empty", "at least one evaluator per application")
    for score in sorted(rubric.comments.required_scores):
        if not any(criterion.scale.has(score) for criterion in rubric.criteria):
            detail = f"no criterion can be given the score {score}"
            yield RubricProblem("comments", "score_off_scale", detail)
    for rule in rubric.tie_break:
        named = rule.criteria if isinstance(rule, CriterionSum) else ()
        for name in sorted(set(named) - set(rubric.criterion_ids)):
            yield RubricProblem("tie_break", "unknown_criterion", f"unknown criterion {name}")
