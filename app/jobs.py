"""Background work: one port, and the embedded adapter that keeps jobs in a table.

A job is written in the transaction that wants it, claimed under a lease, tried again with growing
pauses and kept as ``dead`` when it cannot be done. A killed worker loses nothing: its lease ends.
Tasks must be idempotent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.records import Job

LEASE = timedelta(minutes=5)
MAXIMUM_ATTEMPTS = 5

Task = Callable[..., None]


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job under lease."""

    id: uuid.UUID
    task: str
    arguments: Mapping[str, Any]
    attempts: int


def enqueue(
    session: Session,
    task: str,
    arguments: Mapping[str, Any],
    now: datetime,
    *,
    run_at: datetime | None = None,
    dedupe: str | None = None,
) -> None:
    """Write a job within the caller's transaction. A second job with the same ``dedupe`` is dropped."""
    if dedupe and session.scalar(sa.select(Job.id).where(Job.dedupe == dedupe)):
        return
    session.add(
        Job(
            task=task,
            arguments=dict(arguments),
            run_at=run_at or now,
            dedupe=dedupe,
            created_at=now,
        )
    )


def claim(session: Session, now: datetime, limit: int = 1) -> list[ClaimedJob]:
    """Take ready jobs, and running ones whose lease has ended, under a new lease."""
    due = sa.or_(
        sa.and_(Job.state == "ready", Job.run_at <= now),
        sa.and_(Job.state == "running", Job.lease_until < now, Job.attempts < MAXIMUM_ATTEMPTS),
    )
    pick = sa.select(Job.id).where(due).order_by(Job.run_at, Job.id).limit(limit)
    if session.get_bind().dialect.name == "postgresql":
        pick = pick.with_for_update(skip_locked=True)
    # A common table expression is computed once; a plain subquery may be run, and lock, again and again.
    picked = pick.cte("picked")
    rows = session.execute(
        sa.update(Job)
        .where(Job.id.in_(sa.select(picked.c.id)))
        .values(state="running", lease_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.task, Job.arguments, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    return [ClaimedJob(*row) for row in rows]


def bury_lost(session: Session, now: datetime) -> int:
    """Give up jobs whose worker died at the last permitted try; return how many."""
    lost = sa.and_(Job.state == "running", Job.lease_until < now, Job.attempts >= MAXIMUM_ATTEMPTS)
    buried = session.execute(
        sa.update(Job)
        .where(lost)
        .values(state="dead", lease_until=None, error="the worker ended in the middle of the job")
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return len(buried.all())


def finish(session: Session, job: ClaimedJob, now: datetime) -> None:
    """Mark a job as done."""
    _close(session, job, state="done", finished_at=now, lease_until=None, error="")


def fail(
    session: Session, job: ClaimedJob, error: str, now: datetime, *, is_final: bool = False
) -> None:
    """Plan the next try of a job, or give it up after the last one, or at once where a try cannot help."""
    state = "dead" if is_final or job.attempts >= MAXIMUM_ATTEMPTS else "ready"
    pause = timedelta(seconds=2**job.attempts)
    _close(session, job, state=state, run_at=now + pause, lease_until=None, error=error[:2000])


def refuse(session: Session, job: ClaimedJob, error: str, reason: Mapping[str, Any]) -> None:
    """Give up a job that cannot be done, with the reason as data for the page that asked for it."""
    told = {**job.arguments, "refused": dict(reason)}
    _close(session, job, state="dead", lease_until=None, error=error[:2000], arguments=told)


def hold(session: Session, job: ClaimedJob, now: datetime) -> bool:
    """Extend the lease of a job that takes long; tell whether it is still this worker's, and wanted.

    The row stays locked until the transaction ends, so nobody cancels the job in between.
    """
    held = session.execute(
        sa.update(Job)
        .where(Job.id == job.id, Job.state == "running", Job.attempts == job.attempts)
        .values(lease_until=now + LEASE)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return held.one_or_none() is not None


def cancel(job: Job, reason: str, now: datetime) -> None:
    """End a job that nobody wants any more, whether it waits or runs; it is never taken again."""
    job.state, job.error, job.lease_until, job.finished_at = "done", reason, None, now


def revive(job: Job, now: datetime) -> None:
    """Put a dead job back into the queue, with all its tries."""
    job.state, job.attempts, job.run_at = "ready", 0, now


def stop(job: Job, reason: str) -> None:
    """Take a job that waits out of the queue until somebody revives it."""
    job.state, job.error = "dead", reason


def _close(session: Session, job: ClaimedJob, **values: Any) -> None:
    """Write how a try ended, unless its lease ran out and another worker has taken the job since."""
    session.execute(
        sa.update(Job)
        .where(Job.id == job.id, Job.state == "running", Job.attempts == job.attempts)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
