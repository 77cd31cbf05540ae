"""Applications: partners, answers, attachments and the frozen versions that were submitted."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.lifecycle import ApplicationState
from app.models.base import JSON, Base, Code, Key, LongText, Name, Sha256, enum_type
from app.models.calls import Call, CallVersion


class Application(Base):
    """An application of one consortium. Facts that lists show are kept beside the state."""

    __tablename__ = "application"
    __table_args__ = (
        sa.CheckConstraint(
            "state NOT IN ('draft') OR submitted_at IS NULL", name="draft_not_submitted"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_has_time"
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (record_number IS NULL)", name="submitted_has_record_number"
        ),
        sa.CheckConstraint(
            "(record_number IS NULL) = (record_order IS NULL)", name="record_number_has_order"
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"
        ),
        sa.CheckConstraint("final_hundredths BETWEEN 0 AND 1000000", name="final_in_range"),
        sa.Index("ix_application_list", "call_id", "state", "final_hundredths"),
        sa.Index("ix_application_order", "call_id", "record_order", "id"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    call_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call_version.id"))
    state: Mapped[ApplicationState] = mapped_column(enum_type(ApplicationState))
    record_number: Mapped[Code | None] = mapped_column(unique=True)
    record_order: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Sorts record numbers as people count: by year, then 2 before 12."""
    language: Mapped[str] = mapped_column(sa.String(2))
    acronym: Mapped[Name] = mapped_column(default="")
    title: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    lead_name: Mapped[Name] = mapped_column(default="")
    lead_region: Mapped[Code] = mapped_column(default="")
    theme: Mapped[Code] = mapped_column(default="")
    support_applied: Mapped[Decimal | None]
    total_cost: Mapped[Decimal | None]
    created_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    officer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    final_hundredths: Mapped[int | None]
    """Final total in hundredths of a point, for lists; the exact score stands in the consensus."""
    sheets_assigned: Mapped[int] = mapped_column(default=0, server_default="0")
    """Evaluations that nobody has declined, removed or set aside; kept with the next four by
    ``app/services/record/panels.py``, so that lists need not read the evaluations."""
    sheets_submitted: Mapped[int] = mapped_column(default=0, server_default="0")
    sheets_mean: Mapped[int] = mapped_column(default=0, server_default="0")
    """Mean total of the submitted evaluations in hundredths of a point, rounded once, as a final total is."""
    sheets_spread: Mapped[int] = mapped_column(default=0, server_default="0")
    """The highest of those totals minus the lowest, in hundredths of a point."""
    disagreements: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many limits of the panel rule the submitted evaluations reach."""
    rank_position: Mapped[int | None]
    reserve_position: Mapped[int | None]
    support_proposed: Mapped[Decimal | None]
    reduced_partner: Mapped[Code] = mapped_column(default="")
    """The partner whose support is reduced; empty where the reduction is not one partner's."""
    reduction_reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    conditions: Mapped[list[Any]] = mapped_column(JSON, default=list)
    row_version: Mapped[int] = mapped_column()
    call: Mapped[Call] = relationship()
    call_version: Mapped[CallVersion] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's own form


class ApplicationMember(Base):
    """A person who works on an application: its owner, or an editor of one partner's part."""

    __tablename__ = "application_member"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("user_account.id"), primary_key=True, index=True
    )
    partner_key: Mapped[Code] = mapped_column(default="")
    """Empty for the owner, who may edit the shared part and the lead's own part."""
    added_at: Mapped[datetime]


class Partner(Base):
    """A partner of the consortium. Each confirms its own part before submission."""

    __tablename__ = "partner"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    key: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    role: Mapped[Code]
    name: Mapped[Name] = mapped_column(default="")
    y_tunnus: Mapped[Code] = mapped_column(default="", index=True)
    org_type: Mapped[Code] = mapped_column(default="")
    sme_size: Mapped[Code] = mapped_column(default="")
    region: Mapped[Code] = mapped_column(default="")
    municipality: Mapped[Name] = mapped_column(default="")
    contact_role: Mapped[Name] = mapped_column(default="")
    task_summary: Mapped[LongText] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class PartnerInvitation(Base):
    """An invitation to a partner's person to fill in and confirm that partner's part."""

    __tablename__ = "partner_invitation"

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    partner_key: Mapped[Code]
    email: Mapped[Name]
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]


class Answer(Base):
    """One answer in its canonical JSON form. ``partner_key`` names the partner that owns it, if one does."""

    __tablename__ = "answer"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    question_id: Mapped[Code] = mapped_column(primary_key=True)
    partner_key: Mapped[Code] = mapped_column(primary_key=True, default="")
    value: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    """Grows by one at each change; a save that names an older version is refused (409)."""
    row_ids: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Identifiers of the rows of a table, beside the content and not part of it."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Attachment(Base):
    """An attached file. The bytes lie in the store under their SHA-256; secrecy is per document."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint(
            "(secrecy_ground = '') = (secrecy_reason = '')", name="secrecy_reasoned"
        ),
        sa.CheckConstraint("size > 0", name="not_empty"),
    )

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    question_id: Mapped[Code]
    partner_key: Mapped[Code] = mapped_column(default="")
    filename: Mapped[Name]
    media_type: Mapped[Name]
    size: Mapped[int]
    sha256: Mapped[Sha256]
    pages: Mapped[int | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]
    secrecy_ground: Mapped[Code] = mapped_column(default="")
    secrecy_reason: Mapped[LongText] = mapped_column(default="")


class ApplicationVersion(Base):
    """What was submitted: the whole content as canonical JSON, never overwritten."""

    __tablename__ = "application_version"
    __table_args__ = (sa.UniqueConstraint("application_id", "number"),)

    id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    number: Mapped[int]
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    receipt_sha256: Mapped[Sha256 | None]
    """The receipt's PDF in the file store, once made."""
