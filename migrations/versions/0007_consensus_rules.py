"""consensus: the mean and the trimmed mean of a panel, where the rubric says so"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None

depends_on = None

NAME = "ck_consensus_method_known"
BEFORE, AFTER = ("median", "agreed"), ("median", "mean", "trimmed", "agreed")


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("UPDATE consensus SET method = 'median' WHERE method IN ('mean', 'trimmed')")
    _allow(BEFORE)


def _allow(methods: tuple[str, ...]) -> None:
    names = ", ".join(f"'{each}'" for each in methods)
    with op.batch_alter_table("consensus") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
        batch.create_check_constraint(op.f(NAME), f"method IN ({names})")
