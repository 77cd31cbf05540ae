"""The whole handling of a round in the browser, by the people whose work it is."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import ApplicationState, DecisionState
from app.models import Application, Decision, Evaluation
from app.services.background.work import run_due_jobs
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound


def state_of(opened: FunderRound, key: uuid.UUID) -> ApplicationState:
    with opened.tools.database.reading() as session:
        return session.get_one(Application, key).state


def decision_of(opened: FunderRound, acronym: str) -> Decision:
    key = opened.application_id(acronym)
    with opened.tools.database.reading() as session:
        return session.scalars(sa.select(Decision).where(Decision.application_id == key)).one()


def token(client: PageClient) -> str:
    page = client.get("/funder/")
    field = page.soup.select_one('input[name="csrf_token"]')
    return str(field["value"]) if field else ""


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_officer_checks_and_admits_an_application(submitted: FunderRound, language: str) -> None:
    client = submitted.log_in("esittelija", language)
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/eligibility")
    for link in page.soup.select('a[href*="/checks/"]'):
        check = client.get(str(link["href"]))
        client.submit(check, passed="yes", reason="Tarkastettu.")
    page = client.get(f"/funder/applications/{key}/eligibility")
    answer = client.submit(page, "#admit", conditions="Sopimus toimitetaan.")
    assert client.follow(answer).status == 200
    assert state_of(submitted, key) is ApplicationState.ELIGIBLE


def test_a_failed_check_needs_a_reason_and_keeps_what_was_typed(submitted: FunderRound) -> None:
    client = submitted.log_in("esittelija")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/checks/E02")
    answer = client.submit(page, status=422, passed="no", reason=" ")
    assert len(answer.errors) == 1
    assert answer.form().values["passed"] == ["no"]


def test_an_application_with_open_checks_is_not_admitted(submitted: FunderRound) -> None:
    client = submitted.log_in("esittelija")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/eligibility")
    answer = client.submit(page, "#admit", status=409, conditions="Ehto säilyy.")
    assert answer.form("#admit").values["conditions"] == ["Ehto säilyy."]
    assert state_of(submitted, key) is ApplicationState.SUBMITTED


def test_a_completion_is_requested_with_questions_message_and_time(submitted: FunderRound) -> None:
    client = submitted.log_in("esittelija")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/completion")
    wrong = client.submit(page, status=422, message="", due_day="2027-07-10")
    assert len(wrong.errors) == 2
    client.submit(
        page,
        question_ids=["att_agreement"],
        message="Liittäkää sopimus.",
        due_day="2027-07-10",
        due_time="16:15",
    )
    assert state_of(submitted, key) is ApplicationState.COMPLETION_REQUESTED


def test_less_support_is_proposed_with_reasons(submitted: FunderRound) -> None:
    client = submitted.log_in("esittelija")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/support")
    client.submit(page, amount="600 000,50", reasons="Ei tukikelpoinen kustannus.")
    again = client.submit(page, status=422, amount="99999999", reasons="Liikaa.")
    assert len(again.errors) == 1
    with submitted.tools.database.reading() as session:
        assert str(session.get_one(Application, key).support_proposed) == "600000.50"


def test_evaluators_are_pooled_proposed_chosen_and_released(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    base = f"/funder/calls/{scored.call_id}"
    page = client.get(f"{base}/pool")
    client.submit(page, capacity="9")
    page = client.get(f"{base}/assignments")
    client.submit(page, 'form[action$="/propose"]')
    assert client.get(f"{base}/assignments").status == 200


def test_a_recorded_conflict_sets_the_work_aside(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    key = scored.application_id("HYVERKKO")
    with scored.tools.database.reading() as session:
        evaluation = session.scalars(
            sa.select(Evaluation).where(
                Evaluation.application_id == key, Evaluation.state == "locked"
            )
        ).first()
    assert evaluation is not None
    page = client.get(f"/funder/calls/{scored.call_id}/conflicts")
    evaluator = str(evaluation.evaluator_id)
    client.submit(page, application=str(key), evaluator=evaluator, detail="Työsuhde alkoi.")
    with scored.tools.database.reading() as session:
        assert session.get_one(Evaluation, evaluation.id).state.value == "set_aside"


def test_the_ranking_is_drawn_by_an_officer_and_selected_by_the_body(scored: FunderRound) -> None:
    officer, selector = scored.log_in("esittelija"), scored.log_in("valitsija")
    path = f"/funder/calls/{scored.call_id}/ranking"
    officer.submit(officer.get(path), "#draw")
    again = officer.submit(officer.get(path), "#draw", status=422)
    assert len(again.errors) == 1
    selector.submit(selector.get(path), "#select", statement="Valitaan järjestyksessä.")
    csv = officer.get(f"{path}.csv").response
    assert csv.mimetype == "text/csv"
    assert state_of(scored, scored.application_id("HYVERKKO")) is ApplicationState.SELECTED


def test_a_decision_is_drafted_presented_returned_approved_and_served(ranked: FunderRound) -> None:
    officer, decider = ranked.log_in("esittelija"), ranked.log_in("ratkaisija")
    path = f"/funder/calls/{ranked.call_id}/decisions"
    officer.submit(officer.get(path), 'form[action$="/draft"]')
    own = f"/funder/decisions/{decision_of(ranked, 'HYVERKKO').id}"
    officer.submit(officer.get(own), "#draft", reasons="Hanke täyttää ehdot.")
    officer.submit(officer.get(own), 'form[action$="/present"]')
    wrong = decider.submit(decider.get(own), "#return", status=422, reason="")
    assert wrong.errors
    decider.submit(decider.get(own), "#return", reason="Täydentäkää perusteluja.")
    officer.submit(officer.get(own), 'form[action$="/present"]')
    decider.submit(decider.get(own), 'form[action$="/approve"]')
    assert decision_of(ranked, "HYVERKKO").state is DecisionState.APPROVED
    run_due_jobs(ranked.tools, NOW)
    officer.submit(officer.get(own), 'form[action$="/serve"]')
    assert decision_of(ranked, "HYVERKKO").state is DecisionState.SERVED
    letter = decider.get(f"{own}/letter.pdf").response
    assert letter.data.startswith(b"%PDF")


def test_who_presented_a_decision_cannot_approve_it(ranked: FunderRound) -> None:
    both = ranked.log_in("molemmat")
    path = f"/funder/calls/{ranked.call_id}/decisions"
    both.submit(both.get(path), 'form[action$="/draft"]')
    key = decision_of(ranked, "HYVERKKO").id
    page = both.get(f"/funder/decisions/{key}")
    both.submit(page, 'form[action$="/present"]')
    csrf = page.form("#draft").values["csrf_token"]
    both.post(f"/funder/decisions/{key}/approve", status=403, data={"csrf_token": csrf})
    answer = both.post(
        f"{path}/approve", status=200, data={"csrf_token": csrf, "decision": str(key)}
    )
    assert len(answer.soup.select("#results ~ ul li")) == 1
    assert decision_of(ranked, "HYVERKKO").state is DecisionState.PRESENTED


def test_many_decisions_are_presented_and_each_tells_how_it_went(ranked: FunderRound) -> None:
    officer = ranked.log_in("esittelija")
    path = f"/funder/calls/{ranked.call_id}/decisions"
    officer.submit(officer.get(path), 'form[action$="/draft"]')
    page = officer.get(path)
    keys = [str(box["value"]) for box in page.soup.select('input[name="decision"]')]
    answer = officer.submit(page, "#many", status=200, decision=keys)
    assert len(answer.soup.select("#results ~ ul li")) == len(keys)
    with ranked.tools.database.reading() as session:
        states = set(session.scalars(sa.select(Decision.state)))
    assert states == {DecisionState.PRESENTED}
