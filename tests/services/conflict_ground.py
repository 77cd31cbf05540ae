"""A round whose applications are admitted, with its pool: the ground of the tests on conflicts."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.models import Evaluation
from app.services.evaluation import assignments, evaluations
from app.services.record.tools import Tools, make_tools
from tests.builders.pools import actor_of, fill_pool
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=20)
CRITERIA = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "H1", "H2", "H3")
COMMENT = "Arvio perustuu hakemuksen kuvaukseen, sen lähteisiin ja osapuolten rooliin hankkeessa."


@dataclass(frozen=True, slots=True)
class Ground:
    """The tools on a copy of the round, and its identifiers by name."""

    tools: Tools
    call_id: uuid.UUID
    people: Mapping[str, uuid.UUID]
    applications: Mapping[str, uuid.UUID]

    def assign(self, session: Session, name: str, code: str) -> Evaluation:
        """Assign an application to an evaluator and release it."""
        officer = actor_of(session, "esittelija")
        pair = self.applications[name], self.people[code]
        evaluation = assignments.assign_evaluator(session, *pair, officer, NOW)
        assignments.release_assignments(session, self.call_id, DUE, officer, NOW)
        return evaluation

    def score(self, session: Session, name: str, code: str) -> Evaluation:
        """Have an evaluator score an application and submit the sheet."""
        evaluation, actor = self.assign(session, name, code), evaluator(session, code)
        evaluations.declare_independence(session, evaluation.id, actor, NOW)
        changes = [evaluations.ScoreChange(each, Decimal(3), COMMENT) for each in CRITERIA]
        evaluations.save_scores(session, evaluation.id, changes, actor, NOW)
        return evaluations.submit_evaluation(session, evaluation.id, actor, NOW)


def evaluator(session: Session, code: str) -> Actor:
    """Return an evaluator of the round as an actor."""
    return actor_of(session, f"arvioija-{code.lower()}")


@dataclass(frozen=True, slots=True)
class _Made:
    folder: Path
    call_id: uuid.UUID
    people: Mapping[str, uuid.UUID]
    applications: Mapping[str, uuid.UUID]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> _Made:
    """Make the round once for a module."""
    folder = tmp_path_factory.mktemp("conflicts")
    shutil.copyfile(sqlite_template, folder / "round.sqlite")
    tools = make_tools(settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data"))
    result = run_demo(tools, stop_before="evaluate")
    with tools.database.unit_of_work() as session:
        people = fill_pool(tools, session, result.call_id, NOW)
    tools.database.dispose()
    fold_journal(folder / "round.sqlite")
    return _Made(folder, result.call_id, people, result.applications)


@pytest.fixture
def ground(made: _Made, tmp_path: Path) -> Iterator[Ground]:
    """Give a copy of the round."""
    target = tmp_path / "round"
    shutil.copytree(made.folder, target)
    tools = make_tools(settings_for(sqlite_url_of(target / "round.sqlite"), target / "data"))
    yield Ground(tools, made.call_id, made.people, made.applications)
    tools.database.dispose()
