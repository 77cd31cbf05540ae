"""Loading what the policies of the funder's portal judge: calls, applications, evaluations, decisions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.models import Application, Attachment, Call, Decision, Evaluation
from app.queries.rows import get_row


@dataclass(frozen=True, slots=True)
class EvaluationInCall:
    """An evaluation with the call that it belongs to."""

    evaluation: Evaluation
    call: Call


@dataclass(frozen=True, slots=True)
class AttachmentOfApplication:
    """An attachment with the application that it belongs to."""

    attachment: Attachment
    application: Application

    @property
    def call(self) -> Call:
        """Return the call, for the policy."""
        return self.application.call

    @property
    def record_number(self) -> str | None:
        """Return the record number, for the policy."""
        return self.application.record_number


def load_call(session: Session, _actor: Actor, call_id: uuid.UUID, **_more: object) -> Call:
    """Return a call.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, Call, "call", call_id)


def load_application(
    session: Session, _actor: Actor, application_id: uuid.UUID, **_more: object
) -> Application:
    """Return an application with its call, in one statement.

    Raises:
        NotFound: if there is none.
    """
    application = session.scalar(
        sa.select(Application)
        .where(Application.id == application_id)
        .options(joinedload(Application.call))
    )
    if application is None:
        raise NotFound(application=str(application_id))
    return application


def load_attachment(
    session: Session, _actor: Actor, attachment_id: uuid.UUID
) -> AttachmentOfApplication:
    """Return an attachment that has not been removed, with its application and call.

    Raises:
        NotFound: if there is none.
    """
    row = session.execute(
        sa.select(Attachment, Application)
        .join(Application, Application.id == Attachment.application_id)
        .where(Attachment.id == attachment_id, Attachment.removed_at.is_(None))
        .options(joinedload(Application.call))
    ).one_or_none()
    if row is None:
        raise NotFound(attachment=str(attachment_id))
    return AttachmentOfApplication(*row)


def load_evaluation(session: Session, _actor: Actor, evaluation_id: uuid.UUID) -> EvaluationInCall:
    """Return an evaluation with its call.

    Raises:
        NotFound: if there is none.
    """
    row = session.execute(
        sa.select(Evaluation, Call)
        .join(Call, Call.id == Evaluation.call_id)
        .join(Application, Application.id == Evaluation.application_id)
        .where(Evaluation.id == evaluation_id)
    ).one_or_none()
    if row is None:
        raise NotFound(evaluation=str(evaluation_id))
    return EvaluationInCall(*row)


def load_decision(
    session: Session, _actor: Actor, decision_id: uuid.UUID, **_more: object
) -> Decision:
    """Return a decision with its application and call.

    Raises:
        NotFound: if there is none.
    """
    decision = session.scalar(
        sa.select(Decision)
        .join(Decision.application)
        .where(Decision.id == decision_id)
        .options(contains_eager(Decision.application).joinedload(Application.call))
    )
    if decision is None:
        raise NotFound(decision=str(decision_id))
    return decision
