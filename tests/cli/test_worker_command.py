"""The worker as a process of its own: does what is due, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app.db import Database
from app.models import OutboxMail
from app.services.record.outbox import Message, queue_mail

COMMAND = [sys.executable, "-c", "from app.cli import main; main()", "worker"]


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the environment of an installation whose web processes do no background work."""
    return {
        **os.environ,
        "INNOVERKKO_DATABASE_URL": url,
        "INNOVERKKO_DATA_DIR": str(folder),
        "INNOVERKKO_SECRET_KEY": "a key for tests",
        "INNOVERKKO_EMBEDDED_WORKER": "false",
    }


def test_once_sends_what_waits_and_ends(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    with database.unit_of_work() as session:
        queue_mail(session, Message("a@example.org", "fi", "test", "Aihe", "x"), datetime.now(UTC))
    done = subprocess.run(
        [*COMMAND, "--once"],
        env=environment(database_url, tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "1 jobs and mails taken" in done.stdout
    with database.reading() as session:
        assert session.scalars(sa.select(OutboxMail.sent_at)).one() is not None
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    database.dispose()


def test_a_termination_signal_ends_it_cleanly(sqlite_url: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        COMMAND, env=environment(sqlite_url, tmp_path), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "worker started\n"
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 0
    assert "worker ended" in rest
