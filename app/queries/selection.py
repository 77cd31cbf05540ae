"""The newest ranking of a call, and the act that selected along it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Ranking, SelectionAct


def find_newest_ranking(session: Session, call_id: uuid.UUID) -> Ranking | None:
    """Return the ranking that was drawn last, once one has been."""
    return session.scalar(
        sa.select(Ranking)
        .where(Ranking.call_id == call_id)
        .order_by(Ranking.number.desc())
        .limit(1)
    )


def find_selection(session: Session, call_id: uuid.UUID) -> SelectionAct | None:
    """Return the selection act of a call, once made."""
    return session.scalar(sa.select(SelectionAct).where(SelectionAct.call_id == call_id))
