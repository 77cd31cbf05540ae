"""From a disagreement to the selection in a real browser: third evaluator, consensus, what-if, choice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.domain.lifecycle import ApplicationState
from app.domain.times import local_date
from app.models import Application, Evaluation, EvaluatorProfile, Ranking, SelectionAct
from app.queries.content import get_application
from app.services.evaluation import assignments, consensus, eligibility, evaluations
from app.services.evaluation.evaluators import add_to_pool
from tests.browser import handling
from tests.browser.stage import Stage, open_stage, submit_another
from tests.builders.pools import actor_of
from tests.support.guests import Guest
from tests.web.test_funder_scoring import COMMENT, add_evaluators

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = ("arvioija-1", "arvioija-2", "lisa-1")


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    with open_stage(sqlite_url, tmp_path) as opened:
        yield opened


def admit(stage: Stage, key: uuid.UUID) -> None:
    """Find an application eligible after every check."""
    with stage.tools.database.unit_of_work() as session:
        officer, now = actor_of(session, "esittelija"), stage.clock.moment
        found = eligibility.assess(session, get_application(session, key))
        for each in (*found.failed, *found.open):
            eligibility.record_check(session, key, each.id, True, "Tarkastettu.", officer, now)
        eligibility.admit(session, key, officer, now)


def fill_pool(stage: Stage) -> None:
    """Put the two evaluators of the stage and a third person in the pool."""
    add_evaluators(stage, 1)
    with stage.tools.database.unit_of_work() as session:
        for profile in session.scalars(sa.select(EvaluatorProfile)).all():
            profile.languages = ["fi", "sv", "en"]
            add_to_pool(session, stage.call_id, profile.user_id, 5, stage.clock.moment)


def score(stage: Stage, session: Session, key: uuid.UUID, person: str, points: str) -> None:
    """Declare, score every criterion alike as far as its scale goes, and submit."""
    actor, now = actor_of(session, person), stage.clock.moment
    sheet = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.application_id == key, Evaluation.evaluator_id == actor.user_id
        )
    ).one()
    evaluations.declare_independence(session, sheet.id, actor, now)
    rubric = evaluations.rubric_of(session, sheet)
    for name in rubric.criterion_ids:
        value = min(Decimal(points), rubric.criterion(name).scale.maximum)
        evaluations.save_score(session, sheet.id, name, value, COMMENT, actor, now)
    evaluations.submit_evaluation(session, sheet.id, actor, now)


def prepare(stage: Stage) -> uuid.UUID:
    """Have two applications scored: one in agreement and settled, the other far apart; return this one."""
    split, calm = submit_another(stage), submit_another(stage, "kolmas-hakija")
    stage.turn_clock(stage.definition.timetable.closes + timedelta(days=1))
    for key in (split, calm):
        admit(stage, key)
    fill_pool(stage)
    now = stage.clock.moment
    with stage.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        for key in (split, calm):
            for person in PEOPLE[:2]:
                evaluator = actor_of(session, person).user_id
                assert evaluator is not None
                assignments.assign_evaluator(session, key, evaluator, officer, now)
        due = now + timedelta(days=21)
        assignments.release_assignments(session, stage.call_id, due, officer, now)
        for key, points in ((split, ("5", "2")), (calm, ("4", "4"))):
            for person, value in zip(PEOPLE[:2], points, strict=True):
                score(stage, session, key, person, value)
        consensus.write_consensus(session, calm, consensus.ConsensusInput(), officer, now)
        consensus.settle_consensus(session, calm, officer, now)
    return split


def test_an_officer_goes_from_a_disagreement_to_a_chosen_funding_line(
    stage: Stage, guest: Callable[..., Guest]
) -> None:
    split = prepare(stage)
    officer = guest(stage.address)
    handling.log_in(officer, "esittelija")
    ask_a_third(stage, officer, split)
    agree(stage, officer, split)
    rank_with_doubt(stage, officer)
    weigh_and_choose(stage, officer)
    selector = guest(stage.address)
    handling.log_in(selector, "valitsija")
    selector.goto(f"/funder/calls/{stage.call_id}/ranking")
    selector.submit("#select", statement="Valitaan järjestyksessä.")
    with stage.tools.database.reading() as session:
        states = set(session.scalars(sa.select(Application.state)))
        act = session.scalars(sa.select(SelectionAct)).one()
        ranking = session.get_one(Ranking, act.ranking_id)
        assert json.loads(ranking.content)["scenario"]["name"] == "Puolet rahasta"
        assert (ranking.number, ranking.reason) == (2, "Lisärahaa ei saatu.")
    assert states == {ApplicationState.SELECTED, ApplicationState.RESERVE}


def ask_a_third(stage: Stage, officer: Guest, split: uuid.UUID) -> None:
    """See where the evaluators disagree, and ask a third one, who submits."""
    officer.goto(f"/funder/calls/{stage.call_id}/agreement")
    expect(officer.find('[aria-labelledby="d-1"] tbody tr')).to_have_count(2)
    officer.follow("#d-1 a")
    assert officer.path == f"/funder/applications/{split}/opinions"
    officer.follow('main a[href$="/third"]')
    option = officer.find('[name="evaluator"] option').filter(has_text="X1")
    officer.submit(evaluator=str(option.get_attribute("value")))
    officer.goto(f"/funder/calls/{stage.call_id}/assignments")
    due = local_date(stage.clock.moment + timedelta(days=21))
    officer.submit("#release", due_day=due.isoformat())
    with stage.tools.database.unit_of_work() as session:
        score(stage, session, split, "lisa-1", "4")


def agree(stage: Stage, officer: Guest, split: uuid.UUID) -> None:
    """Prepare the meeting by its agenda, then write and settle the consensus beside the scores."""
    officer.goto(f"/funder/calls/{stage.call_id}/panel")
    assert str(split) in str(officer.find("#agenda li a").first.get_attribute("href"))
    officer.goto(f"/funder/applications/{split}/consensus")
    officer.submit("#consensus", statement="Arvioijat keskustelivat.")
    officer.follow('form[action$="/settle"] button')
    with stage.tools.database.reading() as session:
        kept = session.scalar(sa.select(sa.func.count()).where(Evaluation.application_id == split))
    assert kept == len(PEOPLE)


def rank_with_doubt(stage: Stage, officer: Guest) -> None:
    """Draw the ranking; the figures beside it come from the background."""
    ranking = f"/funder/calls/{stage.call_id}/ranking"
    officer.goto(ranking)
    officer.submit("#draw")
    expect(officer.find("#under-way")).to_be_visible()
    stage.work()
    officer.goto(ranking)
    expect(officer.find("#doubt tbody tr")).to_have_count(2)
    expect(officer.find("figure svg title")).to_have_count(1)
    officer.goto(f"/funder/calls/{stage.call_id}/agreement")
    expect(officer.find("#severities tbody tr")).to_have_count(3)


def weigh_and_choose(stage: Stage, officer: Guest) -> None:
    """Halve the money, see who loses the award, keep the scenario, compare it, and choose it."""
    scenarios = f"/funder/calls/{stage.call_id}/scenarios"
    with stage.tools.database.reading() as session:
        supports = session.scalars(sa.select(Application.support_applied)).all()
    officer.goto(scenarios)
    officer.submit("#terms", budget=str(max(each or Decimal(0) for each in supports)))
    expect(officer.find("#moved li")).to_have_count(1)
    officer.submit("#keep", name="Puolet rahasta")
    officer.submit("#compare", one="0", other="1")
    expect(officer.find("#sides tbody tr")).to_have_count(2)
    officer.goto(f"{scenarios}/1")
    officer.submit("#choose", reason="Lisärahaa ei saatu.")
    expect(officer.find("#choices + ul li")).to_have_count(1)
