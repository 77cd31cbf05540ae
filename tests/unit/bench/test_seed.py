"""A seeded round is one that the services could have made."""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.config import Settings
from app.domain.lifecycle import ApplicationState, EvaluationState
from app.models import (
    Answer,
    Application,
    ApplicationVersion,
    Consensus,
    Decision,
    Evaluation,
    Event,
    User,
)
from app.queries.content import load_content, read_version
from app.services.account.sessions import make_actor
from app.services.application.submission import find_blocking_problems, submit_application
from app.services.call.calls import get_definition
from app.services.evaluation.consensus import load_sheets
from app.services.evaluation.evaluations import find_sheet_problems
from app.services.record.events import find_break
from app.services.record.tools import make_tools
from bench.seed import Size, seed
from calls.scoring_rules import to_rubric
from scoring.aggregate import consensus_scores, rounded, total
from tests.support.databases import ENGINES, sqlite_url_of, written_out

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
SIZE = Size(applications=21, drafts=2, letters=2)


@pytest.fixture(scope="module", params=ENGINES)
def url(request, tmp_path_factory):
    """Give a migrated database for all tests of this module, on each engine."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("seed") / "round.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield sqlite_url_of(path)
        return
    server, name = request.getfixturevalue("postgres_server"), f"seed_{uuid.uuid4().hex}"
    yield written_out(server.create_database(name, request.getfixturevalue("postgres_template")))
    server.drop_database(name)


@pytest.fixture(scope="module")
def tools(url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    made = make_tools(Settings(database_url=url, data_dir=folder, testing=True))
    yield made
    made.database.dispose()


@pytest.fixture(scope="module")
def seeded(tools):
    return seed(tools, NOW, SIZE)


@pytest.fixture
def session(tools, seeded):
    with tools.database.reading() as opened:
        yield opened


def count(session, model, *conditions):
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_there_are_as_many_rows_as_were_asked_for(session, seeded):
    assert count(session, Application) == 23
    assert count(session, Evaluation) == 63
    assert count(session, Decision, Decision.state == "served") == 2
    assert (len(seeded.in_evaluation), len(seeded.drafts), len(seeded.letters)) == (2, 2, 2)


def test_the_record_of_events_is_unbroken(session, seeded):
    assert find_break(session) is None
    submitted = (Event.action == "application.submit", Event.call_id == seeded.call_id)
    assert count(session, Event, *submitted) == 21


def test_record_numbers_count_without_a_gap(session, seeded):
    of_call = Application.call_id == seeded.call_id
    orders = session.scalars(sa.select(Application.record_order).where(of_call)).all()
    assert sorted(order % 1_000_000_000 for order in orders) == list(range(1, 22))


def test_the_frozen_content_is_what_the_answers_say(session, seeded):
    application_id = seeded.evaluated[0]
    version = session.scalars(
        sa.select(ApplicationVersion).where(ApplicationVersion.application_id == application_id)
    ).one()
    now = load_content(session, application_id)
    assert dict(read_version(version).answers) == dict(now.answers)
    assert count(session, Answer, Answer.application_id == application_id) > 50


def test_totals_and_consensus_are_those_of_the_rubric(session, seeded):
    application = session.get_one(Application, seeded.evaluated[0])
    rubric = to_rubric(get_definition(session, application.call_version_id))
    sheets = load_sheets(session, application, rubric)
    medians = consensus_scores(rubric, sheets)
    assert application.final_hundredths == int(rounded(total(rubric, medians)) * 100)
    consensus = session.get_one(Consensus, application.id)
    assert consensus.scores == {key: str(value) for key, value in medians.items()}
    for sheet in session.scalars(
        sa.select(Evaluation).where(Evaluation.application_id == application.id)
    ):
        assert sheet.state is EvaluationState.LOCKED
        assert find_sheet_problems(rubric, sheet) == []


def test_a_draft_is_complete_and_can_be_submitted(tools, seeded):
    draft, owner = seeded.drafts[0]
    with tools.database.unit_of_work() as session:
        application = session.get_one(Application, draft)
        definition = get_definition(session, application.call_version_id)
        assert find_blocking_problems(definition, load_content(session, draft)) == []
        person = session.scalars(sa.select(User).where(User.email == owner)).one()
        submit_application(session, draft, make_actor(person), NOW)
        assert application.state is ApplicationState.SUBMITTED
