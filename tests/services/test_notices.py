"""Mail about the process: whoever waits for an act is told once, in their language, and nothing secret."""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.lifecycle import ApplicationState, EvaluationState
from app.models import Application, Evaluation, OutboxMail, User
from app.services.account.sessions import make_actor
from app.services.application import applications, submission
from app.services.call import call_questions
from app.services.decision import decisions, serving, signing
from app.services.evaluation import eligibility, evaluations
from app.services.evaluation.eligibility import CompletionInput
from app.services.record.notice_words import FOOTER, load_notices
from app.services.record.tools import Tools, make_tools
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=14)


def _make_stage(template: Path, folder: Path, stop_before: str) -> Path:
    shutil.copyfile(template, folder / "round.sqlite")
    made = make_tools(settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data"))
    run_demo(made, stop_before=stop_before)
    made.database.dispose()
    fold_journal(folder / "round.sqlite")
    return folder


@pytest.fixture(scope="module")
def handled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the demo round where officers have begun to handle it."""
    return _make_stage(sqlite_template, tmp_path_factory.mktemp("handled"), "eligibility")


@pytest.fixture(scope="module")
def scored(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the demo round where the scores are in."""
    return _make_stage(sqlite_template, tmp_path_factory.mktemp("scored"), "decisions")


def _open(source: Path, target: Path) -> Tools:
    shutil.copytree(source, target, dirs_exist_ok=True)
    return make_tools(settings_for(sqlite_url_of(target / "round.sqlite"), target / "data"))


@pytest.fixture
def round_tools(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of a copy of the stage that the test names."""
    opened = _open(request.getfixturevalue(request.param), tmp_path / "round")
    yield opened
    opened.database.dispose()


def at(stage: str) -> pytest.MarkDecorator:
    """Run a test on a stage of the round."""
    return pytest.mark.parametrize("round_tools", [stage], indirect=True)


def actor(tools: Tools, name: str) -> Actor:
    """Return a person of the round."""
    with tools.database.reading() as session:
        query = sa.select(User).where(User.email == f"{name}@innoverkko.example")
        return make_actor(session.scalars(query).one())


def owner_of(tools: Tools, application_id: uuid.UUID) -> Actor:
    """Return the applicant."""
    with tools.database.reading() as session:
        application = session.get_one(Application, application_id)
        return make_actor(session.get_one(User, application.created_by))


def pick(tools: Tools, *states: ApplicationState) -> uuid.UUID:
    """Return an application in one of the states."""
    with tools.database.reading() as session:
        query = sa.select(Application.id).where(Application.state.in_(states))
        return session.scalars(query.order_by(Application.record_number)).first() or uuid.UUID(
            int=0
        )


def told(tools: Tools, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind."""
    with tools.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == kind)))


def recipients(tools: Tools, kind: str) -> list[str]:
    """Return who got a kind of mail."""
    return sorted(mail.recipient.partition("@")[0] for mail in told(tools, kind))


@at("scored")
def test_a_round_tells_everybody_who_waits(round_tools: Tools) -> None:
    with round_tools.database.reading() as session:
        kinds = Counter(session.scalars(sa.select(OutboxMail.kind)))
        panel = session.scalar(sa.select(sa.func.count(sa.distinct(Evaluation.evaluator_id))))
    assert kinds["application_submitted"] == 11
    assert kinds["application_submitted_late"] == 1
    assert kinds["evaluation_assigned"] >= (panel or 0) > 0


@at("scored")
def test_no_mail_carries_more_than_record_number_call_and_link(round_tools: Tools) -> None:
    with round_tools.database.reading() as session:
        rows = session.execute(
            sa.select(Application.acronym, Application.lead_name, Application.title)
        ).all()
        mails = session.scalars(sa.select(OutboxMail)).all()
    secrets = {text for row in rows for text in (row.acronym, row.lead_name, *row.title.values())}
    assert [
        (mail.kind, secret)
        for mail in mails
        for secret in secrets
        if secret and secret in f"{mail.subject} {mail.body}"
    ] == []
    assert [mail for mail in mails if mail.body.count("service:/") != 1] == []


