"""Background work: the tasks, and the worker that runs them inside the web process or beside it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs
from app.domain.actors import SYSTEM
from app.domain.times import local_date
from app.logs import get_logger
from app.mail.sending import Letter
from app.pdf.client import PaperRefused
from app.pdf.seal.problems import SealFailed
from app.services.account import throttles
from app.services.application import submission
from app.services.background import reminders
from app.services.call import calls
from app.services.decision import analyses, serving, signing
from app.services.paper import receipts
from app.services.record import outbox
from app.services.record.notice_words import SERVICE
from app.services.record.tools import Tools
from app.services.routing import proposal_jobs, rerouting
from app.services.routing.refusals import ProposalRefused

Task = Callable[[Tools, datetime, Mapping[str, Any]], None]
LongTask = Callable[[Tools, datetime, jobs.ClaimedJob], None]

IDLE_SECONDS = 1.0
ROUTINE_EVERY = timedelta(minutes=1)
_TICK_LOCK = 4_201_128  # any fixed number: who holds it follows the clock for all workers


def _make_receipt(tools: Tools, _now: datetime, arguments: Mapping[str, Any]) -> None:
    version_id = uuid.UUID(arguments["version_id"])
    with tools.database.reading() as session:
        sha256 = receipts.make_receipt_file(session, tools, version_id)
    if sha256 is not None:
        with tools.database.unit_of_work() as session:
            receipts.record_receipt(session, version_id, sha256)


def _sign_decision(tools: Tools, now: datetime, arguments: Mapping[str, Any]) -> None:
    decision_id = uuid.UUID(arguments["decision_id"])
    with tools.database.reading() as session:
        file = signing.make_letter_file(session, tools, decision_id, now)
    if file is not None:
        with tools.database.unit_of_work() as session:
            signing.sign_decision(session, decision_id, file, now)


def _archive_letter(tools: Tools, now: datetime, arguments: Mapping[str, Any]) -> None:
    decision_id = uuid.UUID(arguments["decision_id"])
    with tools.database.reading() as session:
        file = signing.make_renewed_file(session, tools, decision_id, now)
    if file is not None:
        with tools.database.unit_of_work() as session:
            signing.record_renewal(session, decision_id, file, now)


def _analyse_votes(tools: Tools, now: datetime, arguments: Mapping[str, Any]) -> None:
    call_id, asked = uuid.UUID(arguments["call_id"]), arguments["user_id"]
    with tools.database.reading() as session:
        found = analyses.make_analysis(session, call_id)
    if found is not None:
        actor = replace(SYSTEM, user_id=uuid.UUID(asked)) if asked else SYSTEM
        with tools.database.unit_of_work() as session:
            analyses.keep_analysis(session, call_id, found, actor, now)


def _fill_places(tools: Tools, now: datetime, arguments: Mapping[str, Any]) -> None:
    """Propose evaluators for places that a late conflict has emptied; nobody is moved for it.

    Where nobody can take a place, nothing is proposed: the officer has been told and sees what is missing.
    """
    with tools.database.unit_of_work() as session:
        rerouting.fill_places(session, uuid.UUID(arguments["call_id"]), SYSTEM, now)


TASKS: Mapping[str, Task] = {
    "make_receipt": _make_receipt,
    "sign_decision": _sign_decision,
    "archive_letter": _archive_letter,
    "analyse_votes": _analyse_votes,
    "fill_places": _fill_places,
}

LONG_TASKS: Mapping[str, LongTask] = {proposal_jobs.TASK: proposal_jobs.do_proposal}
"""Tasks that may take longer than a lease: they extend it themselves, and see that they are cancelled."""


def run_due_jobs(tools: Tools, now: datetime, most: int | None = None) -> int:
    """Run the jobs that are due, all of them or at most some; return how many were taken."""
    count = 0
    while most is None or count < most:
        with tools.database.unit_of_work() as session:
            claimed = jobs.claim(session, now)
        if not claimed:
            break
        for job in claimed:
            _run(tools, job, now)
            count += 1
    return count


def _run(tools: Tools, job: jobs.ClaimedJob, now: datetime) -> None:
    try:
        _do(tools, job, now)
    except ProposalRefused as refused:  # another try finds no assignment either
        with tools.database.unit_of_work() as session:
            jobs.refuse(session, job, refused.data["text"], refused.data["reason"])
        return
    except PaperRefused as refused:  # the same record gives the same bytes: another try cannot help
        get_logger(__name__).error("letter_refused", job=str(job.id), findings=refused.findings)
        with tools.database.unit_of_work() as session:
            jobs.fail(session, job, "\n".join(refused.findings), now, is_final=True)
        return
    except SealFailed as failed:
        get_logger(__name__).error("letter_not_sealed", job=str(job.id), reason=failed.reason)
        with tools.database.unit_of_work() as session:
            jobs.fail(session, job, str(failed), now, is_final=not failed.is_passing)
        return
    except Exception as error:  # noqa: BLE001 - whatever a task raises, the job is kept and tried again
        get_logger(__name__).error("job_failed", task=job.task, job=str(job.id), error=repr(error))
        with tools.database.unit_of_work() as session:
            jobs.fail(session, job, repr(error), now)
        return
    with tools.database.unit_of_work() as session:
        jobs.finish(session, job, now)


def _do(tools: Tools, job: jobs.ClaimedJob, now: datetime) -> None:
    if job.task in LONG_TASKS:
        LONG_TASKS[job.task](tools, now, job)
    else:
        TASKS[job.task](tools, now, job.arguments)


def send_waiting_mail(tools: Tools, now: datetime, most: int | None = None) -> int:
    """Send the mail that waits in the outbox; what cannot be sent is tried again later."""
    count = 0
    while most is None or count < most:
        with tools.database.unit_of_work() as session:
            mail = outbox.claim_mail(session, now)
        if mail is None:
            break
        _send(tools, mail, now)
        count += 1
    return count


def _send(tools: Tools, mail: outbox.ClaimedMail, now: datetime) -> None:
    """Send one mail outside every transaction, so that a slow mail server holds up nobody."""
    address = tools.settings.public_url.rstrip("/")
    letter = Letter(
        id=str(mail.id),
        sender=tools.settings.mail_from,
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body.replace(SERVICE, address),
        language=mail.language,
        at=mail.created_at,
    )
    try:
        tools.mailer.send(letter)
    except (OSError, ValueError) as error:  # ValueError: an address that no header can hold
        get_logger(__name__).error("mail_failed", mail=str(mail.id), error=repr(error))
        with tools.database.unit_of_work() as session:
            outbox.mark_failed(session, mail, str(error), now)
    else:
        with tools.database.unit_of_work() as session:
            outbox.mark_sent(session, mail, now)


def follow_clock(tools: Tools, now: datetime) -> bool:
    """Do what the clock asks for: calls, periods that have run out, reminders, and jobs that were lost.

    Everything here may be done again without harm. Each routine has a transaction of its own, so that one
    that fails holds up no other. Of several workers only one does a routine at a time; the others leave it.

    Returns:
        Whether every routine was done here and went well.
    """
    done = [_tick(tools, name, now) for name in ROUTINES]
    return all(done)


def _tick(tools: Tools, name: str, now: datetime) -> bool:
    try:
        with tools.database.unit_of_work() as session:
            if not _may_tick(session):
                return False
            ROUTINES[name](session, now)
    except Exception as error:  # noqa: BLE001 - whatever a routine raises, the others and the worker go on
        get_logger(__name__).error("routine_failed", routine=name, error=repr(error))
        return False
    return True


def _make_final(session: Session, now: datetime) -> None:
    serving.make_final(session, local_date(now), now)


ROUTINES: Mapping[str, Callable[[Session, datetime], object]] = {
    "calls": calls.advance_clock,
    "completions": submission.lapse_completions,
    "decisions": _make_final,
    "reminders": reminders.send_reminders,
    "throttles": throttles.remove_old_throttles,
    "lost_jobs": jobs.bury_lost,
}


def _may_tick(session: Session) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return True  # on SQLite the transaction that writes is alone anyway
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_TICK_LOCK))))


def work_once(tools: Tools, now: datetime) -> int:
    """Follow the clock, then do the jobs and send the mail that are due; return how many were taken."""
    follow_clock(tools, now)
    return run_due_jobs(tools, now) + send_waiting_mail(tools, now)


class Worker:
    """Does the background work, in a thread of the web process or as a process of its own."""

    def __init__(self, tools: Tools, clock: Callable[[], datetime]) -> None:
        """Prepare a worker; ``start`` starts it in a thread, ``run`` in the caller's."""
        self._tools, self._clock = tools, clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the work end after the job in hand."""
        self._stop.set()

    def stop(self) -> None:
        """Ask the thread to end after the job in hand, and wait for it."""
        self.ask_to_stop()
        self._thread.join(timeout=30)

    def run(self) -> None:
        """Work until asked to stop."""
        routine_at = datetime.min.replace(tzinfo=UTC)
        while not self._stop.is_set():
            now = self._clock()
            try:
                if now >= routine_at:
                    follow_clock(self._tools, now)
                    routine_at = now + ROUTINE_EVERY
                done = self._take_one(now)
            except Exception as error:  # noqa: BLE001 - a worker that ends does nothing more for anybody
                get_logger(__name__).error("worker_paused", error=repr(error))
                done = 0
            if not done:
                self._stop.wait(IDLE_SECONDS)

    def _take_one(self, now: datetime) -> int:
        """Do one job and send one mail at most, so that a request to stop is soon heard."""
        return run_due_jobs(self._tools, now, most=1) + send_waiting_mail(self._tools, now, most=1)
