"""The instruction printed in a letter is the row in force on the day of the decision, or there is no letter."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.errors import NoReviewInstruction
from app.domain.lifecycle import DecisionState
from app.models import Authority, Call, Decision, ReviewInstruction, User
from app.pdf.client import InProcessRenderer
from app.pdf.documents import letter_pdf
from app.pdf.letter_data import LetterData
from app.services.account.sessions import make_actor
from app.services.decision import decisions
from app.services.paper.letters import build_letter
from app.services.paper.source import open_source
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.pdf.papers import read_text
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)
TODAY = date(2027, 9, 1)
OTHER_BODY = {"fi": "muutoksenhakuyksikkö", "sv": "omprövningsenheten", "en": "the review unit"}


@pytest.fixture(scope="module")
def source(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a round that waits for its decisions."""
    folder = tmp_path_factory.mktemp("review")
    shutil.copyfile(sqlite_template, folder / "round.sqlite")
    made = make_tools(settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data"))
    run_demo(made, stop_before="decisions")
    made.database.dispose()
    fold_journal(folder / "round.sqlite")
    return folder


@pytest.fixture
def tools(source: Path, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of a copy of the round."""
    shutil.copytree(source, tmp_path / "round")
    url = sqlite_url_of(tmp_path / "round" / "round.sqlite")
    made = make_tools(settings_for(url, tmp_path / "round" / "data"))
    yield made
    made.database.dispose()


def actor(tools: Tools, name: str) -> Actor:
    """Return one of the round's officials."""
    with tools.database.reading() as session:
        query = sa.select(User).where(User.email == f"{name}@innoverkko.example")
        return make_actor(session.scalars(query).one())


def present(tools: Tools) -> uuid.UUID:
    """Draft the decisions and present one that grants."""
    officer = actor(tools, "esittelija")
    with tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Call.id)).one()
        decisions.draft_decisions(session, call_id, officer, NOW)
        query = sa.select(Decision.id).where(Decision.kind == "grant", ~Decision.is_conditional)
        decision_id = session.scalars(query).first() or uuid.UUID(int=0)
        decisions.present_decision(session, tools.registers, decision_id, officer, NOW)
    return decision_id


def approve(tools: Tools, decision_id: uuid.UUID, now: datetime = NOW) -> dict[str, Any]:
    """Approve a decision; return its letter."""
    decider = actor(tools, "ratkaisija")
    with tools.database.unit_of_work() as session:
        decision = decisions.approve_decision(session, tools.registers, decision_id, decider, now)
        letter: dict[str, Any] = json.loads(decision.content or "")
        return letter


def change(tools: Tools, **values: object) -> None:
    """Change the instruction of the granting body that is in force."""
    with tools.database.unit_of_work() as session:
        body = session.scalars(sa.select(Call.granting_authority)).one()
        session.execute(
            sa.update(ReviewInstruction)
            .where(
                ReviewInstruction.authority_key == body, ReviewInstruction.kind == "rectification"
            )
            .values(values)
        )


def add_second(tools: Tools, valid_from: date) -> None:
    """Add another instruction of the granting body, to another body and with another period."""
    with tools.database.unit_of_work() as session:
        body = session.scalars(sa.select(Call.granting_authority)).one()
        session.add(
            ReviewInstruction(
                authority_key=body,
                kind="rectification",
                period_days=21,
                body_name=OTHER_BODY,
                address="PL 1, 00001 ESIMERKKI",
                email="muutos@ministerio.example",
                office_closes="15:00",
                valid_from=valid_from,
                provision="-",
            )
        )


def test_the_letter_prints_the_instruction_of_the_day_of_the_decision(tools: Tools) -> None:
    tomorrow = TODAY + timedelta(days=1)
    change(tools, valid_to=TODAY)
    add_second(tools, tomorrow)
    decision_id = present(tools)
    with tools.database.reading() as session:
        presented = json.loads(session.get_one(Decision, decision_id).content or "")
    assert presented["review"]["period_days"] == 30
    approved = approve(tools, decision_id, NOW + timedelta(days=1))
    assert approved["review"] == {
        "period_days": 21,
        "body": OTHER_BODY[approved["language"]],
        "address": "PL 1, 00001 ESIMERKKI",
        "email": "muutos@ministerio.example",
        "office_closes": "15:00",
        "phone": "",
    }


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        ("fi", ("21 päivän kuluessa", "muutoksenhakuyksikkö", "kello 15.00", "alla mainitulta")),
        ("sv", ("inom 21 dagar", "omprövningsenheten", "klockan 15.00", "som nämns nedan")),
        ("en", ("within 21 days", "the review unit", "at 15:00", "named below")),
    ],
)
def test_the_printed_instruction_is_whole_in_every_language(
    tools: Tools, language: str, phrases: tuple[str, ...]
) -> None:
    change(tools, valid_to=TODAY - timedelta(days=1))
    add_second(tools, TODAY)
    decision_id = present(tools)
    with tools.database.reading() as session:
        decision = session.get_one(Decision, decision_id)
        letter = build_letter(
            open_source(session, tools.registers, decision, language), NOW, is_draft=True
        )
    text = read_text(letter_pdf(letter, InProcessRenderer()))
    wanted = (*phrases, "PL 1, 00001 ESIMERKKI", "muutos@ministerio.example")
    assert [each for each in wanted if each not in text] == []
    assert "30" not in text[text.index(phrases[0]) - 60 : text.index(phrases[0])]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"valid_to": TODAY - timedelta(days=1)}, "missing"),
        ({"kind": "complaint"}, "missing"),
        ({"address": " "}, "incomplete"),
        ({"email": ""}, "incomplete"),
        ({"body_name": {"en": "a body"}}, "incomplete"),
    ],
)
def test_without_a_usable_instruction_nothing_is_approved(
    tools: Tools, values: dict[str, object], fault: str
) -> None:
    decision_id = present(tools)
    change(tools, **values)
    with pytest.raises(NoReviewInstruction) as refused:
        approve(tools, decision_id)
    assert refused.value.data["fault"] == fault
    with tools.database.reading() as session:
        assert session.get_one(Decision, decision_id).state is DecisionState.PRESENTED


def test_two_instructions_in_force_on_a_day_stop_the_approval(tools: Tools) -> None:
    decision_id = present(tools)
    add_second(tools, TODAY)
    with pytest.raises(NoReviewInstruction) as refused:
        approve(tools, decision_id)
    assert refused.value.data["fault"] == "ambiguous"


def test_no_phone_number_is_invented(tools: Tools) -> None:
    decision_id = present(tools)
    letter = LetterData.model_validate(approve(tools, decision_id))
    text = read_text(letter_pdf(letter, InProcessRenderer()))
    assert (letter.contact.phone, letter.review and letter.review.phone) == ("", "")
    assert "+358" not in text
    assert "puh." not in text
    assert letter.contact.email in text


def test_the_phone_of_the_authority_is_printed_where_the_officer_has_none(tools: Tools) -> None:
    with tools.database.unit_of_work() as session:
        body = session.scalars(sa.select(Call.granting_authority)).one()
        session.execute(
            sa.update(Authority).where(Authority.key == body).values(registry_phone="0295 000 000")
        )
    letter = approve(tools, present(tools))
    assert letter["contact"]["phone"] == letter["review"]["phone"] == "0295 000 000"
