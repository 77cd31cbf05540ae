"""The pages on conflicts of interest: ties, doubts, questions, an officer's decision, and groups."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import Role
from app.models import ApplicationMember, Evaluation, EvaluatorProfile, Partner
from app.services.account.people import PersonInput, create_person
from app.services.evaluation import assignments, evaluators
from tests.builders.pools import actor_of
from tests.web.funder_round import NOW, FunderRound

ACRONYM = "HYVERKKO"
PERSON = "arvioija-x"


def assign(opened: FunderRound) -> tuple[uuid.UUID, uuid.UUID]:
    """Give an application to a new evaluator; return the work and the person."""
    with opened.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        person = PersonInput(f"{PERSON}@innoverkko.example", "x", [(Role.EVALUATOR, "")])
        user = create_person(session, person, NOW)
        session.add(EvaluatorProfile(user_id=user.id, code="EVX", languages=["fi", "sv", "en"]))
        session.flush()
        evaluators.add_to_pool(session, opened.call_id, user.id, 3, NOW)
        key = opened.application_id(ACRONYM)
        evaluation = assignments.assign_evaluator(session, key, user.id, officer, NOW)
        due = NOW + timedelta(days=5)
        assignments.release_assignments(session, opened.call_id, due, officer, NOW)
        return evaluation.id, user.id


def state_of(opened: FunderRound, work: uuid.UUID) -> str:
    with opened.tools.database.reading() as session:
        return session.get_one(Evaluation, work).state.value


def test_a_doubt_is_asked_and_an_officers_answer_opens_the_application(
    checked: FunderRound,
) -> None:
    work, person = assign(checked)
    evaluator, officer = checked.log_in(PERSON, "en"), checked.log_in("esittelija", "en")
    page = evaluator.get(f"/evaluator/evaluations/{work}/doubt")
    evaluator.submit(page, status=422)
    evaluator.submit(page, ground="HL 28.1 § 7", detail="Vanha työtoveri johtaa hanketta.")
    declaration = evaluator.get(f"/evaluator/evaluations/{work}/declaration")
    assert declaration.soup.select("main form [name=independent]") == []
    questions = officer.get(f"/funder/calls/{checked.call_id}/conflicts/questions")
    address = f"/funder/applications/{checked.application_id(ACRONYM)}/conflicts/{person}"
    assert address in questions.links("#questions a").values()
    page = officer.get(address)
    officer.submit(page, status=422, outcome="disqualified", reason="Selvitetty.")
    officer.submit(page, outcome="independent", reason="Yhteistyö päättyi kauan sitten.")
    assert officer.get(questions.path).soup.select("#questions td") == []
    page = evaluator.get(f"/evaluator/evaluations/{work}/declaration")
    assert page.form().names - {"csrf_token"} != set()


def test_an_officers_decision_closes_the_matter_and_a_later_one_opens_it(
    checked: FunderRound,
) -> None:
    work, person = assign(checked)
    officer = checked.log_in("esittelija", "en")
    page = officer.get(f"/funder/applications/{checked.application_id(ACRONYM)}/conflicts/{person}")
    officer.submit(page, outcome="disqualified", ground="HL 28.1 § 1", reason="Puoliso hakee.")
    assert state_of(checked, work) == "set_aside"
    officer.submit(officer.get(page.path), outcome="independent", reason="Nimet menivät sekaisin.")
    assert state_of(checked, work) == "proposed"


def test_nobody_outside_the_handling_of_the_call_is_decided_on(checked: FunderRound) -> None:
    key = checked.application_id(ACRONYM)
    with checked.tools.database.reading() as session:
        applicant = session.scalars(
            sa.select(ApplicationMember.user_id).where(ApplicationMember.application_id == key)
        ).first()
    officer = checked.log_in("esittelija")
    for person in (applicant, uuid.uuid4()):
        officer.get(f"/funder/applications/{key}/conflicts/{person}", status=404)


@pytest.mark.parametrize("told_by", ["evaluator", "officer"])
def test_a_tie_to_a_partner_closes_the_matter_at_once(checked: FunderRound, told_by: str) -> None:
    work, person = assign(checked)
    with checked.tools.database.reading() as session:
        key = (checked.application_id(ACRONYM), "P1")
        number = session.get_one(Partner, key).y_tunnus
    addresses = {
        "evaluator": (PERSON, "/evaluator/ties"),
        "officer": ("esittelija", f"/funder/calls/{checked.call_id}/pool/{person}/ties"),
    }
    name, address = addresses[told_by]
    client = checked.log_in(name, "en")
    page = client.get(address)
    tie_form, work_form = "#add-tie", "#add-work"
    client.submit(page, tie_form, status=422, **{"tie-y_tunnus": "1234567-0"})
    client.submit(page, work_form, status=422)
    work_told = {"work-name": "Joku muu", "work-what": "Julkaisu", "work-until": "2025-01-31"}
    client.submit(page, work_form, **work_told)
    assert state_of(checked, work) == "assigned"
    client.submit(page, tie_form, **{"tie-kind": "board", "tie-y_tunnus": number})
    assert state_of(checked, work) == "set_aside"
    page = client.get(address)
    removing = page.soup.select('main form[action$="/remove"]')
    assert len(removing) == 2
    for form in removing:
        client.submit(page, f'main form[action="{form["action"]}"]')
    assert client.get(address).soup.select('main form[action$="/remove"]') == []
    assert state_of(checked, work) == "set_aside"


def test_a_group_relation_is_added_and_removed(checked: FunderRound) -> None:
    client = checked.log_in("esittelija", "en")
    address = f"/funder/calls/{checked.call_id}/conflicts/groups"
    page = client.get(address)
    form = 'main form[action$="/groups"]'
    client.submit(page, form, status=422, parent_name="Emo Oy")
    client.submit(page, form, parent_name="Emo Oy", child_name="Tytär Oy")
    page = client.get(address)
    assert len(page.soup.select("#holdings tbody tr")) == 1
    client.submit(page, 'main form[action$="/remove"]')
    assert client.get(address).soup.select("#holdings") == []
