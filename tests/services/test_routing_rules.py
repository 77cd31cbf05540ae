"""Rules of the call in the routing: kept, priced, impossible, and least loads."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Evaluation, EvaluatorProfile, RoutingRun
from app.services.record.tools import Tools, make_tools
from app.services.routing import routing
from calls.routing import Loads, RoutingRule, RoutingSettings
from scoring.routing.ruled import RulesNotKept
from scoring.routing.shortage import NoFeasibleAssignment, ShortageKind
from tests.builders.pools import actor_of, fill_pool
from tests.builders.rounds import run_demo
from tests.services.test_routing import NOW, proposed
from tests.support.apps import settings_for

pytestmark = pytest.mark.usefixtures("panels_fit")

Make = Callable[[RoutingSettings], tuple[Tools, uuid.UUID]]


@pytest.fixture
def make(database_url: str, tmp_path: Path) -> Iterator[Make]:
    """Give a function that runs a round up to the evaluation under rules."""
    tools = make_tools(settings_for(database_url, tmp_path / "data"))

    def run(settings: RoutingSettings) -> tuple[Tools, uuid.UUID]:
        call_id = run_demo(tools, routing=settings, stop_before="evaluate").call_id
        with tools.database.unit_of_work() as session:
            fill_pool(tools, session, call_id, NOW)
        return tools, call_id

    yield run
    tools.database.dispose()


def propose(session: Session, call_id: uuid.UUID) -> RoutingRun:
    return routing.propose_assignment(session, call_id, actor_of(session, "esittelija"), NOW)


def panels(session: Session) -> dict[str, list[EvaluatorProfile]]:
    people = {str(each.user_id): each for each in session.scalars(sa.select(EvaluatorProfile))}
    found: dict[str, list[EvaluatorProfile]] = defaultdict(list)
    for application, evaluator in proposed(session):
        found[application].append(people[evaluator])
    return found


def is_green(profile: EvaluatorProfile) -> bool:
    return any(each.startswith("green.") for each in profile.keywords)


def test_each_panel_keeps_the_rules_and_the_run_tells_its_bound(make: Make) -> None:
    region = RoutingRule(kind="region")
    green = RoutingRule.model_validate({"kind": "strength", "group": "green", "price": "0.5"})
    tools, call_id = make(RoutingSettings(objective="total", rules=(region, green)))
    with tools.database.unit_of_work() as session:
        run = propose(session, call_id)
        found = panels(session)
        missed = sum(not any(map(is_green, people)) for people in found.values())
    for people in found.values():
        regions = [each.region for each in people if each.region]
        assert len(set(regions)) == len(regions)
    assert (run.objective, run.status, run.certificate) == ("total", "optimal", {})
    assert run.value_millionths == run.bound_millionths
    assert len(run.breaches) == missed


def test_the_cost_under_rules_is_what_the_next_run_loses(make: Make) -> None:
    region = RoutingRule(kind="region")
    tools, call_id = make(RoutingSettings(objective="total", rules=(region,)))
    with tools.database.unit_of_work() as session:
        run = propose(session, call_id)
        base = routing.find_base(session, call_id, NOW)
        assert base is not None
        pair = min(proposed(session))
        answer = base.ask(pair)
        assert answer is not None
        assert answer.loss >= 0
        assert pair in answer.removed
    assert run.pairs > 0


def test_rules_that_nobody_can_keep_are_named(make: Make) -> None:
    nobody = RoutingRule.model_validate({"kind": "strength", "group": "tourism", "count": 2})
    tools, call_id = make(RoutingSettings(objective="total", rules=(nobody,)))
    with tools.database.unit_of_work() as session:
        with pytest.raises(RulesNotKept) as error:
            propose(session, call_id)
        assert {each.rule for each in error.value.breaches} == {"strength:tourism"}
        assert session.scalar(sa.select(sa.func.count()).select_from(Evaluation)) == 0


def test_a_least_load_that_cannot_be_given_is_named(make: Make) -> None:
    tools, call_id = make(RoutingSettings(load=Loads(minimum=9)))
    with tools.database.unit_of_work() as session:
        session.execute(sa.text("UPDATE pool_member SET capacity = 9"))
        with pytest.raises(NoFeasibleAssignment) as error:
            propose(session, call_id)
    assert error.value.shortage.kind is ShortageKind.PROPOSALS
    assert error.value.shortage.lacking > 0


def test_a_greatest_load_spreads_the_work(make: Make) -> None:
    tools, call_id = make(RoutingSettings(load=Loads(minimum=1, maximum=4)))
    with tools.database.unit_of_work() as session:
        propose(session, call_id)
        loads: dict[str, int] = defaultdict(int)
        for _application, evaluator in proposed(session):
            loads[evaluator] += 1
    assert len(loads) == 7
    assert max(loads.values()) <= 4
