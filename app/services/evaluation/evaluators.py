"""Evaluators: the pool of a call."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.models import EvaluatorProfile, PoolMember


def add_to_pool(
    session: Session, call_id: uuid.UUID, evaluator_id: uuid.UUID, capacity: int, now: datetime
) -> None:
    """Add an evaluator to the pool of a call, or change the number of applications taken."""
    if session.get(EvaluatorProfile, evaluator_id) is None:
        raise NotFound(evaluator=str(evaluator_id))
    member = session.get(PoolMember, (call_id, evaluator_id))
    if member is None:
        member = PoolMember(call_id=call_id, evaluator_id=evaluator_id, added_at=now)
        session.add(member)
    member.capacity = capacity
