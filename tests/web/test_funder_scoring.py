"""Panels, disagreement and consensus in the browser."""

from __future__ import annotations

import uuid
from decimal import Decimal

import sqlalchemy as sa

from app.domain.actors import Actor, Role
from app.domain.lifecycle import ApplicationState
from app.models import Application, Consensus, Evaluation, EvaluatorProfile
from app.services.account.people import PersonInput, create_person
from app.services.evaluation import evaluations
from app.web.spreadsheets import make_cell
from tests.web.funder_round import NOW, FunderRound

COMMENT = "Perustelu kertoo, mihin hakemuksen kohtaan pisteet nojaavat ja miksi. " * 3


def add_evaluators(opened: FunderRound, count: int) -> list[uuid.UUID]:
    added = []
    with opened.tools.database.unit_of_work() as session:
        for number in range(1, count + 1):
            person = PersonInput(
                f"lisa-{number}@innoverkko.example", f"Arvioija {number}", [(Role.EVALUATOR, "")]
            )
            user = create_person(session, person, NOW)
            languages = ["fi", "sv", "en"]
            session.add(EvaluatorProfile(user_id=user.id, code=f"X{number}", languages=languages))
            added.append(user.id)
    return added


def score_all(opened: FunderRound, evaluation_id: uuid.UUID, score: str) -> None:
    with opened.tools.database.unit_of_work() as session:
        evaluation = session.get_one(Evaluation, evaluation_id)
        actor = Actor(evaluation.evaluator_id, frozenset({Role.EVALUATOR}))
        if evaluation.state.value == "assigned":
            evaluations.declare_independence(session, evaluation_id, actor, NOW)
        rubric = evaluations.rubric_of(session, evaluation)
        for name in rubric.criterion_ids:
            value = min(Decimal(score), rubric.criterion(name).scale.maximum)
            evaluations.save_score(session, evaluation_id, name, value, COMMENT, actor, NOW)
        evaluations.submit_evaluation(session, evaluation_id, actor, NOW)


def evaluations_of(opened: FunderRound, key: uuid.UUID) -> list[uuid.UUID]:
    with opened.tools.database.reading() as session:
        return list(
            session.scalars(
                sa.select(Evaluation.id)
                .where(Evaluation.application_id == key, Evaluation.state != "removed")
                .order_by(Evaluation.proposed_at, Evaluation.id)
            )
        )


def test_a_pool_that_is_too_small_is_explained_in_words(checked: FunderRound) -> None:
    client = checked.log_in("esittelija")
    base = f"/funder/calls/{checked.call_id}"
    (only,) = add_evaluators(checked, 1)
    client.submit(client.get(f"{base}/pool"), evaluator=str(only), capacity="1")
    answer = client.submit(client.get(f"{base}/assignments"), 'form[action$="/propose"]')
    page = client.follow(answer)
    number = page.rows()[0][0].split()[0]
    assert number in page.texts(".govuk-notification-banner__heading")[0]


def test_a_disagreement_goes_from_two_scores_to_a_settled_consensus(checked: FunderRound) -> None:
    client = checked.log_in("esittelija", "en")
    base = f"/funder/calls/{checked.call_id}"
    people = add_evaluators(checked, 3)
    for person in people:
        client.submit(client.get(f"{base}/pool"), evaluator=str(person), capacity="12")
    client.submit(client.get(f"{base}/assignments"), 'form[action$="/propose"]')
    client.submit(client.get(f"{base}/assignments"), "#release", due_day="2027-08-01")
    key = checked.application_id("HYVERKKO")
    first, second = evaluations_of(checked, key)
    score_all(checked, first, "5")
    score_all(checked, second, "2")
    own = f"/funder/applications/{key}"
    assert client.get(f"{own}/third").texts("main ul.govuk-list--bullet li") != []
    client.submit(client.get(f"/funder/evaluations/{second}/reopen"), reason="Väärä asteikko.")
    score_all(checked, second, "4")
    page = client.get(f"{own}/consensus")
    assert page.form("#consensus").values["score_C1"] == ["4.5"]
    wrong = client.submit(page, "#consensus", status=422, method="agreed", score_C1="99")
    assert wrong.form("#consensus").values["score_C1"] == ["99"]
    client.submit(page, "#consensus", method="agreed", score_C1="4", strengths="Selkeä tarve.")
    client.submit(client.get(f"{own}/consensus"), 'form[action$="/settle"]')
    with checked.tools.database.reading() as session:
        assert session.get_one(Application, key).state is ApplicationState.EVALUATED
        row = session.get_one(Consensus, key)
        assert (row.method, row.scores["C1"], row.strengths) == ("agreed", "4", "Selkeä tarve.")


def test_an_evaluator_with_a_conflict_is_not_chosen_by_hand(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    base = f"/funder/calls/{scored.call_id}"
    page = client.get(f"{base}/conflicts")
    key = str(scored.application_id("HYVERKKO"))
    evaluator = page.form().values["evaluator"][0]
    client.submit(page, application=key, evaluator=evaluator, detail="Läheinen on asianosainen.")
    page = client.get(f"{base}/assignments")
    page = client.follow(client.submit(page, "#add", application=key, evaluator=evaluator))
    assert page.soup.select_one("#ground") is not None
    assert page.soup.select_one("#change [value=assign]") is None


def test_a_cell_that_would_start_a_formula_is_made_harmless() -> None:
    cells = ["=1+1", "+1", "-1", "@x", " =1", "Teksti", None, Decimal("-1.5")]
    shown = [make_cell(cell) for cell in cells]
    assert shown == ["'=1+1", "'+1", "'-1", "'@x", "' =1", "Teksti", "", "-1.50"]
