"""Applications × people of the pool: what stands of each pair, a page of each at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import EvaluationState
from app.models import Application, Disqualification, Evaluation, RoutingRun, RoutingWish
from app.queries.funder.list_statements import natural_order
from app.queries.funder.panels import ROUTED, PoolLine, list_pool
from app.queries.funder.routing import read_affinities

PAGE = 25
"""Applications on a page of the matrix."""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One application across the people: state, conflict, wish or affinity of each pair."""

    id: uuid.UUID
    record_number: str
    acronym: str
    cells: Sequence[tuple[PoolLine, str, Fraction | None]]


@dataclass(frozen=True, slots=True)
class PairMatrix:
    """One page of applications × one page of people."""

    people: Sequence[PoolLine]
    lines: Sequence[MatrixLine]
    applications: int
    evaluators: int


def load_pair_matrix(
    session: Session, call_id: uuid.UUID, page: int, column: int, across: int
) -> PairMatrix:
    """Return a page of the matrix, counted from 0; in six statements."""
    where = (Application.call_id == call_id, Application.state.in_(ROUTED))
    count = session.scalar(sa.select(sa.func.count()).select_from(Application).where(*where)) or 0
    rows = session.execute(
        sa.select(Application.id, Application.record_number, Application.acronym)
        .where(*where)
        .order_by(natural_order())
        .offset(page * PAGE)
        .limit(PAGE)
    ).all()
    pool = list_pool(session, call_id)
    people = pool[column * across : (column + 1) * across]
    ids = [row.id for row in rows]
    marks = _load_marks(session, ids)
    instance = session.scalar(
        sa.select(RoutingRun.instance)
        .where(RoutingRun.call_id == call_id, RoutingRun.kind == "proposal")
        .order_by(RoutingRun.number.desc())
        .limit(1)
    )
    known = read_affinities(instance, {str(key) for key in ids}) if instance else {}
    lines = [
        MatrixLine(
            key,
            number,
            acronym,
            [
                (
                    each,
                    marks.get((key, each.evaluator_id), ""),
                    known.get(str(key), {}).get(str(each.evaluator_id)),
                )
                for each in people
            ],
        )
        for key, number, acronym in rows
    ]
    return PairMatrix(people, lines, count, len(pool))


def _load_marks(
    session: Session, ids: Sequence[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """Return what stands of each pair: a wish, then the state of the work, then a conflict."""
    marks: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    wishes = sa.select(
        RoutingWish.application_id, RoutingWish.evaluator_id, RoutingWish.kind
    ).where(RoutingWish.application_id.in_(ids))
    states = sa.select(Evaluation.application_id, Evaluation.evaluator_id, Evaluation.state).where(
        Evaluation.application_id.in_(ids), Evaluation.state != EvaluationState.REMOVED
    )
    conflicts = sa.select(
        Disqualification.application_id, Disqualification.person_id, sa.literal("conflict")
    ).where(Disqualification.application_id.in_(ids))
    for query in (wishes, states, conflicts):
        for application, evaluator, mark in session.execute(query):
            marks[application, evaluator] = str(mark)
    return marks
