"""The funder's inbox: calls with what waits in them, in a constant number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    CallState,
    ClaimState,
    DecisionState,
    EvaluationState,
)
from app.domain.times import at_local_time
from app.models import (
    Application,
    Call,
    CallQuestion,
    CompletionRequest,
    Decision,
    Evaluation,
    PoolMember,
    Ranking,
    RectificationClaim,
    SelectionAct,
)
from app.queries.decision_chain import has_later_decision
from app.queries.definitions import get_definition

_HIDDEN = (CallState.DRAFT, CallState.CANCELLED)
_END_OF_DAY = time(23, 59, 59)
_WORKING = (EvaluationState.ASSIGNED, EvaluationState.ACCEPTED, EvaluationState.DRAFTING)


@dataclass(frozen=True, slots=True)
class Completions:
    """Completion requests that wait for an answer; the next due time of those not overdue."""

    open: int = 0
    overdue: int = 0
    next_due: datetime | None = None
    first_overdue: datetime | None = None
    """When the answer that is overdue for longest was due."""


@dataclass(frozen=True, slots=True)
class Panels:
    """What the panels wait for: evaluators to be assigned, and consensus to be written."""

    unassigned: int = 0
    consensus: int = 0


@dataclass(frozen=True, slots=True)
class Sheets:
    """Evaluations by state, those whose due time has passed, and the next due time of the others."""

    counts: Mapping[EvaluationState, int] = field(default_factory=dict)
    late: int = 0
    next_due: datetime | None = None
    first_late: datetime | None = None
    """When the sheet that is late for longest was due."""

    def count(self, *states: EvaluationState) -> int:
        """Return how many evaluations are in one of the states."""
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Rulings:
    """Decisions by state with the support of each state, and the drafts that came back."""

    counts: Mapping[DecisionState, int] = field(default_factory=dict)
    support: Mapping[DecisionState, Decimal] = field(default_factory=dict)
    returned: int = 0
    review_until: date | None = None
    """The last day for review of those that are served and not yet final."""

    def count(self, *states: DecisionState) -> int:
        """Return how many decisions are in one of the states."""
        return sum(self.counts.get(state, 0) for state in states)

    def support_of(self, *states: DecisionState) -> Decimal:
        """Return the euros that the decisions in the states grant."""
        return sum((self.support.get(state, Decimal(0)) for state in states), Decimal(0))


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims for rectification that nobody has begun to answer: they are urgent (434/2003, 49 e §)."""

    waiting: int = 0
    oldest: datetime | None = None
    """When the first of them arrived."""
    decision_id: uuid.UUID | None = None
    """The decision that the first of them is about."""


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
    selecting_authority: str
    granting_authority: str
    version_id: uuid.UUID | None
    has_ranking: bool
    has_selection: bool
    pool_size: int
    questions: int
    applications: Mapping[ApplicationState, int] = field(default_factory=dict)
    completions: Completions = Completions()
    panels: Panels = Panels()
    sheets: Sheets = field(default_factory=Sheets)
    rulings: Rulings = field(default_factory=Rulings)
    claims: Claims = Claims()
    decisions_due: datetime | None = None
    """The end of the day by which the call promises its decisions."""

    def count(self, *states: ApplicationState) -> int:
        """Return how many applications are in one of the states."""
        return sum(self.applications.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        """Return how many applications were submitted."""
        return sum(self.applications.values())

    @property
    def sheets_assigned(self) -> int:
        """Return how many evaluations are at work or done."""
        return self.sheets.count(*ACTIVE_EVALUATION_STATES)

    @property
    def sheets_done(self) -> int:
        """Return how many evaluations are submitted."""
        return self.sheets.count(*SUBMITTED_EVALUATION_STATES)


def list_calls(session: Session, authority_keys: frozenset[str], now: datetime) -> list[CallLine]:
    """List the calls of some bodies, the one that closes last first, in seven statements."""
    serves = sa.or_(
        Call.selecting_authority.in_(authority_keys), Call.granting_authority.in_(authority_keys)
    )
    rows = _load_calls(session, sa.and_(serves, Call.state.not_in(_HIDDEN)))
    ids = [row[0] for row in rows]
    if not ids:
        return []
    applications = _count_applications(session, ids)
    completions = _count_completions(session, ids, now)
    panels = _count_panels(session, ids)
    sheets = _count_sheets(session, ids, now)
    rulings = _count_rulings(session, ids)
    claims = _count_claims(session, ids)
    return [
        CallLine(
            *row,
            applications=applications.get(row[0], {}),
            completions=completions.get(row[0], Completions()),
            panels=panels.get(row[0], Panels()),
            sheets=sheets.get(row[0], Sheets()),
            rulings=rulings.get(row[0], Rulings()),
            claims=claims.get(row[0], Claims()),
            decisions_due=_find_target(session, row.version_id),
        )
        for row in rows
    ]


def _load_calls(session: Session, condition: sa.ColumnElement[bool]) -> list[Any]:
    pool = sa.select(sa.func.count()).where(PoolMember.call_id == Call.id).scalar_subquery()
    questions = (
        sa.select(sa.func.count())
        .where(CallQuestion.call_id == Call.id, CallQuestion.answered_at.is_(None))
        .scalar_subquery()
    )
    statement = (
        sa.select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.opens_at,
            Call.closes_at,
            Call.budget,
            Call.selecting_authority,
            Call.granting_authority,
            Call.version_id,
            sa.exists().where(Ranking.call_id == Call.id),
            sa.exists().where(SelectionAct.call_id == Call.id),
            pool,
            questions,
        )
        .where(condition)
        .order_by(Call.closes_at.desc(), Call.code)
    )
    return list(session.execute(statement))


