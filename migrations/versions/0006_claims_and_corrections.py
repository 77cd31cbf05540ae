"""claims for rectification, corrections of decisions, method of service, and previews"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "0006"
down_revision = "0005"
branch_labels = None

depends_on = None

MOMENT = app.models.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    _widen_decisions()
    _create_previews()
    _create_claims()


def downgrade() -> None:
    op.drop_table("rectification_claim")
    op.drop_table("decision_preview")
    with op.batch_alter_table("decision") as batch:
        for name in ("cause_of_follow_up", "cause", "servicemethod"):
            batch.drop_constraint(op.f(f"ck_decision_{name}"), type_="check")
        for column in ("cause", "review_until", "service_method"):
            batch.drop_column(column)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=False, length=30)


def _allows(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


METHODS = ("electronic", "letter")
CAUSES = ("factual", "clerical", "instruction", "claim")
CLAIM_STATES = ("received", "in_preparation", "answered", "withdrawn")


def _widen_decisions() -> None:
    method = sa.Column(
        "service_method",
        _choice("servicemethod", *METHODS),
        nullable=False,
        server_default="electronic",
    )
    with op.batch_alter_table("decision") as batch:
        batch.add_column(method)
        batch.add_column(sa.Column("review_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("cause", _choice("cause", *CAUSES), nullable=True))
        batch.create_check_constraint(
            op.f("ck_decision_servicemethod"), _allows("service_method", *METHODS)
        )
        batch.create_check_constraint(op.f("ck_decision_cause"), _allows("cause", *CAUSES))
        batch.create_check_constraint(
            op.f("ck_decision_cause_of_follow_up"), "(cause IS NULL) = (replaces_id IS NULL)"
        )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    target = to.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}_{target}"))


def _create_previews() -> None:
    table = "decision_preview"
    op.create_table(
        table,
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        _refers(table, "decision_id", "decision.id"),
        _refers(table, "seen_by", "user_account.id"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_preview")),
    )


def _create_claims() -> None:
    table = "rectification_claim"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", _choice("claimstate", *CLAIM_STATES), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("claimant", sa.String(length=200), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("demand <> ''", name=op.f("ck_rectification_claim_demand_given")),
        sa.CheckConstraint(
            "state NOT IN ('in_preparation', 'answered') OR answer_id IS NOT NULL",
            name=op.f("ck_rectification_claim_answered_by_decision"),
        ),
        sa.CheckConstraint(
            _allows("state", *CLAIM_STATES), name=op.f("ck_rectification_claim_claimstate")
        ),
        _refers(table, "decision_id", "decision.id"),
        _refers(table, "application_id", "application.id"),
        _refers(table, "call_id", "call.id"),
        _refers(table, "registered_by", "user_account.id"),
        _refers(table, "answer_id", "decision.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_claim")),
        sa.UniqueConstraint(
            "decision_id", "number", name=op.f("uq_rectification_claim_decision_id_number")
        ),
    )
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])
