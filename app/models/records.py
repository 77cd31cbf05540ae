"""The record: append-only events, outgoing mail, background jobs and counters."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import JSON, Base, Code, Key, LongText, Name, Sha256


class Event(Base):
    """One act: who did what to what, when. Rows are never changed or removed; each seals the one before."""

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_subject", "subject_type", "subject_id"),)

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[Code]
    action: Mapped[Code]
    subject_type: Mapped[Code]
    subject_id: Mapped[Code]
    call_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    application_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    request_id: Mapped[Code] = mapped_column(default="")
    previous_hash: Mapped[Sha256]
    hash: Mapped[Sha256] = mapped_column(unique=True)


class OutboxMail(Base):
    """A message to be sent, written in the same transaction as the act that causes it."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_waiting", "sent_at", "next_try_at"),)

    id: Mapped[Key]
    recipient: Mapped[Name]
    language: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[Code]
    subject: Mapped[Name]
    body: Mapped[LongText]
    application_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[LongText] = mapped_column(default="")
    dedupe: Mapped[Name | None] = mapped_column(unique=True)
    """Kind, event and recipient: the same event is told to the same person once."""


class Job(Base):
    """Background work, written in the transaction that wants it; leased, retried, never lost."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_claim", "state", "run_at"),
        sa.CheckConstraint("state IN ('ready', 'running', 'done', 'dead')", name="state_known"),
    )

    id: Mapped[Key]
    task: Mapped[Code]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(sa.String(10), default="ready")
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    dedupe: Mapped[Name | None] = mapped_column(unique=True)
    error: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Counter(Base):
    """The last number given out under a name, such as the record numbers of a year."""

    __tablename__ = "counter"

    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[int]
