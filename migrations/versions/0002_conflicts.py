"""conflicts of interest: ties of evaluators, groups of organisations, rulings; anybody may be disqualified"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.models.base
from migrations import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None

depends_on = None

MOMENT = app.models.base.UtcDateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TIE_KINDS = ("employment", "commission", "board", "management", "ownership", "supervision")


def upgrade() -> None:
    _create_ties()
    _create_joint_work()
    _create_doubts()
    _create_holdings()
    _create_rulings()
    _move_person("evaluator_id", "person_id", "user_account", "id")
    with op.batch_alter_table("disqualification") as batch:
        batch.add_column(sa.Column("findings", JSON, nullable=False, server_default="[]"))
    append_only.protect("conflict_ruling")


def downgrade() -> None:
    append_only.unprotect("conflict_ruling")
    with op.batch_alter_table("disqualification") as batch:
        batch.drop_column("findings")
    _move_person("person_id", "evaluator_id", "evaluator_profile", "user_id")
    for table in ("conflict_ruling", "holding", "declared_doubt", "joint_work", "evaluator_tie"):
        op.drop_table(table)


def _move_person(before: str, after: str, table: str, column: str) -> None:
    """Let conflicts name any person, and not evaluators only; or back."""
    old_table = "evaluator_profile" if table == "user_account" else "user_account"
    op.drop_index(f"ix_disqualification_{before}", "disqualification")
    with op.batch_alter_table("disqualification") as batch:
        batch.drop_constraint(f"fk_disqualification_{before}_{old_table}", type_="foreignkey")
        batch.drop_constraint(f"uq_disqualification_application_id_{before}", type_="unique")
        batch.alter_column(before, new_column_name=after)
    with op.batch_alter_table("disqualification") as batch:
        batch.create_foreign_key(f"fk_disqualification_{after}_{table}", table, [after], [column])
        batch.create_unique_constraint(
            f"uq_disqualification_application_id_{after}", ["application_id", after]
        )
    op.create_index(f"ix_disqualification_{after}", "disqualification", [after])


def _key() -> sa.Column[sa.Uuid[sa.Uuid]]:
    return sa.Column("id", sa.Uuid(), nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    target = to.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}_{target}"))


def _create_ties() -> None:
    table = "evaluator_tie"
    listed = ", ".join(f"'{kind}'" for kind in TIE_KINDS)
    op.create_table(
        table,
        _key(),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("y_tunnus", sa.String(length=60), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("is_of_close_person", sa.Boolean(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_evaluator_tie_tiekind")),
        sa.CheckConstraint(
            "organisation <> '' OR y_tunnus <> ''",
            name=op.f("ck_evaluator_tie_organisation_named"),
        ),
        _refers(table, "evaluator_id", "evaluator_profile.user_id"),
        _refers(table, "told_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_tie")),
    )
    op.create_index(op.f("ix_evaluator_tie_evaluator_id"), table, ["evaluator_id"])


def _create_joint_work() -> None:
    table = "joint_work"
    op.create_table(
        table,
        _key(),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("name <> '' OR email <> ''", name=op.f("ck_joint_work_person_named")),
        _refers(table, "evaluator_id", "evaluator_profile.user_id"),
        _refers(table, "told_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_work")),
    )
    op.create_index(op.f("ix_joint_work_evaluator_id"), table, ["evaluator_id"])


def _create_doubts() -> None:
    table = "declared_doubt"
    op.create_table(
        table,
        _key(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.CheckConstraint("detail <> ''", name=op.f("ck_declared_doubt_detail_given")),
        _refers(table, "application_id", "application.id"),
        _refers(table, "evaluator_id", "evaluator_profile.user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_doubt")),
        sa.UniqueConstraint(
            "application_id",
            "evaluator_id",
            name=op.f("uq_declared_doubt_application_id_evaluator_id"),
        ),
    )
    op.create_index(op.f("ix_declared_doubt_evaluator_id"), table, ["evaluator_id"])


def _create_holdings() -> None:
    table = "holding"
    op.create_table(
        table,
        _key(),
        sa.Column("parent_name", sa.String(length=200), nullable=False),
        sa.Column("parent_y_tunnus", sa.String(length=60), nullable=False),
        sa.Column("child_name", sa.String(length=200), nullable=False),
        sa.Column("child_y_tunnus", sa.String(length=60), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "parent_name <> '' OR parent_y_tunnus <> ''", name=op.f("ck_holding_parent_named")
        ),
        sa.CheckConstraint(
            "child_name <> '' OR child_y_tunnus <> ''", name=op.f("ck_holding_child_named")
        ),
        _refers(table, "added_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
    )


def _create_rulings() -> None:
    table = "conflict_ruling"
    op.create_table(
        table,
        _key(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_disqualified", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("ruled_at", MOMENT, nullable=False),
        sa.Column("ruled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_conflict_ruling_reason_given")),
        sa.CheckConstraint(
            "is_disqualified = (ground <> '')",
            name=op.f("ck_conflict_ruling_disqualified_on_ground"),
        ),
        _refers(table, "application_id", "application.id"),
        _refers(table, "person_id", "user_account.id"),
        _refers(table, "ruled_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_ruling")),
        sa.UniqueConstraint(
            "application_id",
            "person_id",
            "number",
            name=op.f("uq_conflict_ruling_application_id_person_id_number"),
        ),
    )
    op.create_index(op.f("ix_conflict_ruling_person_id"), table, ["person_id"])
