"""What the administrators' start page counts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Call


def count_calls(session: Session) -> dict[str, int]:
    """Count the calls by state, in one statement."""
    rows = session.execute(
        sa.select(Call.state, sa.func.count()).group_by(Call.state).order_by(Call.state)
    )
    return {state.value: count for state, count in rows}
