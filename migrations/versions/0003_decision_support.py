"""decision support: analyses of votes, funding scenarios and the choice among them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.models.base
from migrations import append_only

revision = "0003"
down_revision = "0002"
branch_labels = None

depends_on = None

MOMENT = app.models.base.UtcDateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("analysis", "scenario", "scenario_choice")


def upgrade() -> None:
    _create_analyses()
    _create_scenarios()
    _create_choices()
    for table in TABLES:
        append_only.protect(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        append_only.unprotect(table)
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    target = to.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}_{target}"))


def _create_analyses() -> None:
    table = "analysis"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_version_id", sa.Uuid(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=True),
        sa.Column("algorithm", sa.String(length=60), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        _refers(table, "call_id", "call.id"),
        _refers(table, "call_version_id", "call_version.id"),
        _refers(table, "ranking_id", "ranking.id"),
        _refers(table, "created_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_analysis_call_id_number")),
    )


def _create_scenarios() -> None:
    table = "scenario"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=60), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_scenario_name_given")),
        _refers(table, "call_id", "call.id"),
        _refers(table, "ranking_id", "ranking.id"),
        _refers(table, "created_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_scenario_call_id_number")),
        sa.UniqueConstraint("call_id", "name", name=op.f("uq_scenario_call_id_name")),
    )


def _create_choices() -> None:
    table = "scenario_choice"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_scenario_choice_reason_given")),
        _refers(table, "call_id", "call.id"),
        _refers(table, "scenario_id", "scenario.id"),
        _refers(table, "ranking_id", "ranking.id"),
        _refers(table, "chosen_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_choice")),
    )
    op.create_index(op.f("ix_scenario_choice_call_id"), table, ["call_id"])
