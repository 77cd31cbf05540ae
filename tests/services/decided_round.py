"""A round with some decisions served, made once for a test process: the ground of tests of what follows a decision."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor
from app.models import Application, Decision, User
from app.services.account.sessions import make_actor
from app.services.background.work import run_due_jobs
from app.services.decision import decisions, serving
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)
SITE = "https://innoverkko.example"
SERVED = ("HYVERKKO", "HYVÄDATA", "MATKA-XR")
"""A grant, a refusal by threshold and one by a condition: served by the fixture; all others are drafts."""


@dataclass(frozen=True, slots=True)
class DecidedRound:
    """The tools of the round, and its people and decisions by name."""

    tools: Tools

    def actor(self, name: str) -> Actor:
        """Return one of the round's people."""
        with self.tools.database.reading() as session:
            address = f"{name}@innoverkko.example"
            return make_actor(session.scalars(sa.select(User).where(User.email == address)).one())

    def newest(self, acronym: str) -> uuid.UUID:
        """Return the newest decision on an application."""
        with self.tools.database.reading() as session:
            return session.scalars(
                sa.select(Decision.id)
                .join(Application, Application.id == Decision.application_id)
                .where(Application.acronym == acronym)
                .order_by(Decision.number.desc())
            ).first()

    def find(self, decision_id: uuid.UUID) -> Decision:
        """Return a decision as it is stored."""
        with self.tools.database.reading() as session:
            return session.get_one(Decision, decision_id)

    def present(self, decision_id: uuid.UUID) -> None:
        """Present a draft."""
        with self.tools.database.unit_of_work() as session:
            officer = self.actor("esittelija")
            decisions.present_decision(session, self.tools.registers, decision_id, officer, NOW)

    def approve(self, decision_id: uuid.UUID, **more: object) -> None:
        """Approve what was presented."""
        with self.tools.database.unit_of_work() as session:
            decider = self.actor("ratkaisija")
            decisions.approve_decision(
                session, self.tools.registers, decision_id, decider, NOW, SITE, **more
            )

    def serve(self, decision_id: uuid.UUID, **more: object) -> None:
        """Serve a decision whose letter is ready."""
        with self.tools.database.unit_of_work() as session:
            serving.serve_decision(session, decision_id, self.actor("esittelija"), NOW, **more)

    def issue(self, *decision_ids: uuid.UUID, is_served: bool = True) -> None:
        """Present, approve, make the letters and serve."""
        for key in decision_ids:
            self.present(key)
            self.approve(key)
        run_due_jobs(self.tools, NOW + timedelta(minutes=1))
        for key in decision_ids if is_served else ():
            self.serve(key)


@pytest.fixture(scope="session", name="decided_source")
def make_source(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Make the round once."""
    folder = tmp_path_factory.mktemp("decided")
    shutil.copyfile(sqlite_template, folder / "round.sqlite")
    made = open_round(folder)
    run_demo(made.tools, stop_before="decisions")
    with made.tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Application.call_id)).first()
        decisions.draft_decisions(session, call_id, made.actor("esittelija"), NOW)
    made.issue(*(made.newest(each) for each in SERVED))
    close(made)
    fold_journal(folder / "round.sqlite")
    return folder


def open_round(folder: Path) -> DecidedRound:
    """Return the round in a folder."""
    settings = settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data")
    return DecidedRound(make_tools(settings))


def close(made: DecidedRound) -> None:
    """Let go of the database."""
    made.tools.database.dispose()


@pytest.fixture(name="decided")
def copy_round(decided_source: Path, tmp_path: Path) -> Iterator[DecidedRound]:
    """Give a copy of the round to each test."""
    target = tmp_path / "decided"
    shutil.copytree(decided_source, target)
    opened = open_round(target)
    yield opened
    close(opened)
