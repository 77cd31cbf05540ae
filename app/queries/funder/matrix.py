"""Criteria × evaluators: scores and comments side by side, with means, spreads and disagreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES
from app.models import Consensus, Evaluation
from scoring.rubric import Rubric
from scoring.scale import Scale

DISAGREEMENT = Fraction(2)
"""Points between two scores of a criterion that are shown as a disagreement, unless the call says."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One evaluator's score of one criterion."""

    score: Fraction
    comment: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One criterion across the evaluators."""

    criterion_id: str
    weight: Fraction
    cells: Sequence[Cell | None]
    mean: Fraction | None
    median: Fraction | None
    spread: Fraction | None
    is_flagged: bool
    consensus: Fraction | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix of an application: only submitted score sheets are in it."""

    evaluators: Sequence[str]
    rows: Sequence[MatrixRow]
    totals: Sequence[Fraction | None]
    mean: Fraction | None
    spread: Fraction | None
    consensus: Fraction | None


def build_matrix(
    rubric: Rubric, evaluations: Sequence[Evaluation], consensus: Consensus | None
) -> Matrix:
    """Return the matrix from the submitted evaluations of an application."""
    sheets = [each for each in evaluations if each.state in SUBMITTED_EVALUATION_STATES]
    agreed = {key: Fraction(value) for key, value in consensus.scores.items()} if consensus else {}
    totals = [_points(each.total_hundredths) for each in sheets]
    known = [each for each in totals if each is not None]
    return Matrix(
        evaluators=[each.evaluator.code for each in sheets],
        rows=[_row(rubric, name, sheets, agreed) for name in rubric.criterion_ids],
        totals=totals,
        mean=_mean(known),
        spread=max(known) - min(known) if len(known) > 1 else None,
        consensus=_points(consensus.total_hundredths) if consensus else None,
    )


def least_disagreement(rubric: Rubric) -> Fraction:
    """Return how far apart two scores of a criterion are when evaluators disagree on it."""
    limit = rubric.panel.third_criterion_difference
    return DISAGREEMENT if limit is None else Fraction(limit)


def _points(hundredths: int | None) -> Fraction | None:
    return None if hundredths is None else Fraction(hundredths, 100)


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _row(
    rubric: Rubric, name: str, sheets: Sequence[Evaluation], agreed: Mapping[str, Fraction]
) -> MatrixRow:
    criterion = rubric.criterion(name)
    cells = [_cell(criterion.scale, name, sheet) for sheet in sheets]
    given = [cell.score for cell in cells if cell is not None]
    spread = max(given) - min(given) if len(given) > 1 else None
    return MatrixRow(
        criterion_id=name,
        weight=Fraction(criterion.weight),
        cells=cells,
        mean=_mean(given),
        median=Fraction(median(given)) if given else None,
        spread=spread,
        is_flagged=spread is not None and spread >= least_disagreement(rubric),
        consensus=agreed.get(name),
    )


def _cell(scale: Scale, criterion_id: str, sheet: Evaluation) -> Cell | None:
    for score in sheet.scores:
        if score.criterion_id == criterion_id and score.ticks is not None:
            return Cell(Fraction(scale.score(score.ticks)), score.comment)
    return None
