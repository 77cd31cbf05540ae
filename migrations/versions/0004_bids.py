"""bids of evaluators, seniority, and runs of the routing that are drawn by lot"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None

depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    _create_bids()
    is_senior = sa.Column("is_senior", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("evaluator_profile", is_senior)
    # Not in a batch: on SQLite that would rebuild the table and drop the triggers that protect it.
    op.add_column("routing_run", sa.Column("draw", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("routing_run", "draw")
    op.drop_column("evaluator_profile", "is_senior")
    op.drop_table("routing_bid")


def _create_bids() -> None:
    table = "routing_bid"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("made_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('want', 'can', 'rather_not', 'conflict')",
            name=op.f("ck_routing_bid_kind_known"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_routing_bid_call_id_call")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_routing_bid_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"],
            ["evaluator_profile.user_id"],
            name=op.f("fk_routing_bid_evaluator_id_evaluator_profile"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_bid")),
        sa.UniqueConstraint(
            "application_id",
            "evaluator_id",
            name=op.f("uq_routing_bid_application_id_evaluator_id"),
        ),
    )
    for column in ("call_id", "evaluator_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
