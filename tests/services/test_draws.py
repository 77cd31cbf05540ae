"""An assignment by draw through the use cases: the cap, the recorded seed, and drawing again."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import PoolMember, RoutingRun
from app.services.record.tools import Tools, make_tools
from app.services.routing import routing, wishes
from app.services.routing.drawing import describe_draw
from app.services.routing.wishes import WishedPair
from scoring.routing.instance import read_instance
from scoring.routing.lots import CapTooLow, draw, make_lots
from tests.builders.drawn import make_drawn_round
from tests.builders.pools import actor_of
from tests.support.apps import settings_for
from tests.support.databases import sqlite_url_of

pytestmark = pytest.mark.usefixtures("panels_fit")

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
HALF = Fraction(1, 2)


@dataclass(slots=True)
class Ground:
    """A round whose call declares a draw."""

    tools: Tools
    call_id: uuid.UUID

    def run(self, session: Session) -> RoutingRun:
        return routing.propose_assignment(
            session, self.call_id, actor_of(session, "esittelija"), NOW
        )


@pytest.fixture(scope="module")
def source(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> tuple[Path, uuid.UUID]:
    folder = tmp_path_factory.mktemp("drawn")
    return folder, make_drawn_round(folder, sqlite_template, NOW)


@pytest.fixture
def ground(source: tuple[Path, uuid.UUID], tmp_path: Path) -> Iterator[Ground]:
    shutil.copytree(source[0], tmp_path / "round")
    url = sqlite_url_of(tmp_path / "round" / "round.sqlite")
    tools = make_tools(settings_for(url, tmp_path / "round" / "data"))
    yield Ground(tools, source[1])
    tools.database.dispose()


def test_a_run_is_drawn_and_whoever_has_its_record_draws_the_same(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        run = ground.run(session)
        told = describe_draw(run)
    problem = read_instance(run.instance)
    lots = make_lots(problem, Fraction(told["cap"]))
    assert run.chosen == draw(lots, bytes.fromhex(told["seed"])).tolist()
    assert (told["keys"], told["shares"]) == (lots.keys.tolist(), lots.shares.tolist())
    assert max(lots.probabilities().values()) <= HALF
    assert Fraction(told["expected"]) == lots.total
    assert run.bound_millionths == int(lots.total * 1_000_000)
    chances = [
        why["probability"]
        for each in run.reasons.values()
        for why in each.values()
        if "load" in why
    ]
    assert {0 < Fraction(each) <= HALF for each in chances} == {True}


def test_a_repeated_run_draws_the_same_so_that_nobody_draws_until_they_like_it(
    ground: Ground,
) -> None:
    with ground.tools.database.unit_of_work() as session:
        first, again = ground.run(session), ground.run(session)
    assert (again.draw["seed"], again.chosen, again.changes) == (
        first.draw["seed"],
        first.chosen,
        0,
    )


def test_two_calls_draw_with_seeds_of_their_own(
    ground: Ground, source: tuple[Path, uuid.UUID], tmp_path: Path
) -> None:
    shutil.copytree(source[0], tmp_path / "other")
    url = sqlite_url_of(tmp_path / "other" / "round.sqlite")
    other = make_tools(settings_for(url, tmp_path / "other" / "data"))
    with ground.tools.database.unit_of_work() as session:
        first = ground.run(session).draw["seed"]
    with other.database.unit_of_work() as session:
        second = Ground(other, source[1]).run(session).draw["seed"]
    assert first != second
    assert len(bytes.fromhex(first)) == 32
    other.database.dispose()


def test_the_cost_of_a_lock_is_what_the_expected_total_loses(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        run = ground.run(session)
        problem = read_instance(run.instance)
        taken = {*problem.forbidden.tolist(), *run.chosen}
        key = next(key for key in problem.keys.tolist() if key not in taken)
        application, evaluator = problem.pair(key)
        base = routing.find_base(session, ground.call_id, NOW)
        assert base is not None
        answer = base.ask((application, evaluator))
        assert answer is not None
        pair = WishedPair(uuid.UUID(application), uuid.UUID(evaluator))
        wishes.lock_pair(session, pair, "Tuntee alan.", officer, NOW)
        after = ground.run(session)
        assert Fraction(run.draw["expected"]) - Fraction(after.draw["expected"]) == answer.loss
        assert key in after.chosen


def test_a_pool_that_is_too_small_for_the_cap_is_told(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        people = session.scalars(sa.select(PoolMember)).all()
        for member in people[3:]:
            session.delete(member)
        for member in people[:3]:
            member.capacity = 20
        session.flush()
        with pytest.raises(CapTooLow):
            ground.run(session)
        session.rollback()


def test_an_outlook_tells_the_expected_total_and_draws_nothing(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        run = ground.run(session)
        today = routing.foresee(session, ground.call_id, None, None, NOW)
        assert today.total == Fraction(run.draw["expected"])
        assert session.scalar(sa.select(sa.func.count()).select_from(RoutingRun)) == 1
