"""The content of an application, from its rows or from a frozen version."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.content import Content, content_from_json
from app.domain.errors import NotFound
from app.models import Answer, Application, ApplicationVersion, Attachment, Partner
from app.queries.rows import get_row


def get_application(session: Session, application_id: uuid.UUID) -> Application:
    """Return an application.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, Application, "application", application_id)


def load_content(session: Session, application_id: uuid.UUID) -> Content:
    """Return what an application says now, in three statements."""
    return Content(
        answers=_load_answers(session, application_id),
        partners=_load_partners(session, application_id),
        attachments=_load_attachments(session, application_id),
    )


def _load_answers(session: Session, application_id: uuid.UUID) -> dict[str, Any]:
    rows = session.execute(
        sa.select(Answer.question_id, Answer.partner_key, Answer.value)
        .where(Answer.application_id == application_id)
        .order_by(Answer.question_id, Answer.partner_key)
    )
    answers: dict[str, Any] = {}
    for question_id, partner_key, value in rows:
        if partner_key:
            answers.setdefault(question_id, []).extend(
                {**row, "partner": partner_key} for row in value or []
            )
        else:
            answers[question_id] = value
    return answers


def _load_partners(session: Session, application_id: uuid.UUID) -> list[dict[str, Any]]:
    partners = session.scalars(
        sa.select(Partner)
        .where(Partner.application_id == application_id)
        .order_by(Partner.position)
    )
    return [partner_row(each) for each in partners]


def partner_row(partner: Partner) -> dict[str, Any]:
    """Return a partner as a row of the content."""
    return {
        "key": partner.key,
        "role": partner.role,
        "name": partner.name,
        "y_tunnus": partner.y_tunnus,
        "org_type": partner.org_type,
        "sme_size": partner.sme_size or None,
        "region": partner.region,
        "municipality": partner.municipality,
        "contact_role": partner.contact_role,
        "task_summary": partner.task_summary,
        "confirmed": partner.confirmed_at is not None,
    }


def _load_attachments(session: Session, application_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = session.scalars(
        sa.select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.question_id, Attachment.uploaded_at, Attachment.filename)
    )
    return [
        {
            "id": str(each.id),
            "question": each.question_id,
            "partner": each.partner_key,
            "filename": each.filename,
            "media_type": each.media_type,
            "size": each.size,
            "sha256": each.sha256,
            "secrecy_ground": each.secrecy_ground,
            "secrecy_reason": each.secrecy_reason,
        }
        for each in rows
    ]


def get_newest_version(session: Session, application_id: uuid.UUID) -> ApplicationVersion:
    """Return the version that was submitted last.

    Raises:
        NotFound: if nothing has been submitted.
    """
    version = session.scalar(
        sa.select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(ApplicationVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound(application_version=str(application_id))
    return version


def list_versions(session: Session, application_id: uuid.UUID) -> list[tuple[int, datetime]]:
    """List number and time of each submitted version, the newest first."""
    rows = session.execute(
        sa.select(ApplicationVersion.number, ApplicationVersion.submitted_at)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(ApplicationVersion.number.desc())
    )
    return [(row.number, row.submitted_at) for row in rows]


def load_version_content(session: Session, application_id: uuid.UUID, number: int) -> Content:
    """Return what one submitted version says.

    Raises:
        NotFound: if there is no such version.
    """
    version = session.scalar(
        sa.select(ApplicationVersion).where(
            ApplicationVersion.application_id == application_id,
            ApplicationVersion.number == number,
        )
    )
    if version is None:
        raise NotFound(application_version=f"{application_id} {number}")
    return read_version(version)


def load_submitted_content(session: Session, application_id: uuid.UUID) -> Content:
    """Return what was submitted last: what officers and evaluators read."""
    return read_version(get_newest_version(session, application_id))


def read_version(version: ApplicationVersion) -> Content:
    """Return the content that a version froze."""
    return content_from_json(json.loads(version.content))


def load_submitted_contents(session: Session, call_id: uuid.UUID) -> dict[uuid.UUID, Content]:
    """Return what each application of a call submitted last, in one statement."""
    return dict(iterate_submitted_contents(session, call_id))


def iterate_submitted_contents(
    session: Session, call_id: uuid.UUID
) -> Iterator[tuple[uuid.UUID, Content]]:
    """Give what each application of a call submitted last, one after the other, in one statement."""
    newest = (
        sa.select(
            ApplicationVersion.application_id,
            sa.func.max(ApplicationVersion.number).label("number"),
        )
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(Application.call_id == call_id)
        .group_by(ApplicationVersion.application_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(ApplicationVersion.application_id, ApplicationVersion.content).join(
            newest,
            sa.and_(
                ApplicationVersion.application_id == newest.c.application_id,
                ApplicationVersion.number == newest.c.number,
            ),
        ),
        execution_options={"yield_per": 50},
    )
    for key, content in rows:
        yield key, content_from_json(json.loads(content))


def list_partner_names(session: Session, application_id: uuid.UUID) -> dict[str, str]:
    """Return the names of the partners by key, as submitted."""
    content = load_submitted_content(session, application_id)
    return {str(row["key"]): str(row["name"]) for row in content.partners}
