"""Evaluators, conflicts of interest, evaluations, scores and the consensus."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.lifecycle import EvaluationState
from app.models.accounts import User
from app.models.base import JSON, Base, Code, Key, LongText, Name, enum_type


class EvaluatorProfile(Base):
    """What an evaluator knows and where the evaluator works."""

    __tablename__ = "evaluator_profile"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """A short code such as EV1, shown to officers; never to applicants or the steering group."""
    employer: Mapped[Name] = mapped_column(default="")
    employer_y_tunnus: Mapped[Code] = mapped_column(default="")
    region: Mapped[Code] = mapped_column(default="")
    languages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    keywords: Mapped[list[Any]] = mapped_column(JSON, default=list)
    ford: Mapped[list[Any]] = mapped_column(JSON, default=list)
    interests: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Business IDs of organisations in which the person has a board seat or ownership."""
    profile_text: Mapped[LongText] = mapped_column(default="")
    publications: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Titles of publications."""
    is_senior: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the person has long experience of evaluation, as the officer knows."""
    user: Mapped[User] = relationship()


class PoolMember(Base):
    """An evaluator in the pool of a call, with the number of applications that the person takes."""

    __tablename__ = "pool_member"
    __table_args__ = (
        sa.CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        sa.CheckConstraint("available_from <= available_to", name="availability_in_order"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), primary_key=True)
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), primary_key=True
    )
    capacity: Mapped[int]
    available_from: Mapped[date | None]
    available_to: Mapped[date | None]
    added_at: Mapped[datetime]


class Evaluation(Base):
    """One evaluator's work on one application."""

    __tablename__ = "evaluation"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "evaluator_id"),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'drafting', 'submitted', 'locked') OR declared_at IS NOT NULL",
            name="read_only_after_declaration",
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'locked') OR submitted_at IS NOT NULL",
            name="submitted_has_time",
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR decline_ground <> ''", name="declined_with_ground"
        ),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    state: Mapped[EvaluationState] = mapped_column(enum_type(EvaluationState))
    is_third: Mapped[bool] = mapped_column(default=False)
    is_locked_choice: Mapped[bool] = mapped_column(default=False)
    """Chosen by an officer by hand: a new automatic proposal keeps it."""
    affinity_millionths: Mapped[int] = mapped_column(default=0)
    explanation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]
    decline_ground: Mapped[Code] = mapped_column(default="")
    decline_reason: Mapped[LongText] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    total_hundredths: Mapped[int | None]
    meets_thresholds: Mapped[bool | None]
    row_version: Mapped[int] = mapped_column()
    scores: Mapped[list[Score]] = relationship(
        cascade="all, delete-orphan", order_by="Score.criterion_id"
    )
    evaluator: Mapped[EvaluatorProfile] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form


class Score(Base):
    """One criterion on one score sheet: whole ticks of the criterion's scale, and the comment."""

    __tablename__ = "score"
    __table_args__ = (sa.CheckConstraint("ticks >= 0", name="ticks_not_negative"),)

    evaluation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluation.id"), primary_key=True
    )
    criterion_id: Mapped[Code] = mapped_column(primary_key=True)
    ticks: Mapped[int | None]
    comment: Mapped[LongText] = mapped_column(default="")
    changed_at: Mapped[datetime]


class Consensus(Base):
    """The consensus written by the presenting officer. Individual scores are never overwritten."""

    __tablename__ = "consensus"
    __table_args__ = (
        sa.CheckConstraint(
            "method IN ('median', 'mean', 'trimmed', 'agreed')", name="method_known"
        ),
        sa.CheckConstraint("settled_at IS NULL OR scores IS NOT NULL", name="settled_has_scores"),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    method: Mapped[Code] = mapped_column(default="median")
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Criterion → exact score as a fraction, such as ``"9/2"``."""
    comments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    statement: Mapped[LongText] = mapped_column(default="")
    strengths: Mapped[LongText] = mapped_column(default="")
    weaknesses: Mapped[LongText] = mapped_column(default="")
    total_hundredths: Mapped[int | None]
    failures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    written_at: Mapped[datetime]
    written_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form
