"""Eligibility: results of the checks, and requests to complete an application."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import JSON, Base, Code, Key, LongText


class EligibilityResult(Base):
    """One check of one application: what the rule says, and what the officer says with a reason."""

    __tablename__ = "eligibility_result"
    __table_args__ = (
        sa.CheckConstraint(
            "(officer_passed IS NULL) = (decided_at IS NULL)", name="officer_result_has_time"
        ),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    check_id: Mapped[Code] = mapped_column(primary_key=True)
    version_number: Mapped[int]
    automatic_passed: Mapped[bool | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    officer_passed: Mapped[bool | None]
    reason: Mapped[LongText] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class CompletionRequest(Base):
    """A request to complete the application by a day (Administrative Procedure Act 434/2003, 22 §)."""

    __tablename__ = "completion_request"

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    question_ids: Mapped[list[Any]] = mapped_column(JSON)
    """The questions that are open for change; all else stays frozen."""
    message: Mapped[LongText]
    due_at: Mapped[datetime]
    requested_at: Mapped[datetime]
    requested_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Code] = mapped_column(default="")
    """``answered``, ``lapsed`` or ``withdrawn`` once closed."""
