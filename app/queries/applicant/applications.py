"""What an applicant's pages read of applications, files and decisions, in few statements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.lifecycle import ApplicationState, DecisionState
from app.models import (
    Application,
    ApplicationMember,
    ApplicationVersion,
    Attachment,
    Call,
    CompletionRequest,
    Decision,
)

SERVED = (DecisionState.SERVED, DecisionState.FINAL)


@dataclass(frozen=True, slots=True)
class ListedApplication:
    """An application in its people's list."""

    id: uuid.UUID
    call_title: dict[str, str]
    call_code: str
    closes_at: datetime
    acronym: str
    title: dict[str, str]
    state: ApplicationState
    record_number: str | None
    partner_key: str
    changed_at: datetime
    completion_due: datetime | None
    has_decision: bool


def list_own_applications(session: Session, actor: Actor) -> list[ListedApplication]:
    """List the applications that a person works on, newest first, in one statement."""
    has_decision = (
        sa.select(Decision.id)
        .where(Decision.application_id == Application.id, Decision.state.in_(SERVED))
        .exists()
    )
    rows = session.execute(
        sa.select(
            Application.id,
            Call.title.label("call_title"),
            Call.code.label("call_code"),
            Call.closes_at,
            Application.acronym,
            Application.title,
            Application.state,
            Application.record_number,
            ApplicationMember.partner_key,
            Application.changed_at,
            CompletionRequest.due_at.label("completion_due"),
            has_decision.label("has_decision"),
        )
        .join(ApplicationMember, ApplicationMember.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(
            CompletionRequest,
            sa.and_(
                CompletionRequest.application_id == Application.id,
                CompletionRequest.closed_at.is_(None),
            ),
        )
        .where(ApplicationMember.user_id == actor.user_id)
        .order_by(Application.changed_at.desc(), Application.id)
    )
    return [ListedApplication(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call as the page that starts an application shows it."""

    id: uuid.UUID
    version_id: uuid.UUID
    code: str
    title: dict[str, str]
    opens_at: datetime
    closes_at: datetime


def get_published_call(session: Session, code: str) -> CallSummary:
    """Return a published call.

    Raises:
        NotFound: if no published call bears the code.
    """
    row = session.execute(
        sa.select(
            Call.id, Call.version_id, Call.code, Call.title, Call.opens_at, Call.closes_at
        ).where(Call.code == code, Call.published_at.is_not(None))
    ).first()
    if row is None:
        raise NotFound(call=code)
    return CallSummary(*row)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The newest submitted version and its receipt's file, once made."""

    number: int
    sha256: str
    submitted_at: datetime
    pdf_sha256: str | None


def find_receipt(session: Session, application_id: uuid.UUID) -> Receipt | None:
    """Return the newest receipt of an application."""
    row = session.execute(
        sa.select(
            ApplicationVersion.number,
            ApplicationVersion.sha256,
            ApplicationVersion.submitted_at,
            ApplicationVersion.receipt_sha256,
        )
        .where(ApplicationVersion.application_id == application_id)
        .order_by(ApplicationVersion.number.desc())
        .limit(1)
    ).first()
    return Receipt(*row) if row else None


@dataclass(frozen=True, slots=True)
class OwnAttachment:
    """An attachment with the bytes' name in the store."""

    id: uuid.UUID
    application_id: uuid.UUID
    question_id: str
    partner_key: str
    filename: str
    media_type: str
    sha256: str
    secrecy_ground: str
    secrecy_reason: str


def get_own_attachment(
    session: Session, application_id: uuid.UUID, attachment_id: uuid.UUID
) -> OwnAttachment:
    """Return an attachment of an application.

    Raises:
        NotFound: if the application has no such attachment.
    """
    row = session.execute(
        sa.select(
            Attachment.id,
            Attachment.application_id,
            Attachment.question_id,
            Attachment.partner_key,
            Attachment.filename,
            Attachment.media_type,
            Attachment.sha256,
            Attachment.secrecy_ground,
            Attachment.secrecy_reason,
        ).where(
            Attachment.id == attachment_id,
            Attachment.application_id == application_id,
            Attachment.removed_at.is_(None),
        )
    ).first()
    if row is None:
        raise NotFound(attachment=str(attachment_id))
    return OwnAttachment(*row)


@dataclass(frozen=True, slots=True)
class ServedDecision:
    """A decision that its party may read."""

    id: uuid.UUID
    number: int
    kind: str
    language: str
    support: Any
    is_conditional: bool
    served_at: datetime
    approved_at: datetime | None
    pdf_sha256: str | None
    review_until: date | None

    @property
    def may_be_claimed(self) -> bool:
        """Tell whether rectification is claimed from the authority; an answer to a claim goes to court."""
        return self.kind != "rectification_decision"


def list_served_decisions(session: Session, application_id: uuid.UUID) -> list[ServedDecision]:
    """List the decisions that have been served to the applicant, newest first."""
    rows = session.execute(
        sa.select(
            Decision.id,
            Decision.number,
            Decision.kind,
            Decision.language,
            Decision.support,
            Decision.is_conditional,
            Decision.served_at,
            Decision.approved_at,
            Decision.pdf_sha256,
            Decision.review_until,
        )
        .where(Decision.application_id == application_id, Decision.state.in_(SERVED))
        .order_by(Decision.number.desc())
    )
    return [ServedDecision(*row) for row in rows]


def get_served_decision(
    session: Session, application_id: uuid.UUID, decision_id: uuid.UUID
) -> ServedDecision:
    """Return a served decision of an application.

    Raises:
        NotFound: if there is none, or it has not been served.
    """
    for each in list_served_decisions(session, application_id):
        if each.id == decision_id:
            return each
    raise NotFound(decision=str(decision_id))
