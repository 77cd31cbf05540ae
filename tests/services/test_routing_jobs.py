"""Runs of a large call: queued, solved in a process of its own, cancelled, refused and tried again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import jobs
from app.models import Evaluation, EvaluatorProfile, Job, RoutingRun
from app.services.background.work import run_due_jobs
from app.services.record.tools import Tools, make_tools
from app.services.routing import proposal_jobs, routing
from app.services.routing.proposing import GroundChanged, find_proposal, keep_proposal
from app.services.routing.routing_inputs import load_inputs
from tests.builders.pools import actor_of, fill_pool
from tests.builders.rounds import run_demo
from tests.services.test_routing import NOW
from tests.support.apps import settings_for

MODEL = "tests.support.encoders:Subjects"
SOLVED = ("chosen", "instance_sha256", "value_millionths", "bound_millionths", "reasons", "changes")


@dataclass(slots=True)
class Large:
    """A round with a full pool, in which every run counts as large and a language model helps."""

    tools: Tools
    call_id: uuid.UUID

    def ask(self) -> RoutingRun | None:
        with self.tools.database.unit_of_work() as session:
            officer = actor_of(session, "esittelija")
            return proposal_jobs.request_proposal(session, self.call_id, officer, NOW, 0)

    def cancel(self) -> None:
        with self.tools.database.unit_of_work() as session:
            officer = actor_of(session, "esittelija")
            proposal_jobs.cancel_proposal(session, self.call_id, officer, NOW)

    def states(self) -> list[str]:
        with self.tools.database.reading() as session:
            return list(session.scalars(sa.select(Job.state).where(Job.task == proposal_jobs.TASK)))


@pytest.fixture
def large(database_url: str, tmp_path: Path) -> Iterator[Large]:
    tools = make_tools(settings_for(database_url, tmp_path / "data", routing_encoder=MODEL))
    result = run_demo(tools, stop_before="evaluate")
    with tools.database.unit_of_work() as session:
        fill_pool(tools, session, result.call_id, NOW)
        session.execute(sa.update(EvaluatorProfile).values(profile_text="Satamien sähkölaivat"))
        session.execute(sa.update(Job).values(state="done"))
    yield Large(tools, result.call_id)
    tools.database.dispose()


def test_a_queued_run_gives_what_a_run_at_once_gives(large: Large) -> None:
    assert large.ask() is None
    with pytest.raises(proposal_jobs.ProposalUnderWay):
        large.ask()
    run_due_jobs(large.tools, NOW)
    assert large.states() == ["done"]
    with large.tools.database.unit_of_work() as session:
        queued = session.scalars(sa.select(RoutingRun)).one()
        officer = actor_of(session, "esittelija")
        assert queued.created_by == officer.user_id
        pairs = session.scalar(sa.select(sa.func.count()).select_from(Evaluation))
        assert (queued.pairs, queued.changes) == (pairs, pairs)
        kept = {name: getattr(queued, name) for name in SOLVED}
        told = [
            each for row in queued.reasons.values() for why in row.values() for each in why["terms"]
        ]
        assert "two-subjects" in {name for kind, *_words, name in told if kind == "model"}
        again = routing.propose_assignment(session, large.call_id, officer, NOW)
        assert again.changes == 0
        assert {name: getattr(again, name) for name in SOLVED} == {**kept, "changes": 0}


def test_a_cancelled_or_lost_run_writes_nothing(large: Large) -> None:
    large.ask()
    large.cancel()
    assert run_due_jobs(large.tools, NOW) == 0
    assert large.states() == ["done"]
    assert large.ask() is None
    with large.tools.database.unit_of_work() as session:
        lost = jobs.claim(session, NOW)[0]
        assert jobs.hold(session, lost, NOW + timedelta(minutes=4))
        assert jobs.claim(session, NOW + timedelta(minutes=8)) == []
        taken = jobs.claim(session, NOW + timedelta(minutes=10))[0]
        assert not jobs.hold(session, lost, NOW)
    large.cancel()
    proposal_jobs.do_proposal(large.tools, NOW, taken)
    assert large.states() == ["done", "done"]
    with large.tools.database.reading() as session:
        assert session.scalars(sa.select(RoutingRun.id)).all() == []
        assert session.scalars(sa.select(Evaluation.id)).all() == []


def test_a_proposal_that_others_have_overtaken_is_not_written(large: Large) -> None:
    with large.tools.database.unit_of_work() as session:
        inputs = load_inputs(session, large.call_id, NOW)
        found = find_proposal(session, large.call_id, inputs, NOW)
        officer = actor_of(session, "esittelija")
        keep_proposal(session, large.call_id, found, officer, NOW)
        with pytest.raises(GroundChanged):
            keep_proposal(session, large.call_id, found, officer, NOW)
