"""The funder's inbox: calls with counts of applications, evaluations and decisions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    CallState,
    DecisionState,
    EvaluationState,
)
from app.models import Application, Call, Decision, Evaluation, PoolMember, Ranking, SelectionAct

_HIDDEN = (CallState.DRAFT, CallState.CANCELLED)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with its counts by state; drafts of applicants are not counted."""

    id: uuid.UUID
    code: str
    title: Mapping[str, str]
    state: CallState
    opens_at: datetime
    closes_at: datetime
    budget: Decimal
    has_ranking: bool
    has_selection: bool
    pool_size: int
    applications: Mapping[ApplicationState, int] = field(default_factory=dict)
    evaluations: Mapping[EvaluationState, int] = field(default_factory=dict)
    decisions: Mapping[DecisionState, int] = field(default_factory=dict)

    def count(self, *states: ApplicationState) -> int:
        """Return how many applications are in one of the states."""
        return sum(self.applications.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        """Return how many applications were submitted."""
        return sum(self.applications.values())

    @property
    def evaluations_assigned(self) -> int:
        """Return how many evaluations are at work or done."""
        return sum(self.evaluations.get(state, 0) for state in ACTIVE_EVALUATION_STATES)

    @property
    def evaluations_done(self) -> int:
        """Return how many evaluations are submitted."""
        return sum(self.evaluations.get(state, 0) for state in SUBMITTED_EVALUATION_STATES)

    @property
    def step(self) -> str:
        """Return the code of the one thing to do next; the words are the web layer's."""
        return next((code for code, is_next in _steps(self) if is_next), "wait")


def _steps(line: CallLine) -> tuple[tuple[str, bool], ...]:
    states = ApplicationState
    is_open = line.state in {CallState.PUBLISHED, CallState.OPEN}
    decided = line.decisions
    return (
        ("wait_for_close", is_open),
        ("check", bool(line.count(states.SUBMITTED))),
        ("wait_for_completion", bool(line.count(states.COMPLETION_REQUESTED))),
        ("fill_pool", bool(line.count(states.ELIGIBLE)) and not line.pool_size),
        ("assign", bool(line.count(states.ELIGIBLE))),
        ("release", bool(line.evaluations.get(EvaluationState.PROPOSED))),
        ("wait_for_scores", line.evaluations_done < line.evaluations_assigned),
        ("consensus", bool(line.count(states.IN_EVALUATION))),
        ("rank", bool(line.count(states.EVALUATED)) and not line.has_ranking),
        ("select", bool(line.count(states.EVALUATED)) and not line.has_selection),
        ("present", bool(decided.get(DecisionState.DRAFT))),
        ("approve", bool(decided.get(DecisionState.PRESENTED))),
        ("serve", bool(decided.get(DecisionState.SIGNED) or decided.get(DecisionState.APPROVED))),
        ("draft", line.total > line.count(states.DECIDED, states.WITHDRAWN)),
        ("done", line.total > 0),
    )


def list_calls(session: Session, authority_keys: frozenset[str]) -> list[CallLine]:
    """List the calls of some bodies, the one that closes last first, in four statements."""
    serves = sa.or_(
        Call.selecting_authority.in_(authority_keys), Call.granting_authority.in_(authority_keys)
    )
    return _load_lines(session, sa.and_(serves, Call.state.not_in(_HIDDEN)))


def get_call_line(session: Session, call_id: uuid.UUID) -> CallLine:
    """Return one call with its counts."""
    return _load_lines(session, Call.id == call_id)[0]


def _load_lines(session: Session, condition: sa.ColumnElement[bool]) -> list[CallLine]:
    pool = sa.select(sa.func.count()).where(PoolMember.call_id == Call.id).scalar_subquery()
    rows = session.execute(
        sa.select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.opens_at,
            Call.closes_at,
            Call.budget,
            sa.exists().where(Ranking.call_id == Call.id),
            sa.exists().where(SelectionAct.call_id == Call.id),
            pool,
        )
        .where(condition)
        .order_by(Call.closes_at.desc(), Call.code)
    ).all()
    ids = [row[0] for row in rows]
    applications = _count_states(session, Application, ids, Application.record_number.is_not(None))
    evaluations = _count_states(session, Evaluation, ids)
    decisions = _count_states(session, Decision, ids)
    return [
        CallLine(
            *row,
            applications=applications.get(row[0], {}),
            evaluations=evaluations.get(row[0], {}),
            decisions=decisions.get(row[0], {}),
        )
        for row in rows
    ]


def _count_states(
    session: Session,
    kind: type[Application | Evaluation | Decision],
    call_ids: list[uuid.UUID],
    *conditions: sa.ColumnElement[bool],
) -> dict[uuid.UUID, dict[object, int]]:
    counts: dict[uuid.UUID, dict[object, int]] = {}
    rows = session.execute(
        sa.select(kind.call_id, kind.state, sa.func.count())
        .where(kind.call_id.in_(call_ids), *conditions)
        .group_by(kind.call_id, kind.state)
    )
    for call_id, state, count in rows:
        counts.setdefault(call_id, {})[state] = count
    return counts
