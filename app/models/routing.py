"""Runs of the routing with their proof, and what officers and evaluators say of single pairs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import JSON, Base, Code, Key, LongText, Sha256


class RoutingRun(Base):
    """One run: what was asked, what came out and its proof. Never changed; a new run is a new row."""

    __tablename__ = "routing_run"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number"),
        sa.CheckConstraint("kind IN ('proposal', 'reroute')", name="kind_known"),
        sa.CheckConstraint("status IN ('optimal', 'gap')", name="status_known"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    kind: Mapped[Code]
    objective: Mapped[Code]
    status: Mapped[Code]
    value_millionths: Mapped[int] = mapped_column(sa.BigInteger)
    """What the objective reached: the sum of affinities, less the prices of rules that are missed."""
    bound_millionths: Mapped[int] = mapped_column(sa.BigInteger)
    minimum_millionths: Mapped[int] = mapped_column(sa.BigInteger)
    """The sum of the application that is served worst."""
    pairs: Mapped[int]
    changes: Mapped[int]
    """How many pairs are new compared with what was there before."""
    milliseconds: Mapped[int]
    instance_sha256: Mapped[Sha256]
    rules: Mapped[list[Any]] = mapped_column(JSON)
    breaches: Mapped[list[Any]] = mapped_column(JSON)
    instance: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    chosen: Mapped[list[Any]] = mapped_column(JSON, deferred=True)
    certificate: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """Whole prices of every stage; empty where a bound is the proof."""
    reasons: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    """By application, then by evaluator: why this pair."""
    draw: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Seed, cap and expected total of a draw by lot; empty where nothing was drawn."""
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class RoutingWish(Base):
    """An officer's word on one pair, which every later run keeps: it must stay, or it must not be."""

    __tablename__ = "routing_wish"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "evaluator_id"),
        sa.CheckConstraint("kind IN ('lock', 'forbid')", name="kind_known"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    kind: Mapped[Code]
    reason: Mapped[LongText]
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class RoutingBid(Base):
    """What an evaluator has said of an application that was shown without names."""

    __tablename__ = "routing_bid"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "evaluator_id"),
        sa.CheckConstraint("kind IN ('want', 'can', 'rather_not', 'conflict')", name="kind_known"),
    )

    id: Mapped[Key]
    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"))
    evaluator_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("evaluator_profile.user_id"), index=True
    )
    kind: Mapped[Code]
    made_at: Mapped[datetime]
