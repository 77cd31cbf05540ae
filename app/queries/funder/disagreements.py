"""Where evaluators disagree: every criterion of a call whose scores lie far apart, with the comments."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES, ApplicationState
from app.models import Application, Disqualification, Evaluation, EvaluatorProfile, Score
from app.queries.funder.matrix import least_disagreement
from scoring.rubric import Rubric

SHOWN = 50
"""So many disagreements are listed with their comments; the list names how many more there are."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One evaluator's score of a criterion and the comment on it."""

    evaluator: str
    score: Fraction
    comment: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One criterion of one application on which evaluators are far apart, lowest score first."""

    application_id: uuid.UUID
    record_number: str
    acronym: str
    criterion_id: str
    spread: Fraction
    opinions: Sequence[Opinion]


@dataclass(frozen=True, slots=True)
class DisagreementList:
    """The widest disagreements of a call, and how many there are in all."""

    rows: Sequence[Disagreement]
    count: int


@dataclass(frozen=True, slots=True)
class _Cell:
    application_id: uuid.UUID
    record_number: str
    acronym: str
    criterion_id: str
    evaluation_id: uuid.UUID
    evaluator: str
    ticks: int


def list_disagreements(
    session: Session, call_id: uuid.UUID, rubric: Rubric, reader: uuid.UUID | None
) -> DisagreementList:
    """List the disagreements of a call, the widest first, in two statements.

    An application that a conflict of interest closes to the reader is not among them.
    """
    groups: dict[tuple[uuid.UUID, str], list[_Cell]] = defaultdict(list)
    for cell in _load_cells(session, call_id, reader):
        groups[cell.application_id, cell.criterion_id].append(cell)
    least = least_disagreement(rubric)
    found = [
        (spread, cells) for cells in groups.values() if (spread := _spread(rubric, cells)) >= least
    ]
    found.sort(key=lambda each: -each[0])
    shown = found[:SHOWN]
    comments = _load_comments(session, [cell for _spread_of, cells in shown for cell in cells])
    rows = [_describe(rubric, spread, cells, comments) for spread, cells in shown]
    return DisagreementList(rows, len(found))


def _load_cells(session: Session, call_id: uuid.UUID, reader: uuid.UUID | None) -> list[_Cell]:
    rows = session.execute(
        sa.select(
            Application.id,
            Application.record_number,
            Application.acronym,
            Score.criterion_id,
            Evaluation.id,
            EvaluatorProfile.code,
            Score.ticks,
        )
        .join(Evaluation, Evaluation.id == Score.evaluation_id)
        .join(Application, Application.id == Evaluation.application_id)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Evaluation.evaluator_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
            Application.state != ApplicationState.WITHDRAWN,
            Score.ticks.is_not(None),
            is_open_to(reader),
        )
        .order_by(Application.record_order, Score.criterion_id, EvaluatorProfile.code)
    )
    return [_Cell(*row) for row in rows]


def is_open_to(reader: uuid.UUID | None) -> sa.ColumnElement[bool]:
    """Return the condition that no conflict of interest closes an application to a person."""
    return sa.not_(
        sa.exists().where(
            Disqualification.application_id == Application.id,
            Disqualification.person_id == reader,
        )
    )


def _spread(rubric: Rubric, cells: Iterable[_Cell]) -> Fraction:
    ticks = [cell.ticks for cell in cells]
    (criterion_id,) = {cell.criterion_id for cell in cells}
    step = Fraction(rubric.criterion(criterion_id).scale.step)
    return (max(ticks) - min(ticks)) * step


def _load_comments(session: Session, cells: Iterable[_Cell]) -> dict[tuple[uuid.UUID, str], str]:
    wanted = {(cell.evaluation_id, cell.criterion_id) for cell in cells}
    rows = session.execute(
        sa.select(Score.evaluation_id, Score.criterion_id, Score.comment).where(
            Score.evaluation_id.in_({key for key, _criterion in wanted})
        )
    )
    return {(key, name): text for key, name, text in rows if (key, name) in wanted}


def _describe(
    rubric: Rubric,
    spread: Fraction,
    cells: Sequence[_Cell],
    comments: dict[tuple[uuid.UUID, str], str],
) -> Disagreement:
    first = cells[0]
    scale = rubric.criterion(first.criterion_id).scale
    opinions = [
        Opinion(
            cell.evaluator,
            Fraction(scale.score(cell.ticks)),
            comments.get((cell.evaluation_id, cell.criterion_id), ""),
        )
        for cell in sorted(cells, key=lambda each: (each.ticks, each.evaluator))
    ]
    return Disagreement(
        first.application_id,
        first.record_number,
        first.acronym,
        first.criterion_id,
        spread,
        opinions,
    )
