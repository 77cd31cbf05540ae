"""Sealed letters: every file that was ever sealed for a decision. Rows are never changed or removed."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Key, LongText, Sha256


class SealedLetter(Base):
    """One sealed file: the issued letter, and later the same letter under newer archive timestamps."""

    __tablename__ = "sealed_letter"

    id: Mapped[Key]
    decision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    unsealed_sha256: Mapped[Sha256]
    """Hash of the file that was sealed: the bare letter, or for a renewal the file before it."""
    level: Mapped[Code]
    """B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1)."""
    profile: Mapped[Code]
    holder: Mapped[LongText]
    certificate_sha256: Mapped[Sha256]
    valid_until: Mapped[datetime]
    sealed_at: Mapped[datetime]
