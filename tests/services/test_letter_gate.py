"""A letter that breaks PDF/A or PDF/UA is not issued, and the officer is told why."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from app.domain.actors import Actor
from app.domain.lifecycle import DecisionState
from app.models import Decision, Event, Job, SealedLetter, User
from app.pdf.client import PaperRefused, RenderClient, render_now
from app.pdf.conformance.validation import Finding, NonconformingPaper, require_conformance
from app.queries.funder.letter_jobs import list_letter_faults
from app.services.account.sessions import make_actor
from app.services.background.work import run_due_jobs
from app.services.decision import decisions
from app.services.decision.rederiving import rederive_letter
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.pdf.defects import SEEDED, spoil
from tests.support.apps import settings_for
from tests.support.authority import TestAuthority, serving

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


class SpoilingRenderer(RenderClient):
    """Makes letters that have lost their language, and lets the gate judge them."""

    def issue(self, data, means, moment, laid_out=None):
        """Refuse what the gate refuses."""
        try:
            require_conformance(spoil(render_now("letter", data), SEEDED["no_language"]))
        except NonconformingPaper as refused:
            raise PaperRefused([str(each) for each in refused.findings]) from refused
        raise AssertionError("the gate let a spoilt letter through")


@pytest.fixture
def tools(sqlite_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give a round that waits for its decisions."""
    made = make_tools(settings_for(sqlite_url, tmp_path / "data"))
    run_demo(made, stop_before="decisions")
    yield made
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


def test_a_letter_that_cannot_be_sealed_is_not_issued_until_the_key_is_there(tools):
    key = approve_one(tools)
    lost = tools.settings.model_copy(update={"seal_key_file": Path("nowhere.p12")})
    run_due_jobs(replace(tools, settings=lost), NOW)
    with tools.database.unit_of_work() as session:
        assert session.get(Decision, key).state is DecisionState.APPROVED
        (fault,) = list_letter_faults(session, key)
        assert fault.startswith("The key of the seal cannot be read")
        job = session.scalars(sa.select(Job).where(Job.task == "sign_decision")).one()
        assert (job.state, job.attempts) == ("dead", 1)
        job.state, job.attempts = "ready", 0
    run_due_jobs(tools, NOW + timedelta(minutes=1))
    with tools.database.reading() as session:
        decision = session.get(Decision, key)
        seal = session.scalars(sa.select(SealedLetter)).one()
        told = session.scalars(sa.select(Event).where(Event.action == "decision.sign")).one()
        assert (decision.state, decision.pdf_sha256) == (DecisionState.SIGNED, seal.sha256)
        assert (seal.level, told.data["unsealed_sha256"]) == ("B-B", seal.unsealed_sha256)
        anew = rederive_letter(session, tools, decision.verification_code)
        assert (anew.is_same, anew.made_sha256) == (True, seal.unsealed_sha256)


def test_a_lasting_seal_gets_an_archive_timestamp_the_next_day_and_the_issued_file_stays(
    tools, tmp_path
):
    key = approve_one(tools)
    authority = TestAuthority(NOW)
    with serving(authority) as address:
        path = tmp_path / "lasting.p12"
        path.write_bytes(authority.issue("Lasting seal").pkcs12(b"word"))
        changes = {
            "seal_key_file": path,
            "seal_key_password": SecretStr("word"),
            "seal_timestamp_url": address,
            "seal_trust_file": authority.write_root(tmp_path),
        }
        lasting = replace(tools, settings=tools.settings.model_copy(update=changes))
        run_due_jobs(lasting, NOW)
        run_due_jobs(lasting, NOW + timedelta(hours=25))
        run_due_jobs(lasting, NOW + timedelta(hours=26))
    with tools.database.reading() as session:
        seals = session.scalars(sa.select(SealedLetter).order_by(SealedLetter.sealed_at)).all()
        assert [each.level for each in seals] == ["B-LT", "B-LTA"]
        assert session.get(Decision, key).pdf_sha256 == seals[0].sha256
        issued, archived = (tools.blobs.get(each.sha256) for each in seals)
        assert archived.startswith(issued)
        waiting = session.scalars(sa.select(Job).where(Job.state == "ready")).all()
        planned = [each.run_at for each in waiting if each.task == "archive_letter"]
        assert planned == [NOW + timedelta(hours=25, days=365)]


def test_a_finding_is_one_line_with_profile_rule_and_words():
    assert str(Finding("PDF/UA-1", "X-1", "no language")) == "PDF/UA-1 X-1: no language"
