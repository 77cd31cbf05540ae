"""An invented application scored by a rubric before anybody applies: every figure with its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.aggregate import (
    Sheets,
    ThresholdFailure,
    computed_scores,
    evaluator_totals,
    given_scores,
    join_scores,
    ranking_total,
    threshold_failures,
    total,
)
from scoring.disagreement import Outlier, ThirdReason, find_outliers, third_evaluator_reasons
from scoring.formula import FormulaInput, InputMissing
from scoring.rounding import Exact, exact
from scoring.rubric import ConsensusRule, Rubric, Scorer


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One criterion: its final score and what that adds to the total; ``None`` while it is missing."""

    criterion: str
    final: Fraction | None
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rubric makes of the scores.

    ``totals`` are those of complete sheets. ``total`` and ``ranking_total`` exist, and ``failures``
    mean something, only when no criterion is ``missing``; ``needs_agreement`` tells that the panel
    rule computes nothing.
    """

    rows: tuple[TrialRow, ...]
    totals: Mapping[str, Fraction]
    total: Fraction | None
    ranking_total: Fraction | None
    failures: tuple[ThresholdFailure, ...]
    third_reasons: tuple[ThirdReason, ...]
    outliers: tuple[Outlier, ...]
    missing: tuple[str, ...]
    needs_agreement: bool


def try_rubric(
    rubric: Rubric,
    sheets: Sheets,
    officer: Mapping[str, Exact],
    inputs: Mapping[FormulaInput, Exact],
) -> Trial:
    """Return what a rubric makes of invented scores; nothing that is missing counts as zero.

    ``sheets`` stand in the order of the panel: those beyond its size are of third evaluators.
    """
    own = rubric.for_sheets()
    full = {key: sheet for key, sheet in sheets.items() if set(sheet) == set(own.criterion_ids)}
    panel = dict(list(sheets.items())[: rubric.panel.evaluators_per_application])
    is_complete = len(panel) == rubric.panel.evaluators_per_application and set(panel) <= set(full)
    final = _final(rubric, sheets)
    final |= {
        key: exact(officer[key]) for key in rubric.scored_by(Scorer.OFFICER) if key in officer
    }
    final |= _computed(rubric, inputs)
    missing = tuple(key for key in rubric.criterion_ids if key not in final)
    return Trial(
        rows=tuple(_row(rubric, key, final.get(key)) for key in rubric.criterion_ids),
        totals=evaluator_totals(own, full),
        total=None if missing else total(rubric, final),
        ranking_total=None if missing else ranking_total(rubric, final),
        failures=() if missing else threshold_failures(rubric, final),
        third_reasons=third_evaluator_reasons(rubric, panel) if is_complete else (),
        outliers=find_outliers(own, sheets),
        missing=missing,
        needs_agreement=rubric.panel.consensus is ConsensusRule.AGREED,
    )


def _final(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return the joined scores of the criteria that enough evaluators scored."""
    if rubric.panel.consensus is ConsensusRule.AGREED:
        return {}
    return {
        name: join_scores(rubric.panel.consensus, scores)
        for name, scores in given_scores(rubric, sheets).items()
        if len(scores) >= rubric.panel.minimum_reviews
    }


def _computed(rubric: Rubric, inputs: Mapping[FormulaInput, Exact]) -> dict[str, Fraction]:
    try:
        return computed_scores(rubric, inputs)
    except InputMissing:
        return {}


def _row(rubric: Rubric, name: str, final: Fraction | None) -> TrialRow:
    criterion = rubric.criterion(name)
    share = None if final is None else final / Fraction(criterion.scale.maximum)
    return TrialRow(name, final, None if share is None else Fraction(criterion.weight) * share)
