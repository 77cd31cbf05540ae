"""Decisions: two people, nothing approved that was not presented, any edit voids."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor, Role
from app.domain.errors import InvalidInput, NotPermitted, SamePerson, StaleVersion, StepNotAllowed
from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_bytes
from app.models import Consensus, Decision, User
from app.pdf.client import RenderClient
from app.services.account.sessions import make_actor
from app.services.decision import decisions, previews, signing
from app.services.paper.renders import render_once
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def tools(sqlite_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give a round that waits for its decisions."""
    made = make_tools(settings_for(sqlite_url, tmp_path / "data"))
    run_demo(made, stop_before="decisions")
    yield made
    made.database.dispose()


def actor_of(tools: Tools, name: str) -> Actor:
    """Return one of the round's officials."""
    with tools.database.reading() as session:
        user = session.scalars(
            sa.select(User).where(User.email == f"{name}@innoverkko.example")
        ).one()
        return make_actor(user)


def draft_one(tools: Tools) -> uuid.UUID:
    """Draft the decisions of the round and return one that grants."""
    with tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Decision.call_id)).first()
        if call_id is None:
            from_application = sa.text("SELECT id FROM call")
            call_id = uuid.UUID(str(session.scalar(from_application)))
            decisions.draft_decisions(session, call_id, actor_of(tools, "esittelija"), NOW)
        return session.scalars(
            sa.select(Decision.id).where(Decision.kind == "grant", ~Decision.is_conditional)
        ).first() or uuid.UUID(int=0)


def present(tools: Tools, decision_id: uuid.UUID) -> None:
    """Present a decision."""
    with tools.database.unit_of_work() as session:
        officer = actor_of(tools, "esittelija")
        decisions.present_decision(session, tools.registers, decision_id, officer, NOW)


def test_the_presenter_cannot_approve_even_with_the_role(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    officer = actor_of(tools, "esittelija")
    both = replace(officer, roles=officer.roles | {Role.DECISION_MAKER})
    with pytest.raises(SamePerson), tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, decision_id, both, NOW)


def test_a_decision_maker_of_another_body_cannot_approve(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    other = replace(actor_of(tools, "ratkaisija"), authority_keys=frozenset({"council_06"}))
    with pytest.raises(NotPermitted), tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, decision_id, other, NOW)


def test_a_draft_cannot_be_approved_before_it_is_presented(tools: Tools) -> None:
    decision_id = draft_one(tools)
    decider = actor_of(tools, "ratkaisija")
    with pytest.raises(StepNotAllowed), tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, decision_id, decider, NOW)


def test_an_edit_after_presentation_takes_it_back_to_a_draft(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    with tools.database.unit_of_work() as session:
        officer = actor_of(tools, "esittelija")
        changes = {"strengths": "Mitattu vaikutus."}
        decision = decisions.update_draft(session, decision_id, changes, officer, NOW)
        assert decision.state is DecisionState.DRAFT
        assert (decision.presenter_id, decision.content) == (None, None)


def approve(tools: Tools, decision_id: uuid.UUID) -> Decision:
    """Approve a decision."""
    decider = actor_of(tools, "ratkaisija")
    with tools.database.unit_of_work() as session:
        return decisions.approve_decision(session, tools.registers, decision_id, decider, NOW)


def test_an_edit_after_approval_voids_it_and_the_matter_is_presented_and_decided_again(
    tools: Tools,
) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    first = approve(tools, decision_id).content_sha256
    with tools.database.unit_of_work() as session:
        officer = actor_of(tools, "esittelija")
        changes = {"strengths": "Mitattu vaikutus."}
        edited = decisions.update_draft(session, decision_id, changes, officer, NOW)
        assert (edited.state, edited.approver_id) == (DecisionState.DRAFT, None)
    with pytest.raises(StepNotAllowed):
        approve(tools, decision_id)
    present(tools, decision_id)
    again = approve(tools, decision_id)
    assert again.state is DecisionState.APPROVED
    assert again.content_sha256 != first


def test_a_record_that_changed_after_presentation_stops_the_approval(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    with tools.database.unit_of_work() as session:
        decision = decisions.get_decision(session, decision_id)
        session.get_one(Consensus, decision.application_id).strengths = "Muutettu jälkikäteen."
    decider = actor_of(tools, "ratkaisija")
    with pytest.raises(StaleVersion), tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, decision_id, decider, NOW)


def test_a_return_needs_its_reason(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    decider = actor_of(tools, "ratkaisija")
    with pytest.raises(InvalidInput), tools.database.unit_of_work() as session:
        decisions.return_decision(session, decision_id, "  ", decider, NOW)


def test_a_signed_letter_is_the_file_that_its_hash_names(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    with tools.database.unit_of_work() as session:
        decider = actor_of(tools, "ratkaisija")
        decisions.approve_decision(session, tools.registers, decision_id, decider, NOW)
    with tools.database.unit_of_work() as session:
        file = signing.make_letter_file(session, tools, decision_id, NOW)
        assert file is not None
        decision = signing.sign_decision(session, decision_id, file, NOW)
        assert decision.pdf_sha256 is not None
        assert tools.blobs.get(decision.pdf_sha256).startswith(b"%PDF-")


class AttentiveRenderer(RenderClient):
    """Remembers which bytes it was asked to seal."""

    given: bytes | None = None

    def issue(self, data, means, moment, laid_out=None):
        """Issue as always."""
        self.given = laid_out
        return super().issue(data, means, moment, laid_out)


def test_an_issued_letter_is_the_previewed_bytes_with_the_seal_on_top(tools: Tools) -> None:
    decision_id = draft_one(tools)
    present(tools, decision_id)
    with tools.database.unit_of_work() as session:
        decider, decision = actor_of(tools, "ratkaisija"), session.get_one(Decision, decision_id)
        foreseen = previews.foresee_letter(session, tools, decision, decider, NOW)
        read = render_once(tools, foreseen)
    site, later = tools.settings.public_url, NOW + timedelta(minutes=5)
    with tools.database.unit_of_work() as session:
        decisions.approve_decision(session, tools.registers, decision_id, decider, later, site)
    renderer = AttentiveRenderer()
    with tools.database.reading() as session:
        watched = replace(tools, renderer=renderer)
        file = signing.make_letter_file(session, watched, decision_id, later)
    renderer.close()
    issued = tools.blobs.get(file.pdf_sha256)
    assert renderer.given == read
    assert (issued[: len(read)], file.unsealed_sha256) == (read, sha256_bytes(read))
    assert len(issued) > len(read)
