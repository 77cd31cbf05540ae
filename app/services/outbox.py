"""Outgoing mail as rows: written with the act that causes it, sent afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import OutboxMail


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent. It never carries content of an application, only where to look."""

    recipient: str
    language: str
    kind: str
    subject: str
    body: str
    application_id: uuid.UUID | None = None


def queue_mail(session: Session, message: Message, now: datetime) -> None:
    """Put a message into the outbox, within the caller's transaction."""
    session.add(
        OutboxMail(
            recipient=message.recipient,
            language=message.language,
            kind=message.kind,
            subject=message.subject,
            body=message.body,
            application_id=message.application_id,
            created_at=now,
            next_try_at=now,
        )
    )
