"""Where evaluators disagree: spreads, the call for a third evaluator, and scores far from the others.

Nothing here changes or removes a score; it says where people should look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.aggregate import Sheets, evaluator_totals, join_scores, threshold_failures
from scoring.rounding import exact
from scoring.rubric import ConsensusRule, Rubric

OUTLIER_FACTOR = Fraction(3) * Fraction(14826, 10_000)
"""Median absolute deviations (scaled to the standard deviation of a normal) that make an outlier."""


class PanelSizeMismatch(ValueError):
    """The third-evaluator rule was asked about more or fewer sheets than the panel has."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"the rule is for {expected} score sheets, not {got}")
        self.expected = expected
        self.got = got


def total_spread(rubric: Rubric, sheets: Sheets) -> Fraction:
    """Return the highest minus the lowest evaluator total (0 with one sheet)."""
    return _spread(list(evaluator_totals(rubric, sheets).values()))


def criterion_spreads(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return the highest minus the lowest score per criterion: where evaluators disagree."""
    return {
        name: _spread([exact(sheet[name]) for sheet in sheets.values() if name in sheet])
        for name in rubric.criterion_ids
    }


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
    return tuple(_disagreements(rubric.for_sheets(), sheets))


def disagreements(rubric: Rubric, sheets: Sheets) -> tuple[ThirdReason, ...]:
    """Return what evaluators, however many, disagree on by the limits of the panel rule."""
    return tuple(_disagreements(rubric.for_sheets(), sheets)) if len(sheets) > 1 else ()


def _disagreements(rubric: Rubric, sheets: Sheets) -> Iterator[ThirdReason]:
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


@dataclass(frozen=True, slots=True)
class Outlier:
    """A score further from the median of its criterion than the others explain."""

    evaluator: str
    criterion: str
    score: Decimal
    median: Fraction


def find_outliers(rubric: Rubric, sheets: Sheets) -> tuple[Outlier, ...]:
    """Return scores with |x − median| > 3 · 1.4826 · MAD, for a person to look at.

    Three scores or more are needed. Where most of them are equal the deviation is 0 and any other
    score stands out.
    """
    found = []
    for name in rubric.criterion_ids:
        given = {key: sheet[name] for key, sheet in sheets.items() if name in sheet}
        if len(given) < _FEWEST:
            continue
        middle = join_scores(ConsensusRule.MEDIAN, [exact(score) for score in given.values()])
        apart = {key: abs(exact(score) - middle) for key, score in given.items()}
        limit = OUTLIER_FACTOR * join_scores(ConsensusRule.MEDIAN, list(apart.values()))
        found += [Outlier(key, name, given[key], middle) for key in given if apart[key] > limit]
    return tuple(found)


_FEWEST = 3


def _spread(values: Sequence[Fraction]) -> Fraction:
    return max(values) - min(values) if values else Fraction(0)
