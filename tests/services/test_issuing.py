"""Letters of a round are a resumable job: killed at any point, stopped, set going again; none is lost or doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_bytes
from app.models import Decision, Event, SealedLetter
from app.queries.funder.issuing import show_issuing
from app.services.background.work import run_due_jobs
from app.services.decision import issuing
from tests.services.decided_round import NOW, DecidedRound

ROOT = Path(__file__).resolve().parents[2]
WAITING = ("SUPERPK", "RUOKAKAMPUS")


@pytest.fixture
def approved(decided: DecidedRound) -> DecidedRound:
    """Give the round with two more decisions approved, whose letters wait."""
    for acronym in WAITING:
        key = decided.newest(acronym)
        decided.present(key)
        decided.approve(key)
    return decided


def kill_at(folder: Path, point: str, minutes: int) -> None:
    """Start a worker in a process of its own and kill it with SIGKILL when it has come to a point."""
    command = [sys.executable, "-m", "tests.services.issuing_worker", str(folder), point]
    with subprocess.Popen(
        [*command, str(minutes)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == point
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL


def count_signed(made: DecidedRound) -> dict[str, int]:
    """Return how often each decision was signed and sealed, as the record has it."""
    with made.tools.database.reading() as session:
        signed = sa.select(Event.subject_id).where(Event.action == "decision.sign")
        sealed = sa.select(SealedLetter.decision_id)
        keys = [*session.scalars(signed), *(str(key) for key in session.scalars(sealed))]
    return {key: keys.count(key) for key in set(keys)}


@pytest.mark.slow
def test_a_worker_killed_at_any_point_leaves_no_letter_missing_doubled_or_half_written(
    approved: DecidedRound, tmp_path: Path
) -> None:
    folder = tmp_path / "decided"
    approved.tools.database.dispose()
    for number, point in enumerate(("rendering", "storing", "recording"), start=1):
        kill_at(folder, point, minutes=10 * number)
    run_due_jobs(approved.tools, NOW + timedelta(hours=1))
    keys = {str(approved.newest(acronym)) for acronym in WAITING}
    assert {key: count for key, count in count_signed(approved).items() if key in keys} == (
        dict.fromkeys(keys, 2)
    )
    with approved.tools.database.reading() as session:
        letters = session.scalars(sa.select(Decision.pdf_sha256).where(Decision.state != "draft"))
        assert all(approved.tools.blobs.get(sha256)[:5] == b"%PDF-" for sha256 in letters)
    named = [path for path in (folder / "data").rglob("*") if len(path.name) == 64]
    stored = [path for path in named if path.parent.name == path.name[:2]]
    assert stored
    assert [path for path in stored if sha256_bytes(path.read_bytes()) != path.name] == []


def test_letters_are_stopped_and_set_going_again_with_counts(approved: DecidedRound) -> None:
    tools, officer = approved.tools, approved.actor("esittelija")
    call_id = approved.find(approved.newest("SUPERPK")).call_id
    with tools.database.unit_of_work() as session:
        assert show_issuing(session, call_id).waiting == 2
        assert issuing.stop_letters(session, call_id, officer, NOW) == 2
    assert run_due_jobs(tools, NOW) == 0
    with tools.database.unit_of_work() as session:
        found = show_issuing(session, call_id)
        assert (found.made, found.waiting, len(found.stuck)) == (3, 0, 2)
        assert {each.reasons for each in found.stuck} == {(issuing.STOPPED,)}
        assert issuing.retry_letters(session, call_id, officer, NOW) == 2
        assert issuing.retry_letters(session, call_id, officer, NOW) == 0
    run_due_jobs(tools, NOW + timedelta(minutes=2))
    with tools.database.reading() as session:
        found = show_issuing(session, call_id)
        assert (found.made, found.total, found.time_left) == (5, 5, None)
    assert approved.find(approved.newest("SUPERPK")).state is DecisionState.SIGNED


def test_the_time_left_follows_the_pace_of_the_letters_made_last(approved: DecidedRound) -> None:
    call_id = approved.find(approved.newest("SUPERPK")).call_id
    with approved.tools.database.unit_of_work() as session:
        jobs = session.scalars(sa.text("SELECT id FROM job WHERE task = 'sign_decision'")).all()
        for number, key in enumerate(jobs):
            session.execute(
                sa.text("UPDATE job SET finished_at = :at WHERE id = :key AND state = 'done'"),
                {"at": (NOW + timedelta(seconds=30 * number)).replace(tzinfo=None), "key": key},
            )
        assert show_issuing(session, call_id).time_left == timedelta(minutes=1)