@at("scored")
def test_every_mail_is_in_the_language_of_the_person(round_tools: Tools) -> None:
    with round_tools.database.reading() as session:
        languages = dict(session.execute(sa.select(User.email, User.language)).all())
        mails = session.scalars(sa.select(OutboxMail)).all()
    assert {mail.language for mail in mails} == {"fi", "sv"}
    assert [mail for mail in mails if mail.language != languages[mail.recipient]] == []
    assert [mail for mail in mails if FOOTER[mail.language] not in mail.body] == []


@at("handled")
def test_a_completion_is_asked_for_answered_and_acknowledged(round_tools: Tools) -> None:
    application_id = pick(round_tools, ApplicationState.SUBMITTED)
    asked = CompletionInput(("summary_fi",), "Täydentäkää tiivistelmä.", DUE)
    officer, owner = actor(round_tools, "esittelija"), owner_of(round_tools, application_id)
    with round_tools.database.unit_of_work() as session:
        eligibility.request_completion(session, application_id, asked, officer, NOW)
    (request,) = told(round_tools, "completion_requested")
    assert "15.9.2027 klo 12.00" in request.body
    assert "Täydentäkää" not in request.body
    with round_tools.database.unit_of_work() as session:
        submission.answer_completion(session, application_id, owner, NOW + timedelta(days=1))
    assert recipients(round_tools, "completion_answered") == ["esittelija"]
    assert len(told(round_tools, "completion_received")) == 1


@at("handled")
def test_a_completion_that_lapses_is_told_to_both_sides(round_tools: Tools) -> None:
    application_id = pick(round_tools, ApplicationState.SUBMITTED)
    asked = CompletionInput(("summary_fi",), "Täydentäkää tiivistelmä.", DUE)
    with round_tools.database.unit_of_work() as session:
        officer = actor(round_tools, "esittelija")
        eligibility.request_completion(session, application_id, asked, officer, NOW)
    for _turn in range(2):
        with round_tools.database.unit_of_work() as session:
            submission.lapse_completions(session, DUE + timedelta(seconds=1))
    assert len(told(round_tools, "completion_lapsed")) == 1
    assert recipients(round_tools, "completion_lapsed_handling") == ["esittelija"]


@at("handled")
def test_a_withdrawal_is_told_to_the_lead_and_to_the_officers(round_tools: Tools) -> None:
    application_id = pick(round_tools, ApplicationState.SUBMITTED)
    owner = owner_of(round_tools, application_id)
    with round_tools.database.unit_of_work() as session:
        applications.withdraw_application(session, application_id, owner, NOW)
    assert len(told(round_tools, "application_withdrawn")) == 1
    assert recipients(round_tools, "application_withdrawn_handling") == ["esittelija"]


