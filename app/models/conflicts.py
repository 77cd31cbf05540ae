"""Conflicts of interest: ties that evaluators have told, what is on record, and what officers ruled."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import JSON, Base, Code, Key, LongText, Name, enum_type
from scoring.routing.screening.facts import TieKind


class EvaluatorTie(Base):
    """An evaluator's tie to an organisation, or that of somebody close to the evaluator."""

    __tablename__ = "evaluator_tie"
    __table_args__ = (
        sa.CheckConstraint("organisation <> '' OR y_tunnus <> ''", name="organisation_named"),
    )

    id: Mapped[Key]
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    kind: Mapped[TieKind] = mapped_column(enum_type(TieKind))
    organisation: Mapped[Name] = mapped_column(default="")
    y_tunnus: Mapped[Code] = mapped_column(default="")
    until: Mapped[date | None]
    """The last day; none while the tie goes on."""
    is_of_close_person: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime]
    told_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class JointWork(Base):
    """Work that an evaluator has done together with a person: a project, a publication."""

    __tablename__ = "joint_work"
    __table_args__ = (sa.CheckConstraint("name <> '' OR email <> ''", name="person_named"),)

    id: Mapped[Key]
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    name: Mapped[Name] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    what: Mapped[Name] = mapped_column(default="")
    until: Mapped[date]
    """The last day of the work, or that of publication."""
    told_at: Mapped[datetime]
    told_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class DeclaredDoubt(Base):
    """An evaluator's doubt about one application, which an officer answers."""

    __tablename__ = "declared_doubt"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "evaluator_id"),
        sa.CheckConstraint("detail <> ''", name="detail_given"),
    )

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    ground: Mapped[Code]
    detail: Mapped[LongText]
    declared_at: Mapped[datetime]


class Holding(Base):
    """One organisation controls another: a parent company, a city and its company."""

    __tablename__ = "holding"
    __table_args__ = (
        sa.CheckConstraint("parent_name <> '' OR parent_y_tunnus <> ''", name="parent_named"),
        sa.CheckConstraint("child_name <> '' OR child_y_tunnus <> ''", name="child_named"),
    )

    id: Mapped[Key]
    parent_name: Mapped[Name] = mapped_column(default="")
    parent_y_tunnus: Mapped[Code] = mapped_column(default="")
    child_name: Mapped[Name] = mapped_column(default="")
    child_y_tunnus: Mapped[Code] = mapped_column(default="")
    added_at: Mapped[datetime]
    added_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Disqualification(Base):
    """A conflict of interest on record: who, which ground, which step (434/2003, 27–28 §).

    It closes the application to the person, whether evaluator, officer or decision maker.
    """

    __tablename__ = "disqualification"
    __table_args__ = (sa.UniqueConstraint("application_id", "person_id"),)

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    ground: Mapped[Code]
    source: Mapped[Code]
    """``automatic``, ``declared`` or ``officer``."""
    detail: Mapped[LongText] = mapped_column(default="")
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """What a screening has found, with its evidence; empty for what people have declared."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class ConflictRuling(Base):
    """An officer's decision on a doubtful case. Never changed: a later ruling on the pair replaces it."""

    __tablename__ = "conflict_ruling"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "person_id", "number"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("is_disqualified = (ground <> '')", name="disqualified_on_ground"),
    )

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    number: Mapped[int]
    is_disqualified: Mapped[bool]
    ground: Mapped[Code] = mapped_column(default="")
    reason: Mapped[LongText]
    findings: Mapped[list[Any]] = mapped_column(JSON)
    """What the ruling answers: a further finding is a new question."""
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