def _count_applications(
    session: Session, call_ids: list[uuid.UUID]
) -> dict[uuid.UUID, dict[ApplicationState, int]]:
    counts: dict[uuid.UUID, dict[ApplicationState, int]] = {}
    rows = session.execute(
        sa.select(Application.call_id, Application.state, sa.func.count())
        .where(Application.call_id.in_(call_ids), Application.record_number.is_not(None))
        .group_by(Application.call_id, Application.state)
    )
    for call_id, state, count in rows:
        counts.setdefault(call_id, {})[state] = count
    return counts


def _count_completions(
    session: Session, call_ids: list[uuid.UUID], now: datetime
) -> dict[uuid.UUID, Completions]:
    due = CompletionRequest.due_at
    rows = session.execute(
        sa.select(
            Application.call_id,
            sa.func.count(),
            sa.func.sum(sa.case((due < now, 1), else_=0)),
            sa.func.min(sa.case((due >= now, due))),
            sa.func.min(sa.case((due < now, due))),
        )
        .join(Application, Application.id == CompletionRequest.application_id)
        .where(
            Application.call_id.in_(call_ids),
            Application.state == ApplicationState.COMPLETION_REQUESTED,
            CompletionRequest.closed_at.is_(None),
        )
        .group_by(Application.call_id)
    )
    return {row[0]: Completions(row[1], int(row[2]), row[3], row[4]) for row in rows}


def _count_panels(session: Session, call_ids: list[uuid.UUID]) -> dict[uuid.UUID, Panels]:
    is_active = Evaluation.state.in_(ACTIVE_EVALUATION_STATES)
    is_waiting = Evaluation.state.in_(ACTIVE_EVALUATION_STATES - SUBMITTED_EVALUATION_STATES)
    work = (
        sa.select(
            Evaluation.application_id,
            sa.func.sum(sa.case((is_active, 1), else_=0)).label("active"),
            sa.func.sum(sa.case((is_waiting, 1), else_=0)).label("waiting"),
        )
        .where(Evaluation.call_id.in_(call_ids))
        .group_by(Evaluation.application_id)
        .subquery()
    )
    active, waiting = sa.func.coalesce(work.c.active, 0), sa.func.coalesce(work.c.waiting, 0)
    is_unassigned = sa.and_(Application.state == ApplicationState.ELIGIBLE, active == 0)
    is_complete = sa.and_(
        Application.state == ApplicationState.IN_EVALUATION, active > 0, waiting == 0
    )
    rows = session.execute(
        sa.select(
            Application.call_id,
            sa.func.sum(sa.case((is_unassigned, 1), else_=0)),
            sa.func.sum(sa.case((is_complete, 1), else_=0)),
        )
        .select_from(sa.outerjoin(Application, work, work.c.application_id == Application.id))
        .where(
            Application.call_id.in_(call_ids),
            Application.state.in_((ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)),
        )
        .group_by(Application.call_id)
    )
    return {row[0]: Panels(int(row[1]), int(row[2])) for row in rows}


