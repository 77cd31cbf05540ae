"""What lists show of the evaluations is kept beside the application: it never differs from the evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.db import downgrade, upgrade
from app.domain.actors import Actor
from app.services.evaluation.conflicts import ConflictInput, record_conflict
from app.services.evaluation.evaluations import reopen_evaluation
from app.services.evaluation.rulings import RulingInput, rule_conflict
from app.services.record.tools import Tools, make_tools
from tests.builders.pools import actor_of
from tests.builders.rounds import run_demo
from tests.services.conflict_ground import NOW, Ground, ground, made
from tests.support.apps import settings_for
from tests.support.databases import sqlite_url_of
from tests.support.panel_figures import Figures, compared_panels, read_figures

__all__ = ["ground", "made"]

BEFORE = "0008-1"
"""The revision before the columns, wherever it stands."""


@pytest.fixture
def tools(sqlite_template: Path, tmp_path: Path) -> Iterator[Tools]:
    path = tmp_path / "round.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    made = make_tools(settings_for(sqlite_url_of(path), tmp_path / "data"))
    yield made
    made.database.dispose()


def test_figures_fit_in_every_act_of_a_round_and_the_migration_finds_the_same(tools: Tools) -> None:
    with compared_panels() as compared:
        run_demo(tools, stop_before="rank")
    with tools.database.reading() as session:
        kept = read_figures(session)
    assert len(compared) > 1
    assert max(figures[-1] for figures in kept.values()) > 1
    tools.database.dispose()
    downgrade(tools.database.url, BEFORE)
    upgrade(tools.database.url)
    with tools.database.reading() as session:
        assert read_figures(session) == kept


def test_figures_follow_a_reopened_sheet_a_conflict_and_its_ruling(ground: Ground) -> None:
    application_id = ground.applications["DEMO-01"]
    pair = application_id, ground.people["EV3"]
    database, moment = ground.tools.database, NOW + timedelta(days=1)
    found: list[Figures] = []

    @contextmanager
    def act() -> Iterator[tuple[Session, Actor]]:
        with database.unit_of_work() as session:
            yield session, actor_of(session, "esittelija")
        with database.reading() as session:
            found.append(read_figures(session)[str(application_id)])

    with compared_panels() as compared:
        with act() as (session, officer):
            first, _ = (ground.score(session, "DEMO-01", each) for each in ("EV1", "EV3"))
        with act() as (session, officer):
            reopen_evaluation(session, first.id, "Pisteet puuttuvat.", officer, moment)
        with act() as (session, officer):
            conflict = ConflictInput("HL 28.1 § 7", "officer", "Ilmoitettu.")
            record_conflict(session, *pair, conflict, officer, moment)
        with act() as (session, officer):
            given = RulingInput(False, "", "Selvitetty henkilön kanssa.")
            rule_conflict(session, *pair, given, officer, moment)
    assert found == [(2, 2, 6400, 0, 0), (2, 1, 6400, 0, 0), (1, 0, 0, 0, 0), (2, 0, 0, 0, 0)]
    assert len(compared) == len(found)
