"""Calls for applications, their immutable versions and their public question log."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.lifecycle import CallState
from app.models.base import JSON, Base, Code, Key, LongText, Sha256, enum_type


class Call(Base):
    """A call. What it asks and how it scores stands in its version; this row holds its state."""

    __tablename__ = "call"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
        sa.CheckConstraint("state <> 'draft' OR published_at IS NULL", name="draft_not_published"),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR published_at IS NOT NULL", name="published_has_time"
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    state: Mapped[CallState] = mapped_column(enum_type(CallState), index=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    version_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("call_version.id", use_alter=True)
    )
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    budget: Mapped[Decimal]
    selecting_authority: Mapped[Code]
    granting_authority: Mapped[Code]
    row_version: Mapped[int] = mapped_column()
    version: Mapped[CallVersion | None] = relationship(foreign_keys=[version_id])

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form


class CallVersion(Base):
    """A version of a call's definition: canonical JSON, never changed, named by its SHA-256."""

    __tablename__ = "call_version"
    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    definition: Mapped[LongText]
    sha256: Mapped[Sha256]
    rubric_sha256: Mapped[Sha256]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class CallQuestion(Base):
    """A question on a call and its general answer; published, so that guidance is equal to all."""

    __tablename__ = "call_question"
    __table_args__ = (
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer_has_time"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    question: Mapped[LongText]
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answer: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
