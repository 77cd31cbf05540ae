"""Background work: the tasks, and the worker that runs them inside the web process or beside it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import jobs
from app.domain.times import local_date
from app.logs import get_logger
from app.mail.sending import Letter
from app.models import OutboxMail
from app.services import calls, decisions, receipts, serving, submission, throttles
from app.services.tools import Tools

Task = Callable[[Tools, datetime, Mapping[str, Any]], None]

IDLE_SECONDS = 1.0
ROUTINE_EVERY = timedelta(minutes=1)
MAXIMUM_MAIL_ATTEMPTS = 10


def _make_receipt(tools: Tools, _now: datetime, arguments: Mapping[str, Any]) -> None:
    with tools.database.unit_of_work() as session:
        receipts.make_receipt(session, tools, uuid.UUID(arguments["version_id"]))


def _sign_decision(tools: Tools, now: datetime, arguments: Mapping[str, Any]) -> None:
    with tools.database.unit_of_work() as session:
        decisions.sign_decision(session, tools, uuid.UUID(arguments["decision_id"]), now)


TASKS: Mapping[str, Task] = {"make_receipt": _make_receipt, "sign_decision": _sign_decision}


def run_due_jobs(tools: Tools, now: datetime) -> int:
    """Run every job that is due; return how many were taken."""
    count = 0
    while True:
        with tools.database.unit_of_work() as session:
            claimed = jobs.claim(session, now)
        if not claimed:
            return count
        for job in claimed:
            _run(tools, job, now)
            count += 1


def _run(tools: Tools, job: jobs.ClaimedJob, now: datetime) -> None:
    try:
        TASKS[job.task](tools, now, job.arguments)
    except Exception as error:  # noqa: BLE001 - whatever a task raises, the job is kept and tried again
        get_logger(__name__).error("job_failed", task=job.task, job=str(job.id), error=repr(error))
        with tools.database.unit_of_work() as session:
            jobs.fail(session, job, repr(error), now)
        return
    with tools.database.unit_of_work() as session:
        jobs.finish(session, job, now)


def send_waiting_mail(tools: Tools, now: datetime) -> int:
    """Send the mail that waits in the outbox; what cannot be sent is tried again later."""
    with tools.database.reading() as session:
        waiting = session.scalars(
            sa.select(OutboxMail.id).where(
                OutboxMail.sent_at.is_(None),
                OutboxMail.next_try_at <= now,
                OutboxMail.attempts < MAXIMUM_MAIL_ATTEMPTS,
            )
        ).all()
    for mail_id in waiting:
        _send(tools, mail_id, now)
    return len(waiting)


def _send(tools: Tools, mail_id: uuid.UUID, now: datetime) -> None:
    with tools.database.unit_of_work() as session:
        mail = session.get_one(OutboxMail, mail_id)
        mail.attempts += 1
        letter = Letter(
            id=str(mail.id),
            sender=tools.settings.mail_from,
            recipient=mail.recipient,
            subject=mail.subject,
            body=mail.body,
            language=mail.language,
            at=mail.created_at,
        )
        try:
            tools.mailer.send(letter)
        except OSError as error:
            mail.error = str(error)[:500]
            mail.next_try_at = now + timedelta(minutes=2**mail.attempts)
        else:
            mail.sent_at, mail.error = now, ""


def follow_clock(tools: Tools, now: datetime) -> None:
    """Do what the clock asks for: open and close calls, end periods that have run out."""
    with tools.database.unit_of_work() as session:
        calls.advance_clock(session, now)
        submission.lapse_completions(session, now)
        serving.make_final(session, local_date(now), now)
        throttles.remove_old_throttles(session, now)


class Worker:
    """A thread that does the background work of one process."""

    def __init__(self, tools: Tools, clock: Callable[[], datetime]) -> None:
        """Prepare a worker; ``start`` starts it."""
        self._tools, self._clock = tools, clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end after the job in hand, and wait for it."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        routine_at = datetime.min.replace(tzinfo=UTC)
        while not self._stop.is_set():
            now = self._clock()
            try:
                if now >= routine_at:
                    follow_clock(self._tools, now)
                    routine_at = now + ROUTINE_EVERY
                done = run_due_jobs(self._tools, now) + send_waiting_mail(self._tools, now)
            except sa.exc.SQLAlchemyError as error:
                get_logger(__name__).error("worker_paused", error=repr(error))
                done = 0
            if not done:
                self._stop.wait(IDLE_SECONDS)
