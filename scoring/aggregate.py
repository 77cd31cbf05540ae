"""From score sheets to a result: totals, medians, thresholds and the call for a third evaluator.

All figures are exact fractions; rounding happens once, when a figure is shown. A missing score is
missing and never zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rounding import Exact, exact, half_up
from scoring.rubric import Rubric

Sheet = Mapping[str, Decimal]
"""One evaluator's scores by criterion."""

Sheets = Mapping[str, Sheet]
"""The score sheets of one application by evaluator."""


class IncompleteScores(ValueError):
    """Criteria of the rubric have no score, so no total exists."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"no score for {', '.join(missing)}")
        self.missing = missing


class UnknownCriterion(ValueError):
    """Scores name criteria that the rubric does not have."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        super().__init__(f"unknown criteria: {', '.join(unknown)}")
        self.unknown = unknown


class ScoreOutOfRange(ValueError):
    """A score lies outside the ends of its criterion's scale."""

    def __init__(self, criterion: str, score: Fraction) -> None:
        super().__init__(f"{criterion}: {score} is outside the scale")
        self.criterion = criterion
        self.score = score


class NoSheets(ValueError):
    """There is no score sheet to aggregate."""


class PanelSizeMismatch(ValueError):
    """The third-evaluator rule was asked about more or fewer sheets than the panel has."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"the rule is for {expected} score sheets, not {got}")
        self.expected = expected
        self.got = got


def total(rubric: Rubric, scores: Mapping[str, Exact]) -> Fraction:
    """Return Σ weight × score / scale maximum, exact and unrounded.

    Scores may be medians or agreed halves: they must lie within the scale, not on a step of it.
    Raises ``IncompleteScores``, ``UnknownCriterion`` or ``ScoreOutOfRange``.
    """
    checked = _checked(rubric, scores)
    return sum(
        (
            Fraction(criterion.weight) * checked[criterion.id] / Fraction(criterion.scale.maximum)
            for criterion in rubric.criteria
        ),
        Fraction(0),
    )


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """Round a total half-up for display."""
    return half_up(value, places)


def median_scores(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return the unrounded median per criterion; with two sheets that is their mean.

    It is not rounded because rounding half down put totals below both evaluators. Raises
    ``NoSheets``, and ``IncompleteScores`` if a sheet lacks a criterion.
    """
    if not sheets:
        raise NoSheets
    checked = [_checked(rubric, sheet) for sheet in sheets.values()]
    return {name: _median([sheet[name] for sheet in checked]) for name in rubric.criterion_ids}


