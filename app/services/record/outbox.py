"""Outgoing mail as rows: written with the act that causes it, sent afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models import OutboxMail

LEASE = timedelta(minutes=5)
"""How long a worker has for sending one mail before another may try."""

MAXIMUM_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent. It never carries content of an application, only where to look.

    ``dedupe`` names the event and the recipient: a second message with it is dropped.
    """

    recipient: str
    language: str
    kind: str
    subject: str
    body: str
    application_id: uuid.UUID | None = None
    dedupe: str | None = None


def queue_mail(session: Session, message: Message, now: datetime) -> None:
    """Put a message into the outbox, within the caller's transaction."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql if is_postgres else sqlite).insert(OutboxMail)
    values = {
        "recipient": message.recipient,
        "language": message.language,
        "kind": message.kind,
        "subject": message.subject,
        "body": message.body,
        "application_id": message.application_id,
        "dedupe": message.dedupe,
        "created_at": now,
        "next_try_at": now,
    }
    session.execute(
        insert.values(**values).on_conflict_do_nothing(index_elements=[OutboxMail.dedupe])
    )


def find_queued(session: Session, keys: Collection[str]) -> set[str]:
    """Return which of the keys belong to messages that were queued already."""
    if not keys:
        return set()
    found = session.scalars(sa.select(OutboxMail.dedupe).where(OutboxMail.dedupe.in_(keys)))
    return {key for key in found if key is not None}


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that one worker has taken for sending."""

    id: uuid.UUID
    recipient: str
    language: str
    subject: str
    body: str
    created_at: datetime
    attempts: int


def claim_mail(session: Session, now: datetime) -> ClaimedMail | None:
    """Take one mail that is due, under a lease: no other worker takes it before the lease ends."""
    due = (
        sa.select(OutboxMail.id)
        .where(
            OutboxMail.sent_at.is_(None),
            OutboxMail.next_try_at <= now,
            OutboxMail.attempts < MAXIMUM_ATTEMPTS,
        )
        .order_by(OutboxMail.next_try_at, OutboxMail.id)
        .limit(1)
    )
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    picked = due.cte("picked")
    row = session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id.in_(sa.select(picked.c.id)))
        .values(attempts=OutboxMail.attempts + 1, next_try_at=now + LEASE)
        .returning(
            OutboxMail.id,
            OutboxMail.recipient,
            OutboxMail.language,
            OutboxMail.subject,
            OutboxMail.body,
            OutboxMail.created_at,
            OutboxMail.attempts,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else ClaimedMail(*row)


def mark_sent(session: Session, mail: ClaimedMail, now: datetime) -> None:
    """Record that a mail was handed over."""
    _close(session, mail, sent_at=now, error="")


def mark_failed(session: Session, mail: ClaimedMail, error: str, now: datetime) -> None:
    """Plan the next try of a mail; after the last one it waits for an administrator."""
    pause = timedelta(minutes=2**mail.attempts)
    _close(session, mail, next_try_at=now + pause, error=error[:500])


def _close(session: Session, mail: ClaimedMail, **values: Any) -> None:
    session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.attempts == mail.attempts)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
