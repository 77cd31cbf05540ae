"""The pages of the routing: run, reasons, costs, wishes, what-if, proof and re-route."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.db import Database
from app.domain.lifecycle import EvaluationState
from app.models import Evaluation, EvaluatorProfile, Job, PoolMember, RoutingRun, RoutingWish
from app.services.background.work import run_due_jobs
from app.services.evaluation import assignments, evaluations
from scoring.routing.instance import read_instance
from tests.builders.pools import actor_of, fill_pool
from tests.support.pages import PageClient
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound

RUN = 'form[action$="/propose"]'


@pytest.fixture
def pooled(checked: FunderRound) -> FunderRound:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
    return checked


@pytest.fixture
def officer(pooled: FunderRound) -> PageClient:
    client = pooled.log_in("esittelija", "en")
    page = client.get(f"/funder/calls/{pooled.call_id}/routing")
    client.submit(page, RUN)
    return client


def call_page(opened: FunderRound, end: str = "") -> str:
    return f"/funder/calls/{opened.call_id}/routing{end}"


def one_pair(opened: FunderRound, state: EvaluationState) -> tuple[uuid.UUID, uuid.UUID]:
    with opened.tools.database.reading() as session:
        query = sa.select(Evaluation.application_id, Evaluation.evaluator_id).where(
            Evaluation.state == state
        )
        row = session.execute(query.order_by(Evaluation.proposed_at, Evaluation.id)).first()
    assert row is not None
    return row.application_id, row.evaluator_id


def a_free_pair(opened: FunderRound) -> tuple[str, str]:
    with opened.tools.database.reading() as session:
        run = session.scalars(sa.select(RoutingRun)).one()
        problem, chosen = read_instance(run.instance), run.chosen
    taken = {*problem.forbidden.tolist(), *chosen}
    return problem.pair(next(key for key in problem.keys.tolist() if key not in taken))


def test_a_run_shows_its_proof_and_its_proof_holds(
    pooled: FunderRound, officer: PageClient
) -> None:
    page = officer.get(call_page(pooled))
    assert page.soup.select_one("#run") is not None
    link = page.soup.select_one("#certificate")
    assert link is not None
    given = json.loads(officer.get(str(link["href"])).response.data)
    problem = read_instance(given["problem"])
    assert problem.fingerprint() == given["fingerprint"]
    # The call has rules on whole panels: the proof is a bound, the prices are tested with a run without them.
    assert (given["status"], given["certificate"]) == ("optimal", {})
    assert given["value"] == given["bound"]
    assert len(given["rules"]) == 6


def test_the_page_of_an_application_gives_reasons_alternatives_and_grounds(
    pooled: FunderRound, officer: PageClient
) -> None:
    key = pooled.application_id("HYVERKKO")
    page = officer.get(f"/funder/applications/{key}/routing")
    assert len(page.soup.select("#active tbody tr")) == 2
    assert "Place" in page.soup.select_one("#active").get_text()
    alternatives = page.soup.select("#alternatives tbody tr")
    assert alternatives
    assert all("total affinity" in row.get_text().lower() for row in alternatives[:3])


def test_the_page_tells_what_part_a_language_model_has(pooled: FunderRound) -> None:
    bound = pooled.app.extensions["innoverkko"]
    database = Database(bound.tools.database.url, "tests.support.encoders:Subjects")
    tools = replace(bound.tools, database=database)
    pooled.app.extensions["innoverkko"] = replace(bound, tools=tools)
    with database.unit_of_work() as session:
        session.execute(sa.update(EvaluatorProfile).values(profile_text="Sähkö ja akut"))
    client = pooled.log_in("esittelija", "en")
    client.submit(client.get(call_page(pooled)), RUN)
    key = pooled.application_id("HYVERKKO")
    assert "two-subjects (" in client.get(f"/funder/applications/{key}/routing").soup.get_text()
    database.dispose()


def test_a_conflict_is_shown_with_its_ground_in_words(
    pooled: FunderRound, officer: PageClient
) -> None:
    shown = []
    for row in officer.get(call_page(pooled, "/matrix")).soup.select("tbody th a"):
        page = officer.get(str(row["href"]))
        shown += [each.get_text() for each in page.soup.select("#barred tbody tr")]
    assert any("HL 28.1 § 4" in text and "EV2" in text for text in shown)


def test_a_change_shows_its_cost_before_it_is_made(
    pooled: FunderRound, officer: PageClient
) -> None:
    application, evaluator = a_free_pair(pooled)
    address = f"/funder/applications/{application}/routing/{evaluator}"
    page = officer.get(address)
    assert "affinity" in page.soup.select_one("#cost").get_text()
    wrong = officer.submit(page, "#change", status=422, act="lock", reason=" ")
    assert len(wrong.errors) == 1
    officer.submit(officer.get(address), "#change", act="lock", reason="Tuntee alan.")
    officer.submit(officer.get(call_page(pooled)), RUN)
    with pooled.tools.database.reading() as session:
        state = session.scalars(
            sa.select(Evaluation.state).where(
                Evaluation.application_id == uuid.UUID(application),
                Evaluation.evaluator_id == uuid.UUID(evaluator),
            )
        ).one()
    assert state is EvaluationState.PROPOSED
    page = officer.get(call_page(pooled))
    assert "Tuntee alan." in page.soup.select_one("main").get_text()
    officer.submit(officer.get(address), "#change", act="free")
    with pooled.tools.database.reading() as session:
        assert session.scalars(sa.select(RoutingWish)).all() == []


def test_a_forbidden_pair_leaves_at_once(pooled: FunderRound, officer: PageClient) -> None:
    application, evaluator = one_pair(pooled, EvaluationState.PROPOSED)
    address = f"/funder/applications/{application}/routing/{evaluator}"
    officer.submit(officer.get(address), "#change", act="forbid", reason="Ei tällä kertaa.")
    page = officer.get(f"/funder/applications/{application}/routing")
    assert len(page.soup.select("#active tbody tr")) == 1
    assert "Ei tällä kertaa." in page.soup.select_one("#barred").get_text()
    assert officer.get(call_page(pooled)).soup.select_one("#lacking") is not None


def test_whoever_is_removed_or_chosen_by_hand_changes_at_once(
    pooled: FunderRound, officer: PageClient
) -> None:
    application, evaluator = one_pair(pooled, EvaluationState.PROPOSED)
    address = f"/funder/applications/{application}/routing/{evaluator}"
    officer.submit(officer.get(address), "#change", act="remove")
    assert (
        len(officer.get(f"/funder/applications/{application}/routing").soup.select("#active tr"))
        == 2
    )
    officer.submit(officer.get(address), "#change", act="assign")
    assert (
        len(officer.get(f"/funder/applications/{application}/routing").soup.select("#active tr"))
        == 3
    )


def test_what_if_computes_and_names_a_shortage(pooled: FunderRound, officer: PageClient) -> None:
    page = officer.get(call_page(pooled, "/what-if?panel=1&evaluator="))
    assert page.soup.select_one("#today") is not None
    short = officer.get(call_page(pooled, "/what-if?panel=9&evaluator="))
    assert "compete for" in short.soup.select_one(".govuk-warning-text").get_text()
    officer.get(call_page(pooled, "/what-if?panel=no"), status=422)
    with pooled.tools.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RoutingRun)) == 1


def test_a_decline_is_rerouted(pooled: FunderRound, officer: PageClient) -> None:
    with pooled.tools.database.unit_of_work() as session:
        actor = actor_of(session, "esittelija")
        work = assignments.release_assignments(session, pooled.call_id, NOW, actor, NOW)[0]
        code = work.evaluator.code.lower()
        person = actor_of(session, f"arvioija-{code}")
        evaluations.decline_evaluation(session, work.id, "capacity", "Ei ehdi.", person, NOW)
    page = officer.get(call_page(pooled))
    assert page.soup.select_one("#reroute") is not None
    plan = officer.get(call_page(pooled, "/reroute"))
    assert plan.soup.select("#added li")
    officer.submit(plan, 'form[action$="/reroute"]')
    assert officer.get(call_page(pooled)).soup.select_one("#lacking") is None


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_opens_in_every_language(pooled: FunderRound, language: str) -> None:
    client = pooled.log_in("esittelija", language)
    client.get(call_page(pooled))
    client.submit(client.get(call_page(pooled)), RUN)
    application, evaluator = a_free_pair(pooled)
    for end in ("", "/matrix", "/what-if", "/reroute"):
        client.get(call_page(pooled, end))
    client.get(f"/funder/applications/{application}/routing")
    client.get(f"/funder/applications/{application}/routing/{evaluator}")


@pytest.mark.parametrize("name", ["muu-esittelija", "ratkaisija", "ohjausryhma", "arvioija-ev1"])
def test_nobody_else_sees_or_changes_the_routing(
    pooled: FunderRound, officer: PageClient, name: str
) -> None:
    application, evaluator = a_free_pair(pooled)
    client = pooled.log_in(name, "en")
    for end in ("", "/matrix", "/what-if", "/reroute", "/runs/1.json"):
        client.get(call_page(pooled, end), status=403)
    client.get(f"/funder/applications/{application}/routing", status=403)
    client.get(f"/funder/applications/{application}/routing/{evaluator}", status=403)


BUDGETS = {"": 9, "/matrix": 9}


@pytest.mark.parametrize("end", BUDGETS)
def test_a_page_of_the_routing_stays_within_its_statements(
    pooled: FunderRound, officer: PageClient, end: str
) -> None:
    officer.get(call_page(pooled, end))
    with statements(pooled.tools.database.engine) as seen:
        officer.get(call_page(pooled, end))
    assert len(seen) <= BUDGETS[end], seen


def test_the_page_of_an_application_stays_within_its_statements(
    pooled: FunderRound, officer: PageClient
) -> None:
    address = f"/funder/applications/{pooled.application_id('HYVERKKO')}/routing"
    officer.get(address)
    with statements(pooled.tools.database.engine) as seen:
        officer.get(address)
    assert len(seen) <= 15, "\n".join(seen)


@pytest.fixture
def queueing(pooled: FunderRound) -> FunderRound:
    """Give a round in which every run counts as large."""
    bound = pooled.app.extensions["innoverkko"]
    settings = bound.tools.settings.model_copy(update={"routing_at_once_pairs": 0})
    tools = replace(bound.tools, settings=settings)
    pooled.app.extensions["innoverkko"] = replace(bound, tools=tools)
    return pooled


def test_the_page_says_that_a_large_run_is_under_way_and_cancels_it(queueing: FunderRound) -> None:
    client = queueing.log_in("esittelija", "en")
    opened = client.get(call_page(queueing))
    page = client.follow(client.submit(opened, RUN))
    assert page.soup.select_one("#under-way progress") is not None
    assert page.response.headers["Refresh"] == "10"
    assert page.soup.select_one(RUN) is None
    still = client.get(str(page.soup.select_one("#still")["href"]))
    assert "Refresh" not in still.response.headers
    refused = client.follow(client.submit(opened, RUN))
    assert "under way already" in refused.soup.get_text()
    after = client.follow(client.submit(refused, 'form[action$="/cancel"]'))
    assert after.soup.select_one("#under-way") is None
    assert "Refresh" not in after.response.headers
    assert after.soup.select_one(RUN) is not None
    with queueing.tools.database.reading() as session:
        job = session.scalars(sa.select(Job).where(Job.task == "propose_assignment")).one()
        assert (job.state, job.error) == ("done", "cancelled")


def test_the_page_says_why_a_large_run_failed_and_offers_another(queueing: FunderRound) -> None:
    with queueing.tools.database.unit_of_work() as session:
        session.execute(sa.update(PoolMember).values(capacity=0))
        session.execute(sa.update(Job).values(state="done"))
    client = queueing.log_in("esittelija", "en")
    client.submit(client.get(call_page(queueing)), RUN)
    run_due_jobs(queueing.tools, NOW)
    page = client.get(call_page(queueing))
    assert "compete for" in page.soup.select_one("#run-failed").get_text()
    with queueing.tools.database.unit_of_work() as session:
        session.execute(sa.update(PoolMember).values(capacity=20))
    client.submit(page, RUN)
    run_due_jobs(queueing.tools, NOW)
    done = client.get(call_page(queueing))
    assert done.soup.select_one("#run") is not None
    assert done.soup.select_one("#run-failed") is None