def evaluator_totals(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return each evaluator's own total."""
    return {evaluator: total(rubric, sheet) for evaluator, sheet in sheets.items()}


def total_spread(rubric: Rubric, sheets: Sheets) -> Fraction:
    """Return the highest minus the lowest evaluator total (0 with one sheet)."""
    return _spread(list(evaluator_totals(rubric, sheets).values()))


def criterion_spreads(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return the highest minus the lowest score per criterion: where evaluators disagree."""
    checked = [_checked(rubric, sheet) for sheet in sheets.values()]
    return {name: _spread([sheet[name] for sheet in checked]) for name in rubric.criterion_ids}


class ThresholdKind(StrEnum):
    """Which kind of threshold was missed."""

    CRITERION = "criterion"
    COMBINED = "combined"
    TOTAL = "total"


TOTAL_ID = "TOTAL"
"""The identifier of the total threshold in ``ThresholdFailure.id``."""


@dataclass(frozen=True, slots=True)
class ThresholdFailure:
    """A threshold that was not reached; ``criteria`` are those that were summed."""

    kind: ThresholdKind
    id: str
    criteria: tuple[str, ...]
    required: Decimal
    obtained: Fraction


def threshold_failures(rubric: Rubric, scores: Mapping[str, Exact]) -> tuple[ThresholdFailure, ...]:
    """Return every missed threshold: criteria first, then combined rules, then the total.

    Reaching a threshold exactly is enough. Comparison is exact: 49.996 fails a minimum of 50
    although it is shown as 50.00.
    """
    return tuple(_failures(rubric, _checked(rubric, scores)))


def _failures(rubric: Rubric, scores: dict[str, Fraction]) -> Iterator[ThresholdFailure]:
    for criterion in rubric.criteria:
        obtained = scores[criterion.id]
        if criterion.minimum is not None and obtained < Fraction(criterion.minimum):
            yield ThresholdFailure(
                ThresholdKind.CRITERION, criterion.id, (criterion.id,), criterion.minimum, obtained
            )
    for rule in rubric.combined:
        obtained = sum((scores[name] for name in rule.criteria), Fraction(0))
        if obtained < Fraction(rule.minimum):
            yield ThresholdFailure(
                ThresholdKind.COMBINED, rule.id, rule.criteria, rule.minimum, obtained
            )
    obtained = total(rubric, scores)
    if rubric.total_minimum is not None and obtained < Fraction(rubric.total_minimum):
        yield ThresholdFailure(
            ThresholdKind.TOTAL, TOTAL_ID, rubric.criterion_ids, rubric.total_minimum, obtained
        )


class ThirdReasonCode(StrEnum):
    """Why one more evaluator is called."""

    TOTAL_DIFFERENCE = "total_difference"
    CRITERION_DIFFERENCE = "criterion_difference"
    THRESHOLD_DIFFERS = "threshold_differs"


@dataclass(frozen=True, slots=True)
class ThirdReason:
    """One reason; a difference carries its size and limit, a criterion difference its name."""

    code: ThirdReasonCode
    criterion: str | None = None
    difference: Fraction | None = None
    limit: Decimal | None = None


def third_evaluator_reasons(rubric: Rubric, sheets: Sheets) -> tuple[ThirdReason, ...]:
    """Return why the first panel disagrees enough to call one more evaluator; empty if not.

    ``sheets`` are those of the first panel: exactly ``panel.evaluators_per_application``, else
    ``PanelSizeMismatch``. A panel of one can never disagree.
    """
    expected = rubric.panel.evaluators_per_application
    if len(sheets) != expected:
        raise PanelSizeMismatch(expected, len(sheets))
    return tuple(_third_reasons(rubric, sheets))


def _third_reasons(rubric: Rubric, sheets: Sheets) -> Iterator[ThirdReason]:
    panel = rubric.panel
    limit = panel.third_total_difference
    spread = total_spread(rubric, sheets)
    if limit is not None and spread >= Fraction(limit):
        yield ThirdReason(ThirdReasonCode.TOTAL_DIFFERENCE, None, spread, limit)
    limit = panel.third_criterion_difference
    for criterion, difference in criterion_spreads(rubric, sheets).items():
        if limit is not None and difference >= Fraction(limit):
            yield ThirdReason(ThirdReasonCode.CRITERION_DIFFERENCE, criterion, difference, limit)
    outcomes = {bool(threshold_failures(rubric, sheet)) for sheet in sheets.values()}
    if panel.third_if_threshold_differs and len(outcomes) > 1:
        yield ThirdReason(ThirdReasonCode.THRESHOLD_DIFFERS)


def _checked(rubric: Rubric, scores: Mapping[str, Exact]) -> dict[str, Fraction]:
    """Return complete, known, in-range scores as fractions in the order of the rubric."""
    known = rubric.criterion_ids
    unknown = tuple(sorted(set(scores) - set(known)))
    if unknown:
        raise UnknownCriterion(unknown)
    missing = tuple(name for name in known if name not in scores)
    if missing:
        raise IncompleteScores(missing)
    values = {name: exact(scores[name]) for name in known}
    for criterion in rubric.criteria:
        if not criterion.scale.covers(values[criterion.id]):
            raise ScoreOutOfRange(criterion.id, values[criterion.id])
    return values


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _spread(values: Sequence[Fraction]) -> Fraction:
    return max(values) - min(values) if values else Fraction(0)
