"""Attachments: taken only after inspection, kept under their SHA-256, never overwritten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import FileRefused, InvalidInput, NotFound, Problem
from app.models import Attachment
from app.queries.content import get_application
from app.services.application.answers import unconfirm_partners
from app.services.application.applications import refuse_closed
from app.services.call.calls import get_definition
from app.services.record.events import Act, append_event
from app.services.record.tools import Tools
from app.services.record.transitions import describe
from app.storage.inspection import inspect_file

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class AttachmentInput:
    """A file from outside, with its secrecy mark if it has one."""

    question_id: str
    filename: str
    content: bytes
    partner_key: str = ""
    secrecy_ground: str = ""
    secrecy_reason: str = ""


def attach_file(
    session: Session,
    tools: Tools,
    application_id: uuid.UUID,
    file: AttachmentInput,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Take a file into an application. A partner whose file it is has to confirm its part again.

    Raises:
        FileRefused: if its kind, size or content is not taken, or there are too many already.
        InvalidInput: if a secrecy mark lacks its ground or its reason.
    """
    application = get_application(session, application_id)
    question = get_definition(session, application.call_version_id).find_question(file.question_id)
    if question is None or question.type not in {"file", "files"}:
        raise NotFound(question=file.question_id)
    refuse_closed(session, application, {file.question_id})
    if bool(file.secrecy_ground) != bool(file.secrecy_reason.strip()):
        raise InvalidInput([Problem("secrecy_unreasoned", file.question_id)])
    maximum = 1 if question.type == "file" else getattr(question, "max_items", 1)
    if _count(session, application_id, file.question_id) >= maximum:
        raise FileRefused(reason="too_many", maximum=maximum)
    inspected = inspect_file(file.content, question.accept, question.max_mb * MEGABYTE)
    attachment = Attachment(
        application_id=application_id,
        question_id=file.question_id,
        partner_key=file.partner_key,
        filename=clean_filename(file.filename),
        media_type=inspected.media_type,
        size=len(file.content),
        sha256=tools.blobs.put(file.content),
        pages=inspected.pages,
        uploaded_at=now,
        uploaded_by=actor.user_id,
        secrecy_ground=file.secrecy_ground,
        secrecy_reason=file.secrecy_reason.strip(),
    )
    session.add(attachment)
    session.flush()
    unconfirm_partners(session, application_id, {file.partner_key} - {""})
    data = {"question": file.question_id, "sha256": attachment.sha256}
    append_event(session, Act("application.attach", describe(application), data), actor, now)
    return attachment


def clean_filename(name: str) -> str:
    """Return a file name without folders and control characters, at most 120 characters long."""
    plain = PurePath(name.replace("\\", "/")).name
    letters = "".join(
        letter for letter in plain if letter.isprintable() and letter not in '<>:"|?*'
    )
    stem, _dot, ending = letters.rpartition(".")
    return f"{stem[:110]}.{ending[:8]}" if stem else f"{ending[:110] or 'liite'}.pdf"


def remove_attachment(
    session: Session, attachment_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Take a file out of a draft; its bytes and its row stay on record.

    A partner whose file it was has to confirm its part again.
    """
    attachment = _get_present(session, attachment_id)
    application = get_application(session, attachment.application_id)
    refuse_closed(session, application, {attachment.question_id})
    attachment.removed_at = now
    unconfirm_partners(session, application.id, {attachment.partner_key} - {""})
    data = {"question": attachment.question_id, "sha256": attachment.sha256}
    append_event(session, Act("application.detach", describe(application), data), actor, now)


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    """The ground for secrecy of a document and its reason; both empty for a public document."""

    ground: str
    reason: str


def mark_attachment(
    session: Session, attachment_id: uuid.UUID, mark: SecrecyMark, actor: Actor, now: datetime
) -> Attachment:
    """Set or take away the secrecy mark of a file in a draft; the file itself stays as it is.

    Raises:
        NotFound: if there is no such file.
        InvalidInput: if the ground or the reason is missing while the other is given.
        NotPermitted: if the question is not open to change.
    """
    attachment = _get_present(session, attachment_id)
    application = get_application(session, attachment.application_id)
    refuse_closed(session, application, {attachment.question_id})
    ground, reason = mark.ground, mark.reason.strip()
    if bool(ground) != bool(reason):
        raise InvalidInput([Problem("secrecy_unreasoned", attachment.question_id)])
    attachment.secrecy_ground, attachment.secrecy_reason = ground, reason
    data = {"question": attachment.question_id, "sha256": attachment.sha256, "ground": ground}
    act = Act("application.mark_attachment", describe(application), data)
    append_event(session, act, actor, now)
    return attachment


def _get_present(session: Session, attachment_id: uuid.UUID) -> Attachment:
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.removed_at is not None:
        raise NotFound(attachment=str(attachment_id))
    return attachment


def _count(session: Session, application_id: uuid.UUID, question_id: str) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Attachment)
        .where(
            Attachment.application_id == application_id,
            Attachment.question_id == question_id,
            Attachment.removed_at.is_(None),
        )
    )
    return session.scalar(query) or 0
