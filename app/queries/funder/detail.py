"""One application as an officer reads it: content, checks, evaluations, consensus and events."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.content import Content
from app.domain.lifecycle import DecisionState
from app.models import (
    Application,
    CompletionRequest,
    Consensus,
    Decision,
    Disqualification,
    EligibilityResult,
    Evaluation,
    EvaluatorProfile,
    Event,
)
from app.queries.content import get_newest_version, read_version

EVENTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class EventLine:
    """One act on the timeline."""

    seq: int
    at: datetime
    role: str
    action: str
    subject_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of the timeline, the newest act first; ``before`` is the cursor of the earlier ones."""

    events: Sequence[EventLine]
    before: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict of interest on record for an application."""

    evaluator_id: uuid.UUID
    evaluator: str
    ground: str
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Everything on the page of one application."""

    application: Application
    version_number: int
    submitted_at: datetime
    content: Content
    results: Mapping[str, EligibilityResult]
    evaluations: Sequence[Evaluation]
    consensus: Consensus | None
    decision: tuple[uuid.UUID, DecisionState] | None
    conflicts: Sequence[ConflictLine]
    completions: Sequence[CompletionRequest]
    events: EventPage


def get_application_page(
    session: Session, application: Application, events_before: int | None = None
) -> ApplicationPage:
    """Return one application's page, in eight statements beside the one that loaded it."""
    version = get_newest_version(session, application.id)
    consensus, decision = _load_outcome(session, application.id)
    return ApplicationPage(
        application=application,
        version_number=version.number,
        submitted_at=version.submitted_at,
        content=read_version(version),
        results=load_results(session, application.id),
        evaluations=list_evaluations(session, application.id),
        consensus=consensus,
        decision=decision,
        conflicts=list_conflicts(session, application.id),
        completions=list_completions(session, application.id),
        events=_list_events(session, application.id, events_before),
    )


def load_results(session: Session, application_id: uuid.UUID) -> dict[str, EligibilityResult]:
    """Return the stored results of the checks of an application."""
    rows = session.scalars(
        sa.select(EligibilityResult).where(EligibilityResult.application_id == application_id)
    )
    return {row.check_id: row for row in rows}


def list_evaluations(session: Session, application_id: uuid.UUID) -> list[Evaluation]:
    """List the evaluations of an application with evaluators and scores, in two statements."""
    rows = session.scalars(
        sa.select(Evaluation)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Evaluation.evaluator_id)
        .where(Evaluation.application_id == application_id)
        .options(joinedload(Evaluation.evaluator), selectinload(Evaluation.scores))
        .order_by(Evaluation.is_third, EvaluatorProfile.code)
    )
    return list(rows)


def _load_outcome(
    session: Session, application_id: uuid.UUID
) -> tuple[Consensus | None, tuple[uuid.UUID, DecisionState] | None]:
    """Return the consensus and the newest decision, in one statement."""
    row = session.execute(
        sa.select(Consensus, Decision.id, Decision.state)
        .select_from(Application)
        .outerjoin(Consensus, Consensus.application_id == Application.id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.id == application_id)
        .order_by(Decision.number.desc())
        .limit(1)
    ).one()
    return row[0], None if row[1] is None else (row[1], row[2])


def list_conflicts(session: Session, application_id: uuid.UUID) -> list[ConflictLine]:
    """List the conflicts on record for an application."""
    rows = session.execute(
        sa.select(
            EvaluatorProfile.user_id,
            EvaluatorProfile.code,
            Disqualification.ground,
            Disqualification.source,
            Disqualification.detail,
        )
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Disqualification.person_id)
        .where(Disqualification.application_id == application_id)
        .order_by(EvaluatorProfile.code)
    )
    return [ConflictLine(*row) for row in rows]


def list_completions(session: Session, application_id: uuid.UUID) -> list[CompletionRequest]:
    """List the completion requests of an application, the oldest first."""
    rows = session.scalars(
        sa.select(CompletionRequest)
        .where(CompletionRequest.application_id == application_id)
        .order_by(CompletionRequest.requested_at)
    )
    return list(rows)


def _list_events(session: Session, application_id: uuid.UUID, before: int | None) -> EventPage:
    statement = sa.select(
        Event.seq, Event.at, Event.actor_role, Event.action, Event.subject_id, Event.data
    ).where(Event.application_id == application_id)
    if before is not None:
        statement = statement.where(Event.seq < before)
    rows = session.execute(statement.order_by(Event.seq.desc()).limit(EVENTS_SHOWN + 1)).all()
    lines = [EventLine(*row) for row in rows[:EVENTS_SHOWN]]
    return EventPage(lines, lines[-1].seq if len(rows) > EVENTS_SHOWN else None)
