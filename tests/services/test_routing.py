"""Runs of the routing through the use cases, on both databases: proof, wishes, costs, re-routing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import ConflictOfInterest, InvalidInput, StepNotAllowed
from app.domain.lifecycle import EvaluationState
from app.models import (
    Disqualification,
    Evaluation,
    Event,
    PoolMember,
    RoutingRun,
)
from app.services.evaluation import assignments, evaluations
from app.services.record.tools import Tools, make_tools
from app.services.routing import rerouting, routing, wishes
from app.services.routing.wishes import WishedPair
from scoring.routing.certificate import stage_kinds
from scoring.routing.checker import find_fault
from scoring.routing.instance import find_key, read_certificate, read_instance
from scoring.routing.shortage import NoFeasibleAssignment, ShortageKind
from tests.builders.pools import actor_of, fill_pool
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for

pytestmark = pytest.mark.usefixtures("panels_fit")

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=20)


@dataclass(slots=True)
class Ground:
    """A round whose applications are admitted, with a full pool and no assignment."""

    tools: Tools
    call_id: uuid.UUID
    people: dict[str, uuid.UUID]

    def propose(self, session: Session) -> RoutingRun:
        return routing.propose_assignment(
            session, self.call_id, actor_of(session, "esittelija"), NOW
        )


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    tools = make_tools(settings_for(database_url, tmp_path / "data"))
    result = run_demo(tools, stop_before="evaluate")
    with tools.database.unit_of_work() as session:
        people = fill_pool(tools, session, result.call_id, NOW)
    yield Ground(tools, result.call_id, people)
    tools.database.dispose()


def proposed(session: Session) -> set[tuple[str, str]]:
    rows = session.execute(
        sa.select(Evaluation.application_id, Evaluation.evaluator_id).where(
            Evaluation.state == EvaluationState.PROPOSED
        )
    )
    return {(str(a), str(e)) for a, e in rows}


def a_pair(session: Session) -> WishedPair:
    pair = min(proposed(session))
    return WishedPair(uuid.UUID(pair[0]), uuid.UUID(pair[1]))


def a_free_pair(session: Session, run: RoutingRun) -> WishedPair:
    """Return a pair that is allowed and was not chosen."""
    problem = read_instance(run.instance)
    taken = {*problem.forbidden.tolist(), *run.chosen}
    key = next(key for key in problem.keys.tolist() if key not in taken)
    application, evaluator = problem.pair(key)
    return WishedPair(uuid.UUID(application), uuid.UUID(evaluator))


def test_a_run_is_kept_with_a_proof_that_the_checker_accepts(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        run = ground.propose(session)
        pairs = proposed(session)
        actions = session.scalars(sa.select(Event.action).order_by(Event.seq)).all()
    with ground.tools.database.reading() as session:
        kept = session.get_one(RoutingRun, run.id)
        problem, chosen = read_instance(kept.instance), kept.chosen
        certificate = read_certificate(kept.certificate)
        assert {problem.pair(key) for key in chosen} == pairs
        assert (kept.objective, kept.status, kept.pairs) == ("balanced", "optimal", len(pairs))
        assert kept.value_millionths == kept.bound_millionths
        assert problem.fingerprint() == kept.instance_sha256
        assert find_fault(problem, chosen, certificate, stage_kinds("balanced")) is None
        assert find_fault(problem, chosen[1:], certificate, stage_kinds("balanced")) is not None
    assert actions[-1] == "call.propose_assignment"


def test_each_pair_says_why(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        run = ground.propose(session)
        for application, evaluator in proposed(session):
            reason = run.reasons[application][evaluator]
            assert 1 <= reason["rank"] <= reason["candidates"]
            assert Fraction(reason["affinity"]) >= 0
            assert (reason["alternative"] is None) == (reason["candidates"] == 2)
            assert reason["alternative"] != evaluator
            assert reason["alternative"] is None or reason["loss"] is None or reason["loss"]


def test_a_run_cannot_be_changed(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        ground.propose(session)
    change = sa.update(RoutingRun).values(status="gap")
    with pytest.raises(sa.exc.DBAPIError), ground.tools.database.unit_of_work() as session:
        session.execute(change)


def test_the_same_run_again_changes_nothing(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        ground.propose(session)
        first = {(each.id, each.state) for each in session.scalars(sa.select(Evaluation))}
        again = ground.propose(session)
        assert {(each.id, each.state) for each in session.scalars(sa.select(Evaluation))} == first
    assert (again.number, again.changes) == (2, 0)


def test_a_lock_and_a_forbid_are_kept_by_later_runs(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        run = ground.propose(session)
        away, wanted = a_pair(session), a_free_pair(session, run)
        wishes.forbid_pair(session, away, "Sama hanke arvioitiin viime vuonna.", officer, NOW)
        assert (str(away.application_id), str(away.evaluator_id)) not in proposed(session)
        wishes.lock_pair(session, wanted, "Tuntee alan.", officer, NOW)
        for _again in range(2):
            ground.propose(session)
            pairs = proposed(session)
            assert (str(away.application_id), str(away.evaluator_id)) not in pairs
            assert (str(wanted.application_id), str(wanted.evaluator_id)) in pairs
        wishes.drop_wish(session, away, officer, NOW)
        wishes.drop_wish(session, wanted, officer, NOW)
        ground.propose(session)
        assert proposed(session) == {read_instance(run.instance).pair(key) for key in run.chosen}
        acts = session.scalars(sa.select(Event.action).where(Event.action.like("%_pair"))).all()
    assert sorted(acts) == [
        "application.allow_pair",
        "application.forbid_pair",
        "application.lock_pair",
        "application.unlock_pair",
    ]


def test_a_wish_needs_a_reason_and_no_conflict(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        ground.propose(session)
        with pytest.raises(InvalidInput):
            wishes.forbid_pair(session, a_pair(session), " ", officer, NOW)
        barred = session.scalars(sa.select(Disqualification)).first()
        assert barred is not None
        pair = WishedPair(barred.application_id, barred.person_id)
        with pytest.raises(ConflictOfInterest):
            wishes.lock_pair(session, pair, "Paras.", officer, NOW)


def test_a_forbidden_pair_is_not_chosen_by_hand(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        ground.propose(session)
        pair = a_pair(session)
        wishes.forbid_pair(session, pair, "Ei tällä kertaa.", officer, NOW)
        with pytest.raises(InvalidInput):
            assignments.assign_evaluator(
                session, pair.application_id, pair.evaluator_id, officer, NOW
            )


def test_the_cost_told_before_a_change_is_what_the_next_run_loses(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        run = ground.propose(session)
        pair = a_free_pair(session, run)
        base = routing.find_base(session, ground.call_id, NOW)
        assert base is not None
        answer = base.ask((str(pair.application_id), str(pair.evaluator_id)))
        assert answer is not None
        unchanged = routing.find_base(session, ground.call_id, NOW)
        assert unchanged is not None
        assert unchanged.weighing is base.weighing
        wishes.lock_pair(session, pair, "Tuntee alan.", officer, NOW)
        changed = routing.find_base(session, ground.call_id, NOW)
        assert changed is not None
        assert changed.weighing is not base.weighing
        after = ground.propose(session)
    assert Fraction(run.value_millionths - after.value_millionths, 1_000_000) == answer.loss


def test_a_decline_is_mended_with_the_fewest_changes(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        ground.propose(session)
        released = assignments.release_assignments(session, ground.call_id, DUE, officer, NOW)
        gone = released[0]
        code = next(code for code, key in ground.people.items() if key == gone.evaluator_id)
        person = actor_of(session, f"arvioija-{code.lower()}")
        evaluations.decline_evaluation(session, gone.id, "capacity", "Ei ehdi.", person, NOW)
        plan = rerouting.plan_reroute(session, ground.call_id, NOW)
        run = rerouting.propose_reroute(session, ground.call_id, officer, NOW)
        pairs = proposed(session)
        assert pairs == set(plan.added)
        assert (run.kind, run.changes) == ("reroute", len(plan.added))
        assert (str(gone.application_id), str(gone.evaluator_id)) not in pairs
        assert rerouting.plan_reroute(session, ground.call_id, NOW).added == ()


def test_a_released_pair_is_not_forbidden_behind_the_evaluators_back(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        ground.propose(session)
        pair = a_pair(session)
        assignments.release_assignments(session, ground.call_id, DUE, officer, NOW)
        with pytest.raises(StepNotAllowed):
            wishes.forbid_pair(session, pair, "Ei enää.", officer, NOW)


def test_an_outlook_stores_nothing_and_names_a_shortage(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        ground.propose(session)
    with ground.tools.database.reading() as session:
        one = routing.foresee(session, ground.call_id, 1, None, NOW)
        two = routing.foresee(session, ground.call_id, None, None, NOW)
        assert one.pairs * 2 == two.pairs
        assert routing.foresee(session, ground.call_id, 1, None, NOW) is one
        with pytest.raises(NoFeasibleAssignment) as error:
            routing.foresee(session, ground.call_id, 7, None, NOW)
        assert error.value.shortage.kind is ShortageKind.EVALUATORS
        assert session.scalar(sa.select(sa.func.count()).select_from(RoutingRun)) == 1


def test_whoever_is_away_gets_nothing_new(ground: Ground) -> None:
    away = ground.people["EV1"]
    with ground.tools.database.unit_of_work() as session:
        member = session.get_one(PoolMember, (ground.call_id, away))
        member.available_from = (NOW + timedelta(days=60)).date()
        session.flush()
        run = ground.propose(session)
        assert str(away) not in {evaluator for _a, evaluator in proposed(session)}
        assert find_key(read_instance(run.instance), (min(run.reasons), str(away))) is not None
