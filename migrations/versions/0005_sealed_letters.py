"""sealed letters, and the code by which a letter is verified"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.models.base
from migrations import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None

depends_on = None

MOMENT = app.models.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("decision", sa.Column("verification_code", sa.String(length=16), nullable=True))
    op.create_index(
        op.f("ix_decision_verification_code"), "decision", ["verification_code"], unique=True
    )
    op.create_table(
        "sealed_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unsealed_sha256", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("profile", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_sealed_letter_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_letter")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sealed_letter_sha256")),
    )
    op.create_index(op.f("ix_sealed_letter_decision_id"), "sealed_letter", ["decision_id"])
    append_only.protect("sealed_letter")


def downgrade() -> None:
    append_only.unprotect("sealed_letter")
    op.drop_index(op.f("ix_sealed_letter_decision_id"), table_name="sealed_letter")
    op.drop_table("sealed_letter")
    op.drop_index(op.f("ix_decision_verification_code"), table_name="decision")
    op.drop_column("decision", "verification_code")
