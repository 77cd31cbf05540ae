"""Runs of the routing as they are kept: the instance, what was chosen and its proof."""

from __future__ import annotations

import uuid
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.models import RoutingRun
from app.services.call.calls import get_call
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe
from scoring.routing.instance import write_certificate, write_instance
from scoring.routing.result import Routing

MILLION = 1_000_000


def make_run(
    session: Session, call_id: uuid.UUID, kind: str, found: Routing, now: datetime
) -> RoutingRun:
    """Return a run with its instance and proof; the caller adds what it knows and keeps it."""
    return RoutingRun(
        call_id=call_id,
        number=next_number(session, call_id),
        kind=kind,
        status=found.status.value,
        minimum_millionths=int(found.minimum * MILLION),
        pairs=len(found.keys),
        changes=0,
        milliseconds=0,
        instance_sha256=found.problem.fingerprint(),
        instance=write_instance(found.problem),
        chosen=found.keys.tolist(),
        certificate=write_certificate(found.certificate) if found.certificate else {},
        rules=[],
        breaches=[],
        reasons={},
        created_at=now,
    )


def next_number(session: Session, call_id: uuid.UUID) -> int:
    """Return the number of the next run of a call."""
    last = session.scalar(
        sa.select(sa.func.max(RoutingRun.number)).where(RoutingRun.call_id == call_id)
    )
    return (last or 0) + 1


def keep_run(session: Session, run: RoutingRun, actor: Actor, now: datetime, action: str) -> None:
    """Store a run for good, with its event."""
    run.created_by = actor.user_id
    session.add(run)
    session.flush()
    data: dict[str, Any] = {
        "run": run.number,
        "pairs": run.changes,
        "total": str(Fraction(run.value_millionths, MILLION)),
        "method": run.objective,
        "status": run.status,
        "instance": run.instance_sha256,
    }
    act = Act(action, describe(get_call(session, run.call_id)), data)
    append_event(session, act, actor, now)
