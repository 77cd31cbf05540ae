"""Background work: nothing twice, nothing lost, whatever dies in between."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs
from app.db import Database
from app.mail.sending import Letter
from app.models import Job, OutboxMail
from app.services.background import work
from app.services.background.work import follow_clock, run_due_jobs, send_waiting_mail
from app.services.record import outbox
from app.services.record.notice_words import SERVICE
from app.services.record.outbox import Message, queue_mail
from app.services.record.tools import Tools, make_tools
from tests.support.apps import settings_for

NOW = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)


class KeepingMailer:
    """Keeps what it is given; refuses as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        """Refuse so many times first."""
        self.letters: list[Letter] = []
        self._refusals = refusals

    def send(self, letter: Letter) -> None:
        """Keep a letter, or refuse it."""
        if self._refusals:
            self._refusals -= 1
            raise OSError("no connection")
        self.letters.append(letter)


@pytest.fixture
def tools(database_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of an empty database, on SQLite and on PostgreSQL."""
    made = make_tools(
        settings_for(database_url, tmp_path / "data", public_url="https://haku.example")
    )
    yield made
    made.database.dispose()


def message(dedupe: str | None = None) -> Message:
    """Return a message with a link."""
    body = f"Katso:\n{SERVICE}/account/\n"
    return Message("a@example.org", "fi", "test", "Aihe", body, dedupe=dedupe)


def put(database: Database, count: int) -> None:
    """Put jobs and mails."""
    with database.unit_of_work() as session:
        for number in range(count):
            jobs.enqueue(session, "nothing", {"number": number}, NOW)
            queue_mail(session, message(f"test:{number}"), NOW)


def job_states(database: Database) -> list[str]:
    """Return the states of all jobs."""
    with database.reading() as session:
        return list(session.scalars(sa.select(Job.state).order_by(Job.id)))


def test_a_message_with_the_key_of_another_is_dropped(tools: Tools) -> None:
    for _turn in range(2):
        with tools.database.unit_of_work() as session:
            queue_mail(session, message("once"), NOW)
            queue_mail(session, message(), NOW)
    with tools.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 3


def test_mail_goes_out_once_with_the_address_of_the_installation(tools: Tools) -> None:
    mailer = KeepingMailer()
    sending = replace(tools, mailer=mailer)
    put(tools.database, 2)
    assert [send_waiting_mail(sending, NOW) for _turn in range(2)] == [2, 0]
    assert {letter.body for letter in mailer.letters} == {"Katso:\nhttps://haku.example/account/\n"}


def test_mail_that_cannot_be_sent_is_tried_again_later_and_never_forgotten(tools: Tools) -> None:
    mailer = KeepingMailer(refusals=outbox.MAXIMUM_ATTEMPTS)
    sending = replace(tools, mailer=mailer)
    put(tools.database, 1)
    moment = NOW
    for _turn in range(outbox.MAXIMUM_ATTEMPTS + 1):
        send_waiting_mail(sending, moment)
        moment += timedelta(days=2)
    with tools.database.reading() as session:
        mail = session.scalars(sa.select(OutboxMail)).one()
        assert (mail.sent_at, mail.attempts, mail.error) == (None, 10, "no connection")
    assert mailer.letters == []


def test_a_mail_of_a_worker_that_died_is_sent_after_its_lease(tools: Tools) -> None:
    put(tools.database, 1)
    with tools.database.unit_of_work() as session:
        assert outbox.claim_mail(session, NOW) is not None
    sending = replace(tools, mailer=KeepingMailer())
    assert send_waiting_mail(sending, NOW + timedelta(minutes=4)) == 0
    assert send_waiting_mail(sending, NOW + timedelta(minutes=5)) == 1


@pytest.mark.postgres
def test_two_workers_at_the_same_moment_take_different_work(postgres_url: str) -> None:
    """Both transactions are open at once: the second must not wait for the first, nor take the same."""
    first, second = Database(postgres_url), Database(postgres_url)
    put(first, 2)
    with contextlib.ExitStack() as both:
        one = both.enter_context(first.unit_of_work())
        two = both.enter_context(second.unit_of_work())
        taken = [jobs.claim(session, NOW) for session in (one, two)]
        mails = [outbox.claim_mail(session, NOW) for session in (one, two)]
        assert [len(each) for each in taken] == [1, 1]
        assert taken[0][0].id != taken[1][0].id
        assert len({mail.id for mail in mails if mail is not None}) == 2
        assert jobs.claim(one, NOW) == []
        assert outbox.claim_mail(two, NOW) is None
    first.dispose()
    second.dispose()


@pytest.mark.postgres
def test_only_one_of_two_workers_follows_the_clock_at_a_time(
    postgres_url: str, tmp_path: Path
) -> None:
    made = make_tools(settings_for(postgres_url, tmp_path))
    other = Database(postgres_url)
    with other.unit_of_work() as session:
        session.execute(sa.text("SELECT pg_advisory_xact_lock(4201128)"))
        assert follow_clock(made, NOW) is False
    assert follow_clock(made, NOW) is True
    made.database.dispose()
    other.dispose()


def test_a_worker_whose_lease_ran_out_does_not_close_the_job_of_another(tools: Tools) -> None:
    put(tools.database, 1)
    later = NOW + jobs.LEASE + timedelta(seconds=1)
    with tools.database.unit_of_work() as session:
        (slow,) = jobs.claim(session, NOW)
    with tools.database.unit_of_work() as session:
        (quick,) = jobs.claim(session, later)
        assert (quick.id, quick.attempts) == (slow.id, 2)
    with tools.database.unit_of_work() as session:
        jobs.fail(session, slow, "too late", later)
    assert job_states(tools.database) == ["running"]
    with tools.database.unit_of_work() as session:
        jobs.finish(session, quick, later)
    assert job_states(tools.database) == ["done"]


def test_a_job_that_kills_its_worker_every_time_is_given_up(tools: Tools) -> None:
    put(tools.database, 1)
    moment = NOW
    for _turn in range(jobs.MAXIMUM_ATTEMPTS):
        with tools.database.unit_of_work() as session:
            assert len(jobs.claim(session, moment)) == 1
        moment += jobs.LEASE + timedelta(seconds=1)
    with tools.database.unit_of_work() as session:
        assert jobs.claim(session, moment) == []
    follow_clock(tools, moment)
    assert job_states(tools.database) == ["dead"]


def test_a_task_that_fails_is_kept_and_tried_again(tools: Tools) -> None:
    put(tools.database, 1)
    moment = NOW
    for _turn in range(jobs.MAXIMUM_ATTEMPTS):
        assert run_due_jobs(tools, moment) == 1
        moment += timedelta(hours=1)
    assert run_due_jobs(tools, moment) == 0
    assert job_states(tools.database) == ["dead"]


def test_a_routine_of_the_clock_that_fails_does_not_hold_up_the_others(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tools.database, 1)
    moment = NOW
    for _turn in range(jobs.MAXIMUM_ATTEMPTS):
        with tools.database.unit_of_work() as session:
            jobs.claim(session, moment)
        moment += jobs.LEASE + timedelta(seconds=1)

    def broken(_session: Session, _now: datetime) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(work, "ROUTINES", {"broken": broken, **work.ROUTINES})
    assert follow_clock(tools, moment) is False
    assert job_states(tools.database) == ["dead"]


def test_a_message_that_cannot_be_written_does_not_stop_the_others(tools: Tools) -> None:
    bad = replace(message(), recipient="a@example.org\nBcc: b@example.org")
    with tools.database.unit_of_work() as session:
        queue_mail(session, bad, NOW)
        queue_mail(session, message(), NOW)
    assert send_waiting_mail(tools, NOW) == 2
    with tools.database.reading() as session:
        sent = session.scalars(
            sa.select(OutboxMail.sent_at.is_not(None)).order_by(OutboxMail.recipient)
        ).all()
    assert sent == [True, False]