@at("handled")
def test_an_act_that_fails_sends_nothing(round_tools: Tools) -> None:
    application_id = pick(round_tools, ApplicationState.SUBMITTED)
    owner = owner_of(round_tools, application_id)

    def withdraw_and_fail() -> None:
        with round_tools.database.unit_of_work() as session:
            applications.withdraw_application(session, application_id, owner, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        withdraw_and_fail()
    assert told(round_tools, "application_withdrawn") == []


@at("handled")
def test_whoever_asked_is_told_of_the_answer(round_tools: Tools) -> None:
    application_id = pick(round_tools, ApplicationState.SUBMITTED)
    owner = owner_of(round_tools, application_id)
    with round_tools.database.unit_of_work() as session:
        call = session.get_one(Application, application_id).call
        moment = call.opens_at + timedelta(days=1)
        session.execute(sa.text("UPDATE call SET state = 'open'"))
        session.expire_all()
        asked = call_questions.ask_question(session, call.id, "Kuka?", "fi", owner, moment)
        officer = actor(round_tools, "esittelija")
        answer = "Salainen vastaus"
        call_questions.answer_question(session, call.id, asked.id, answer, officer, moment)
    (mail,) = told(round_tools, "question_answered")
    assert "Salainen" not in mail.body
    assert f"service://{mail.language}/calls/INNO-2027-1/questions" in mail.body


@at("scored")
def test_a_reopened_sheet_and_a_declined_one_are_told(round_tools: Tools) -> None:
    with round_tools.database.unit_of_work() as session:
        locked = sa.select(Evaluation).where(Evaluation.state == EvaluationState.LOCKED)
        sheet = session.scalars(locked).first()
        assert sheet is not None
        evaluator = make_actor(session.get_one(User, sheet.evaluator_id))
        session.execute(
            sa.update(Evaluation)
            .where(Evaluation.id == sheet.id)
            .values({"state": EvaluationState.SUBMITTED})
        )
        session.expire_all()
        officer = actor(round_tools, "esittelija")
        evaluations.reopen_evaluation(session, sheet.id, "Tarkistus", officer, NOW)
        evaluations.decline_evaluation(session, sheet.id, "capacity", "Kiire", evaluator, NOW)
    (reopened,) = told(round_tools, "evaluation_reopened")
    assert (reopened.recipient, "Tarkistus" in reopened.body) == (
        email_of(round_tools, evaluator),
        False,
    )
    declined = [mail for mail in told(round_tools, "evaluation_declined") if mail.created_at == NOW]
    assert [mail.recipient for mail in declined] == ["esittelija@innoverkko.example"]
    assert "Kiire" not in declined[0].body


def email_of(tools: Tools, person: Actor) -> str:
    """Return the address of a person."""
    with tools.database.reading() as session:
        return session.scalars(sa.select(User.email).where(User.id == person.user_id)).one()


@at("scored")
def test_many_presented_decisions_are_one_mail_and_a_return_goes_to_the_presenter(
    round_tools: Tools,
) -> None:
    officer, decider = actor(round_tools, "esittelija"), actor(round_tools, "ratkaisija")
    with round_tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Application.call_id)).first()
        assert call_id is not None
        decisions.draft_decisions(session, call_id, officer, NOW)
        ids = decisions.list_decision_ids(session, call_id)
        for number, decision_id in enumerate(ids):
            moment = NOW + timedelta(seconds=number)
            registers = round_tools.registers
            decisions.present_decision(session, registers, decision_id, officer, moment)
        decisions.return_decision(session, ids[0], "Perustelut puuttuvat.", decider, NOW)
    assert recipients(round_tools, "decision_presented") == ["ratkaisija", "valitsija"]
    (returned,) = told(round_tools, "decision_returned")
    assert returned.recipient == "esittelija@innoverkko.example"
    assert "puuttuvat" not in returned.body


@at("scored")
def test_a_served_decision_is_told_to_the_lead_with_a_link_and_no_result(
    round_tools: Tools,
) -> None:
    officer, decider = actor(round_tools, "esittelija"), actor(round_tools, "ratkaisija")
    registers = round_tools.registers
    with round_tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Application.call_id)).first()
        assert call_id is not None
        decisions.draft_decisions(session, call_id, officer, NOW)
        decision_id = decisions.list_decision_ids(session, call_id)[0]
        decisions.present_decision(session, registers, decision_id, officer, NOW)
        decision = decisions.approve_decision(session, registers, decision_id, decider, NOW)
        file = signing.make_letter_file(session, round_tools, decision_id, NOW)
        assert file is not None
        signing.sign_decision(session, decision_id, file, NOW)
        serving.serve_decision(session, decision_id, officer, NOW)
    (served,) = told(round_tools, "decision_served")
    link = f"service://applicant/applications/{decision.application_id}/decision"
    assert served.recipient == email_of(round_tools, owner_of(round_tools, decision.application_id))
    assert (link in served.body, "€" in served.body) == (True, False)


def test_every_notice_has_the_same_places_in_every_language() -> None:
    for kind, notice in load_notices().items():
        values = dict.fromkeys(
            ("number", "received", "due", "call", "call_id", "code", "application", "decision"), "X"
        )
        for language in ("fi", "sv", "en"):
            subject, body = notice.write(language, {**values, "language": language})
            assert (kind, "{" in subject + body) == (kind, False)
            assert 0 < len(subject) <= 80
        counts = {
            language: (text["body"].count("{due}"), text["body"].count("{received}"))
            for language, text in notice.words.items()
        }
        assert (kind, len(set(counts.values()))) == (kind, 1)
