"""A letter that breaks PDF/A or PDF/UA is not issued, and the officer is told why."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.lifecycle import DecisionState
from app.models import Decision, Job, User
from app.pdf.client import PaperRefused, RenderClient, render_now
from app.pdf.conformance.validation import Finding, NonconformingPaper, require_conformance
from app.queries.funder.letter_jobs import list_letter_faults
from app.services.account.sessions import make_actor
from app.services.background.work import run_due_jobs
from app.services.decision import decisions
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.pdf.defects import SEEDED, spoil
from tests.support.apps import settings_for

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


class SpoilingRenderer(RenderClient):
    """Makes letters that have lost their language, and lets the gate judge them."""

    def render(self, kind, data):
        """Refuse what the gate refuses."""
        try:
            require_conformance(spoil(render_now(kind, data), SEEDED["no_language"]))
        except NonconformingPaper as refused:
            raise PaperRefused([str(each) for each in refused.findings]) from refused
        raise AssertionError("the gate let a spoilt letter through")


@pytest.fixture
def tools(sqlite_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give a round that waits for its decisions."""
    made = make_tools(settings_for(sqlite_url, tmp_path / "data"))
    run_demo(made, stop_before="decisions")
    yield made
    made.renderer.close()
    made.database.dispose()


def find_actor(session: sa.orm.Session, name: str) -> Actor:
    """Return one of the round's officials."""
    return make_actor(
        session.scalars(sa.select(User).where(User.email == f"{name}@innoverkko.example")).one()
    )


def approve_one(tools: Tools) -> uuid.UUID:
    """Draft, present and approve one decision."""
    with tools.database.unit_of_work() as session:
        officer, decider = find_actor(session, "esittelija"), find_actor(session, "ratkaisija")
        call_id = uuid.UUID(str(session.scalar(sa.text("SELECT id FROM call"))))
        decisions.draft_decisions(session, call_id, officer, NOW)
        key = session.scalars(
            sa.select(Decision.id).where(Decision.kind == "reject_ineligible")
        ).first()
        decisions.present_decision(session, tools.registers, key, officer, NOW)
    with tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, key, decider, NOW)
    return key


def test_a_letter_that_breaks_its_standards_is_not_issued_and_says_why(tools):
    key = approve_one(tools)
    spoiling = replace(tools, renderer=SpoilingRenderer())
    run_due_jobs(spoiling, NOW)
    with tools.database.reading() as session:
        decision = session.get(Decision, key)
        assert (decision.state, decision.pdf_sha256) == (DecisionState.APPROVED, None)
        job = session.scalars(sa.select(Job).where(Job.task == "sign_decision")).one()
        assert (job.state, job.attempts) == ("dead", 1)
        faults = list_letter_faults(session, key)
    assert len(faults) >= 1
    assert all(fault.startswith(("PDF/A-3a ", "PDF/UA-1 ")) for fault in faults)


def test_once_the_letter_is_sound_the_job_makes_it_and_the_reasons_are_gone(tools):
    key = approve_one(tools)
    run_due_jobs(replace(tools, renderer=SpoilingRenderer()), NOW)
    with tools.database.unit_of_work() as session:
        job = session.scalars(sa.select(Job).where(Job.task == "sign_decision")).one()
        job.state, job.attempts = "ready", 0
    run_due_jobs(tools, NOW + timedelta(minutes=1))
    with tools.database.reading() as session:
        assert session.get(Decision, key).state is DecisionState.SIGNED
        assert list_letter_faults(session, key) == ()


def test_a_finding_is_one_line_with_profile_rule_and_words():
    assert str(Finding("PDF/UA-1", "X-1", "no language")) == "PDF/UA-1 X-1: no language"
