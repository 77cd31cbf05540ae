"""A demo round stopped at a stage, with people logged in: the ground of the tests of the funder's portal."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.actors import Role
from app.factory import create_app
from app.models import Application, Call, User
from app.services.account.people import PersonInput, create_person
from app.services.account.sessions import SessionLimits, start_session
from app.services.record.tools import Tools
from app.services.round.demo import read_consensus_texts, read_demo, read_supplements
from app.services.round.rounds import run_round
from app.services.round.state import Plan
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of
from tests.support.pages import PageClient

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
LIMITS = SessionLimits(absolute=timedelta(hours=12), idle=timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class FunderRound:
    """An application object on a round, and what the tests need of it."""

    app: Flask
    call_id: uuid.UUID

    @property
    def tools(self) -> Tools:
        """Return the tools of the application."""
        tools: Tools = self.app.extensions["innoverkko"].tools
        return tools

    def log_in(self, name: str, language: str = "fi") -> PageClient:
        """Return a browser in which a person of the round is logged in."""
        client = PageClient(self.app)
        with self.tools.database.unit_of_work() as session:
            email = f"{name}@innoverkko.example"
            user = session.scalars(sa.select(User).where(User.email == email)).one()
            token = start_session(session, user.id, "test", LIMITS, NOW)
        with client.http.session_transaction() as cookie:
            cookie["login"], cookie["language"] = token, language
        return client

    def application_id(self, acronym: str) -> uuid.UUID:
        """Return the identifier of an application."""
        with self.tools.database.reading() as session:
            return session.scalars(
                sa.select(Application.id).where(Application.acronym == acronym)
            ).one()


def add_outsiders(tools: Tools) -> None:
    """Add an officer and a decision maker of another body, and one who is both in this body."""
    with tools.database.unit_of_work() as session:
        call = session.scalars(sa.select(Call)).one()
        own = call.granting_authority
        people = {
            "muu-esittelija": [(Role.OFFICER, "another_body")],
            "muu-ratkaisija": [(Role.DECISION_MAKER, "another_body")],
            "molemmat": [(Role.OFFICER, own), (Role.DECISION_MAKER, own)],
            "ohjausryhma": [(Role.STEERING, "")],
        }
        for name, roles in people.items():
            person = PersonInput(f"{name}@innoverkko.example", name, roles)
            create_person(session, person, NOW)


def run_until(url: str, data: Path, stop_before: str) -> None:
    """Run the demo round up to a stage in a migrated, empty database."""
    app = create_app(settings_for(url, data))
    tools: Tools = app.extensions["innoverkko"].tools
    plan = Plan(
        supplements=read_supplements(),
        consensus_texts=read_consensus_texts(),
        stop_before=stop_before,
    )
    run_round(tools, read_demo(tools), plan)
    add_outsiders(tools)
    tools.database.dispose()


def make_round(folder: Path, template: Path, stop_before: str) -> None:
    """Run the demo round up to a stage in a folder of its own."""
    shutil.copyfile(template, folder / "round.sqlite")
    run_until(sqlite_url_of(folder / "round.sqlite"), folder / "data", stop_before)
    fold_journal(folder / "round.sqlite")


def open_at(url: str, data: Path) -> FunderRound:
    """Return an application on the round in a database."""
    app = create_app(settings_for(url, data), lambda: NOW)
    with app.extensions["innoverkko"].tools.database.reading() as session:
        return FunderRound(app, session.scalars(sa.select(Call.id)).one())


def open_round(source: Path, target: Path) -> FunderRound:
    """Return an application on a copy of a round."""
    shutil.copytree(source, target)
    return open_at(sqlite_url_of(target / "round.sqlite"), target / "data")


def stage_fixture(name: str, stop_before: str) -> tuple[object, object]:
    """Return two fixtures: the round made once for the session, and a copy for each test."""

    @pytest.fixture(scope="session", name=f"{name}_source")
    def source(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
        folder = tmp_path_factory.mktemp(name)
        make_round(folder, sqlite_template, stop_before)
        return folder

    @pytest.fixture(name=name)
    def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FunderRound]:
        opened = open_round(request.getfixturevalue(f"{name}_source"), tmp_path / name)
        yield opened
        opened.tools.database.dispose()

    return source, copy
