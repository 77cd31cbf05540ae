"""Ranking, selection and decisions; authorities and their review instructions by date."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.decision_links import Cause
from app.domain.lifecycle import ClaimState, DecisionState
from app.domain.service_days import ServiceMethod
from app.models.applications import Application
from app.models.base import JSON, Base, Code, Key, LongText, Name, Sha256, enum_type


class Authority(Base):
    """A body that selects or grants, under the name that it bears in a span of days."""

    __tablename__ = "authority"
    __table_args__ = (
        sa.UniqueConstraint("key", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="valid_span"),
    )

    id: Mapped[Key]
    key: Mapped[Code] = mapped_column(index=True)
    kind: Mapped[Code]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    registry_address: Mapped[LongText]
    registry_email: Mapped[LongText]
    registry_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    office_closes: Mapped[str] = mapped_column(sa.String(5))


class ReviewInstruction(Base):
    """How a decision of a body is reviewed in a span of days: rectification or appeal, where, how long."""

    __tablename__ = "review_instruction"
    __table_args__ = (
        sa.UniqueConstraint("authority_key", "kind", "valid_from"),
        sa.CheckConstraint("period_days > 0", name="period_positive"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="valid_span"),
    )

    id: Mapped[Key]
    authority_key: Mapped[Code]
    kind: Mapped[Code]
    period_days: Mapped[int]
    body_name: Mapped[dict[str, str]] = mapped_column(JSON)
    """The body to which the claim is made, in every language in which letters are written."""
    address: Mapped[LongText]
    email: Mapped[LongText]
    office_closes: Mapped[str] = mapped_column(sa.String(5))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    provision: Mapped[LongText]


class Ranking(Base):
    """A frozen ranking of a call against its budget. A new ranking is a new row with a reason."""

    __tablename__ = "ranking"
    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    reason: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class SelectionAct(Base):
    """The act by which the selecting body chooses along a ranking; granting is another act."""

    __tablename__ = "selection_act"

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), unique=True)
    ranking_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ranking.id"))
    authority_key: Mapped[Code]
    selected_at: Mapped[datetime]
    selected_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    statement: Mapped[LongText] = mapped_column(default="")


class Decision(Base):
    """A decision on an application. Correction and rectification are new decisions that point back."""

    __tablename__ = "decision"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "number"),
        sa.CheckConstraint(
            "state = 'draft' OR (presented_at IS NOT NULL AND presenter_id IS NOT NULL)",
            name="presented_by_somebody",
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'presented') OR (approved_at IS NOT NULL AND approver_id IS NOT NULL)",
            name="approved_by_somebody",
        ),
        sa.CheckConstraint(
            "approver_id IS NULL OR approver_id <> presenter_id", name="two_different_people"
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'served', 'final') OR (content_sha256 IS NOT NULL"
            " AND pdf_sha256 IS NOT NULL)",
            name="signed_has_file",
        ),
        sa.CheckConstraint(
            "state NOT IN ('served', 'final') OR served_at IS NOT NULL", name="served_has_time"
        ),
        sa.CheckConstraint("(cause IS NULL) = (replaces_id IS NULL)", name="cause_of_follow_up"),
    )

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    number: Mapped[int]
    kind: Mapped[Code]
    """Letter template: grant, grant_reduced, reject_ineligible, …"""
    state: Mapped[DecisionState] = mapped_column(enum_type(DecisionState))
    language: Mapped[str] = mapped_column(sa.String(2))
    support: Mapped[Decimal]
    is_conditional: Mapped[bool] = mapped_column(default=False)
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the officer may still write: conditions, reductions, reasons, strengths, weaknesses."""
    content: Mapped[LongText | None]
    """Frozen primitive data of the letter, canonical JSON, from presentation on."""
    content_sha256: Mapped[Sha256 | None]
    pdf_sha256: Mapped[Sha256 | None]
    verification_code: Mapped[str | None] = mapped_column(sa.String(16), unique=True, index=True)
    """By which anybody asks whether the letter is genuine; given with the approval."""
    presenter_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    presented_at: Mapped[datetime | None]
    approver_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    return_reason: Mapped[LongText] = mapped_column(default="")
    served_at: Mapped[datetime | None]
    first_opened_at: Mapped[datetime | None]
    service_method: Mapped[ServiceMethod] = mapped_column(
        enum_type(ServiceMethod),
        default=ServiceMethod.ELECTRONIC,
        server_default=ServiceMethod.ELECTRONIC.value,
    )
    review_until: Mapped[date | None]
    """Last day for a claim or an appeal, counted when the decision is served."""
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("decision.id"))
    """The earlier decision that this one corrects, gives anew or answers a claim about."""
    cause: Mapped[Cause | None] = mapped_column(enum_type(Cause))
    created_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()
    application: Mapped[Application] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form


class DecisionPreview(Base):
    """What the officer last looked at as a file: the record, so that the next look can show what changed."""

    __tablename__ = "decision_preview"

    decision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("decision.id"), primary_key=True)
    text: Mapped[LongText]
    """What the letter says, a paragraph on each line."""
    content_sha256: Mapped[Sha256]
    seen_at: Mapped[datetime]
    seen_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class RectificationClaim(Base):
    """A claim for rectification of a decision, as it arrived (434/2003, 49 b–49 f §)."""

    __tablename__ = "rectification_claim"
    __table_args__ = (
        sa.UniqueConstraint("decision_id", "number"),
        sa.CheckConstraint("demand <> ''", name="demand_given"),
        sa.CheckConstraint(
            "state NOT IN ('in_preparation', 'answered') OR answer_id IS NOT NULL",
            name="answered_by_decision",
        ),
    )

    id: Mapped[Key]
    decision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("decision.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    state: Mapped[ClaimState] = mapped_column(enum_type(ClaimState))
    channel: Mapped[Code]
    """``portal``, ``mail`` or ``letter``."""
    claimant: Mapped[Name]
    demand: Mapped[LongText]
    grounds: Mapped[LongText] = mapped_column(default="")
    received_at: Mapped[datetime]
    is_late: Mapped[bool]
    """It arrived after the last day: then it is decided that it is not examined (49 c §)."""
    registered_at: Mapped[datetime]
    registered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("decision.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form
