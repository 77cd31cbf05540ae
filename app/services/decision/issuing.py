"""Making the letters of a call: a job for each, which can be stopped and set going again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app import jobs
from app.domain.actors import Actor
from app.models import Call, Decision, Job
from app.queries.funder.issuing import TASK, list_approved, list_jobs
from app.services.call.calls import get_call
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe

STOPPED = "stopped by an officer"


def stop_letters(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Take the letters that wait out of the queue; the one in hand is finished. Return how many."""
    ours = {str(key) for key, _number, _acronym in list_approved(session, call_id)}
    stopped = [each for each in list_jobs(session, ("ready",)) if _decision_of(each) in ours]
    for job in stopped:
        jobs.stop(job, STOPPED)
    _record(session, get_call(session, call_id), "call.stop_letters", len(stopped), actor, now)
    return len(stopped)


def retry_letters(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Set every letter going that is neither made nor under way; return how many.

    A letter whose decision has been made already is left alone by its job, so none is doubled.
    """
    alive = {_decision_of(each) for each in list_jobs(session, ("ready", "running"))}
    dead = {_decision_of(each): each for each in list_jobs(session, ("dead",))}
    count = 0
    for key, _number, _acronym in list_approved(session, call_id):
        if str(key) in alive:
            continue
        job = dead.get(str(key))
        if job is not None:
            jobs.revive(job, now)
        else:
            version = session.get_one(Decision, key).row_version
            again = f"letter:{key}:{version}:{now.isoformat()}"
            jobs.enqueue(session, TASK, {"decision_id": str(key)}, now, dedupe=again)
        count += 1
    _record(session, get_call(session, call_id), "call.retry_letters", count, actor, now)
    return count


def _decision_of(job: Job) -> str:
    return str(job.arguments["decision_id"])


def _record(
    session: Session, call: Call, action: str, count: int, actor: Actor, now: datetime
) -> None:
    append_event(session, Act(action, describe(call), {"letters": count}), actor, now)
