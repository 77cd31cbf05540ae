"""Scores of one criterion side by side: the anchor that each evaluator chose, and the comment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.queries.funder.disagreements import Disagreement, Opinion
from app.queries.funder.matrix import Matrix
from calls.definition import CallDefinition

Name = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShownOpinion:
    """One evaluator's score with the text of its anchor; between two anchors there is none."""

    evaluator: str
    score: Fraction
    anchor: Name | None
    comment: str


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """One criterion with all opinions on it."""

    id: str
    name: Name
    spread: Fraction | None
    is_flagged: bool
    consensus: Fraction | None
    opinions: Sequence[ShownOpinion]


def present_criteria(definition: CallDefinition, matrix: Matrix) -> list[ShownCriterion]:
    """Return the criteria of an application with the submitted opinions, in the order of the rubric."""
    shown = []
    for row in matrix.rows:
        opinions = [
            Opinion(name, cell.score, cell.comment)
            for name, cell in zip(matrix.evaluators, row.cells, strict=True)
            if cell is not None
        ]
        shown.append(
            ShownCriterion(
                row.criterion_id,
                definition.rubric.get_criterion(row.criterion_id).name,
                row.spread,
                row.is_flagged,
                row.consensus,
                _present(definition, row.criterion_id, opinions),
            )
        )
    return shown


def present_disagreements(
    definition: CallDefinition, rows: Iterable[Disagreement]
) -> list[tuple[Disagreement, ShownCriterion]]:
    """Return disagreements with names and anchors."""
    return [
        (
            row,
            ShownCriterion(
                row.criterion_id,
                definition.rubric.get_criterion(row.criterion_id).name,
                row.spread,
                True,
                None,
                _present(definition, row.criterion_id, row.opinions),
            ),
        )
        for row in rows
    ]


def _present(
    definition: CallDefinition, criterion_id: str, opinions: Iterable[Opinion]
) -> list[ShownOpinion]:
    criterion = definition.rubric.get_criterion(criterion_id)
    return [
        ShownOpinion(
            each.evaluator,
            each.score,
            criterion.find_anchor(Decimal(each.score.numerator) / each.score.denominator),
            each.comment,
        )
        for each in opinions
    ]
