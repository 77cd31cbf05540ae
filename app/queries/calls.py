"""What everybody may read of calls, their question logs and the projects that were granted support."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.lifecycle import CallState, DecisionState
from app.models import Application, Call, CallQuestion, CallVersion, Decision, Partner

SERVED = (DecisionState.SERVED, DecisionState.FINAL)


class CallPhase(StrEnum):
    """Where a call is for somebody who wants to apply: the clock decides, not the clock's job."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def phase_of(state: CallState, opens_at: datetime, closes_at: datetime, now: datetime) -> CallPhase:
    """Return the phase of a published call at a moment; the last second of the deadline is open."""
    if state is CallState.CANCELLED:
        return CallPhase.CANCELLED
    if state not in {CallState.PUBLISHED, CallState.OPEN}:
        return CallPhase.CLOSED
    if now < opens_at:
        return CallPhase.COMING
    return CallPhase.OPEN if now.replace(microsecond=0) <= closes_at else CallPhase.CLOSED


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A published call in the public list."""

    code: str
    title: Mapping[str, str]
    state: CallState
    opens_at: datetime
    closes_at: datetime
    budget: Decimal

    def phase(self, now: datetime) -> CallPhase:
        """Return where the call is at a moment."""
        return phase_of(self.state, self.opens_at, self.closes_at, now)


def list_published_calls(session: Session) -> list[ListedCall]:
    """List every call that was published, the nearest deadline first, in one statement."""
    rows = session.execute(
        sa.select(Call.code, Call.title, Call.state, Call.opens_at, Call.closes_at, Call.budget)
        .where(Call.published_at.is_not(None))
        .order_by(Call.closes_at, Call.code)
    )
    return [ListedCall(*row) for row in rows]


def get_published_call(session: Session, code: str) -> Call:
    """Return a call that was published.

    Raises:
        NotFound: if there is none, or it is a draft that nobody may know of.
    """
    call = session.scalar(sa.select(Call).where(Call.code == code, Call.published_at.is_not(None)))
    if call is None or call.version_id is None:
        raise NotFound(call=code)
    return call


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question on a call, without the person who asked it."""

    id: uuid.UUID
    language: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


def _select_questions(call_id: uuid.UUID) -> sa.Select[tuple[object, ...]]:
    return sa.select(
        CallQuestion.id,
        CallQuestion.language,
        CallQuestion.question,
        CallQuestion.asked_at,
        CallQuestion.answer,
        CallQuestion.answered_at,
    ).where(CallQuestion.call_id == call_id)


def list_answered_questions(session: Session, call_id: uuid.UUID) -> list[LoggedQuestion]:
    """List the answered questions of a call, the newest answer first."""
    rows = session.execute(
        _select_questions(call_id)
        .where(CallQuestion.answered_at.is_not(None))
        .order_by(CallQuestion.answered_at.desc(), CallQuestion.id)
    )
    return [LoggedQuestion(*row) for row in rows]


def list_waiting_questions(
    session: Session, call_id: uuid.UUID, asked_by: uuid.UUID | None = None
) -> list[LoggedQuestion]:
    """List the questions without an answer, of everybody or of one person, the oldest first."""
    statement = _select_questions(call_id).where(CallQuestion.answered_at.is_(None))
    if asked_by is not None:
        statement = statement.where(CallQuestion.asked_by == asked_by)
    rows = session.execute(statement.order_by(CallQuestion.asked_at, CallQuestion.id))
    return [LoggedQuestion(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class FundedProject:
    """What is public of a project that was granted support (CPR Art. 49(3))."""

    application_id: uuid.UUID
    call_code: str
    call_title: Mapping[str, str]
    acronym: str
    title: Mapping[str, str]
    lead_name: str
    lead_region: str
    support: Decimal
    served_at: datetime
    partners: tuple[str, ...] = field(default=())


def list_funded_projects(session: Session) -> list[FundedProject]:
    """List the projects whose grant has been served on them, in two statements."""
    newest = sa.select(sa.func.max(Decision.number)).where(
        Decision.application_id == Application.id, Decision.state.in_(SERVED)
    )
    rows = session.execute(
        sa.select(
            Application.id,
            Call.code,
            Call.title.label("call_title"),
            Application.acronym,
            Application.title,
            Application.lead_name,
            Application.lead_region,
            Decision.support,
            Decision.served_at,
        )
        .join(Decision, Decision.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Decision.state.in_(SERVED),
            Decision.support > Decimal(0),
            Decision.number == newest.correlate(Application).scalar_subquery(),
        )
        .order_by(Call.closes_at.desc(), Application.record_number)
    ).all()
    partners = _list_partner_names(session, [row[0] for row in rows]) if rows else {}
    return [FundedProject(*row, partners=tuple(partners.get(row[0], ()))) for row in rows]


def _list_partner_names(
    session: Session, application_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[str]]:
    names: dict[uuid.UUID, list[str]] = {}
    rows = session.execute(
        sa.select(Partner.application_id, Partner.name)
        .where(Partner.application_id.in_(application_ids), Partner.role != "lead")
        .order_by(Partner.application_id, Partner.position)
    )
    for application_id, name in rows:
        names.setdefault(application_id, []).append(name)
    return names


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call in the administrators' list, drafts included."""

    id: uuid.UUID
    code: str
    title: Mapping[str, str]
    state: CallState
    opens_at: datetime
    closes_at: datetime
    version_number: int | None
    applications: int
    waiting_questions: int


def list_all_calls(session: Session) -> list[KeptCall]:
    """List every call with its newest version and counts, in one statement."""
    applications = (
        sa.select(sa.func.count())
        .where(Application.call_id == Call.id, Application.record_number.is_not(None))
        .scalar_subquery()
    )
    questions = (
        sa.select(sa.func.count())
        .where(CallQuestion.call_id == Call.id, CallQuestion.answered_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.opens_at,
            Call.closes_at,
            CallVersion.number,
            applications.label("applications"),
            questions.label("waiting_questions"),
        )
        .outerjoin(CallVersion, CallVersion.id == Call.version_id)
        .order_by(Call.closes_at.desc(), Call.code)
    )
    return [KeptCall(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version of a call's definition."""

    number: int
    sha256: str
    rubric_sha256: str
    created_at: datetime


def list_versions(session: Session, call_id: uuid.UUID) -> list[KeptVersion]:
    """List the versions of a call, the newest first."""
    rows = session.execute(
        sa.select(
            CallVersion.number,
            CallVersion.sha256,
            CallVersion.rubric_sha256,
            CallVersion.created_at,
        )
        .where(CallVersion.call_id == call_id)
        .order_by(CallVersion.number.desc())
    )
    return [KeptVersion(*row) for row in rows]
