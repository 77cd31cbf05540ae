"""Decision support: what the votes of a round say, and funding lines that were weighed. Never changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Key, LongText, Name, Sha256


class Analysis(Base):
    """What the votes of a round say: agreement, severity, doubt. A new analysis is a new row."""

    __tablename__ = "analysis"
    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    call_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call_version.id"))
    ranking_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ranking.id"))
    """The ranking whose order and support the chances of funding rest on; none before it is drawn."""
    algorithm: Mapped[Code]
    inputs: Mapped[LongText] = mapped_column(deferred=True)
    """Every vote that was counted, canonical JSON: enough to compute all of it again."""
    inputs_sha256: Mapped[Sha256]
    content: Mapped[LongText] = mapped_column(deferred=True)
    sha256: Mapped[Sha256]
    milliseconds: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Scenario(Base):
    """A funding line under other terms, with a name: its terms, the selection and its certificates."""

    __tablename__ = "scenario"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number"),
        sa.UniqueConstraint("call_id", "name"),
        sa.CheckConstraint("name <> ''", name="name_given"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    name: Mapped[Name]
    ranking_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ranking.id"))
    terms: Mapped[dict[str, Any]]
    inputs_sha256: Mapped[Sha256]
    """Of terms and candidates together."""
    algorithm: Mapped[Code]
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class ScenarioChoice(Base):
    """A scenario that was chosen, with the reason.

    It leads to a ranking where the call's own rule allows that; otherwise it stands on record as a
    rationale.
    """

    __tablename__ = "scenario_choice"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    scenario_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scenario.id"))
    ranking_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ranking.id"))
    reason: Mapped[LongText]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