def _count_sheets(
    session: Session, call_ids: list[uuid.UUID], now: datetime
) -> dict[uuid.UUID, Sheets]:
    due, is_working = Evaluation.due_at, Evaluation.state.in_(_WORKING)
    rows = session.execute(
        sa.select(
            Evaluation.call_id,
            Evaluation.state,
            sa.func.count(),
            sa.func.sum(sa.case((sa.and_(is_working, due < now), 1), else_=0)),
            sa.func.min(sa.case((sa.and_(is_working, due >= now), due))),
            sa.func.min(sa.case((sa.and_(is_working, due < now), due))),
        )
        .where(Evaluation.call_id.in_(call_ids))
        .group_by(Evaluation.call_id, Evaluation.state)
    ).all()
    return {call_id: _sum_sheets([r for r in rows if r[0] == call_id]) for call_id in call_ids}


def _sum_sheets(rows: list[Any]) -> Sheets:
    dues, late = ([row[at] for row in rows if row[at] is not None] for at in (4, 5))
    return Sheets(
        counts={row[1]: row[2] for row in rows},
        late=sum(int(row[3]) for row in rows),
        next_due=min(dues, default=None),
        first_late=min(late, default=None),
    )


def _count_rulings(session: Session, call_ids: list[uuid.UUID]) -> dict[uuid.UUID, Rulings]:
    is_returned = sa.and_(Decision.state == DecisionState.DRAFT, Decision.return_reason != "")
    rows = session.execute(
        sa.select(
            Decision.call_id,
            Decision.state,
            sa.func.count(),
            sa.func.sum(Decision.support),
            sa.func.sum(sa.case((is_returned, 1), else_=0)),
            sa.func.max(sa.case((Decision.state == DecisionState.SERVED, Decision.review_until))),
        )
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.call_id.in_(call_ids),
            Application.state != ApplicationState.WITHDRAWN,
            ~has_later_decision(tuple(DecisionState)),
        )
        .group_by(Decision.call_id, Decision.state)
    ).all()
    return {call_id: _sum_rulings([r for r in rows if r[0] == call_id]) for call_id in call_ids}


def _sum_rulings(rows: list[Any]) -> Rulings:
    return Rulings(
        counts={row[1]: row[2] for row in rows},
        support={row[1]: row[3] for row in rows},
        returned=sum(int(row[4]) for row in rows),
        review_until=max((row[5] for row in rows if row[5] is not None), default=None),
    )


def _count_claims(session: Session, call_ids: list[uuid.UUID]) -> dict[uuid.UUID, Claims]:
    claims: dict[uuid.UUID, Claims] = {}
    rows = session.execute(
        sa.select(
            RectificationClaim.call_id,
            RectificationClaim.received_at,
            RectificationClaim.decision_id,
        )
        .where(
            RectificationClaim.call_id.in_(call_ids),
            RectificationClaim.state == ClaimState.RECEIVED,
        )
        .order_by(RectificationClaim.received_at.desc())
    )
    for call_id, received_at, decision_id in rows:
        count = claims[call_id].waiting if call_id in claims else 0
        claims[call_id] = Claims(count + 1, received_at, decision_id)
    return claims


def _find_target(session: Session, version_id: uuid.UUID | None) -> datetime | None:
    """Return the end of the day by which a call promises its decisions; its version is parsed once."""
    if version_id is None:
        return None
    day = get_definition(session, version_id).timetable.decisions_target
    return None if day is None else at_local_time(day, _END_OF_DAY)
