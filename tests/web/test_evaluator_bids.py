"""Bids of evaluators: what is shown without names, who may bid, what a bid does in the routing."""

from __future__ import annotations

import uuid
from fractions import Fraction

import pytest
import sqlalchemy as sa

from app.domain.errors import ConflictOfInterest, StepNotAllowed
from app.models import Application, Disqualification, Event, Partner, RoutingBid
from app.queries.screening import Scope
from app.services.evaluation.conflicts import detect_conflicts
from app.services.evaluation.rulings import RulingInput, rule_conflict
from app.services.routing import bidding, routing
from scoring.routing.bids import Bid
from scoring.routing.instance import find_key, read_instance
from tests.builders.pools import actor_of, fill_pool
from tests.support.pages import Page, PageClient
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound


@pytest.fixture
def pooled(checked: FunderRound) -> FunderRound:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
        detect_conflicts(session, Scope(checked.call_id), NOW)
    return checked


def address(opened: FunderRound) -> str:
    return f"/evaluator/calls/{opened.call_id}/bids"


def offers(page: Page) -> list[uuid.UUID]:
    """Return the applications of a page in their order."""
    return [uuid.UUID(str(card["id"])[6:]) for card in page.soup.select("article.app-card")]


def say(client: PageClient, opened: FunderRound, application: uuid.UUID, bid: str) -> Page:
    page = client.get(address(opened))
    return client.submit(
        page, f"#offer-{application.hex} form", **{f"offer-{application.hex}-bid": bid}
    )


def conflicts_of(opened: FunderRound, code: str) -> set[uuid.UUID]:
    with opened.tools.database.reading() as session:
        person = actor_of(session, f"arvioija-{code}").user_id
        query = sa.select(Disqualification.application_id).where(
            Disqualification.person_id == person
        )
        return set(session.scalars(query))


def test_a_bidder_sees_titles_and_summaries_and_no_name(pooled: FunderRound) -> None:
    page = pooled.log_in("arvioija-ev2", "fi").get(address(pooled))
    shown = offers(page)
    text = page.soup.select_one("main").get_text()
    assert shown
    with pooled.tools.database.reading() as session:
        names = session.scalars(sa.select(Partner.name).where(Partner.application_id.in_(shown)))
        marks = session.execute(
            sa.select(Application.record_number, Application.acronym).where(
                Application.id.in_(shown)
            )
        ).all()
        titles = session.scalars(sa.select(Application.title).where(Application.id.in_(shown)))
        assert [name for name in names if name in text] == []
        assert [mark for row in marks for mark in row if mark in text] == []
        assert any(title["fi"] in text for title in titles)


def test_an_application_with_a_known_conflict_is_not_offered(pooled: FunderRound) -> None:
    closed = conflicts_of(pooled, "ev2")
    assert closed
    client = pooled.log_in("arvioija-ev2", "en")
    assert closed.isdisjoint(offers(client.get(address(pooled))))
    with pooled.tools.database.unit_of_work() as session:
        actor = actor_of(session, "arvioija-ev2")
        call = bidding.load_bidding(session, actor, pooled.call_id)
        with pytest.raises(ConflictOfInterest):
            bidding.place_bid(session, call, min(closed), Bid.WANT, actor, NOW)


def test_a_conflict_that_nobody_has_recorded_yet_hides_the_application(
    checked: FunderRound,
) -> None:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
    assert conflicts_of(checked, "ev2") == set()
    page = checked.log_in("arvioija-ev2", "en").get(address(checked))
    with checked.tools.database.unit_of_work() as session:
        detect_conflicts(session, Scope(checked.call_id), NOW)
    found = conflicts_of(checked, "ev2")
    assert found
    assert found.isdisjoint(offers(page))


def test_each_row_is_saved_by_itself_and_can_be_changed(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    first, second, *_rest = offers(client.get(address(pooled)))
    say(client, pooled, first, "want")
    say(client, pooled, second, "can")
    say(client, pooled, first, "rather_not")
    with pooled.tools.database.reading() as session:
        rows = session.execute(sa.select(RoutingBid.application_id, RoutingBid.kind)).all()
        acts = session.scalars(
            sa.select(Event.data).where(Event.action == "application.place_bid").order_by(Event.seq)
        ).all()
    assert dict(rows) == {first: "rather_not", second: "can"}
    assert [act["bid"] for act in acts] == ["want", "can", "rather_not"]
    form = client.get(address(pooled)).form(f"#offer-{first.hex} form")
    assert form.values[f"offer-{first.hex}-bid"] == ["rather_not"]


def test_no_choice_is_pointed_out_at_its_row(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    page = client.get(address(pooled))
    first = offers(page)[0]
    wrong = client.submit(page, f"#offer-{first.hex} form", status=422)
    assert len(wrong.errors) == 1


def test_a_declared_conflict_closes_the_application_and_forbids_the_pair(
    pooled: FunderRound,
) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    first = offers(client.get(address(pooled)))[0]
    say(client, pooled, first, "conflict")
    page = client.get(address(pooled))
    assert first not in offers(page)
    assert page.soup.select_one("#declared") is not None
    with pooled.tools.database.unit_of_work() as session:
        person = actor_of(session, "arvioija-ev1")
        call = bidding.load_bidding(session, person, pooled.call_id)
        with pytest.raises(StepNotAllowed):
            bidding.place_bid(session, call, first, Bid.WANT, person, NOW)
        run = routing.propose_assignment(
            session, pooled.call_id, actor_of(session, "esittelija"), NOW
        )
        problem = read_instance(run.instance)
        key = find_key(problem, (str(first), str(person.user_id)))
        assert problem.reasons[problem.forbidden.tolist().index(key)] == "declared in a bid"


def test_an_officer_who_finds_no_conflict_gives_the_pair_back(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    first = offers(client.get(address(pooled)))[0]
    say(client, pooled, first, "conflict")
    with pooled.tools.database.unit_of_work() as session:
        officer, person = actor_of(session, "esittelija"), actor_of(session, "arvioija-ev1")
        assert person.user_id is not None
        given = RulingInput(False, "", "Työsuhde päättyi kymmenen vuotta sitten.")
        rule_conflict(session, first, person.user_id, given, officer, NOW)
        run = routing.propose_assignment(session, pooled.call_id, officer, NOW)
        problem = read_instance(run.instance)
        key = find_key(problem, (str(first), str(person.user_id)))
        assert key not in problem.forbidden


def test_a_wish_moves_the_affinity_and_the_officer_sees_it(pooled: FunderRound) -> None:
    officer = pooled.log_in("esittelija", "en")
    with pooled.tools.database.unit_of_work() as session:
        run = routing.propose_assignment(
            session, pooled.call_id, actor_of(session, "esittelija"), NOW
        )
        chosen = {
            (application, evaluator): Fraction(why["affinity"])
            for application, people in run.reasons.items()
            for evaluator, why in people.items()
            if "load" in why and Fraction(why["affinity"]) >= Fraction(1, 10)
        }
        (application, evaluator), before = max(chosen.items(), key=lambda item: item[1])
        code = next(
            code
            for code in ("ev1", "ev2", "ev3", "ev4", "ev5", "ev6", "ev7")
            if str(actor_of(session, f"arvioija-{code}").user_id) == evaluator
        )
        person = actor_of(session, f"arvioija-{code}")
        call = bidding.load_bidding(session, person, pooled.call_id)
        bidding.place_bid(session, call, uuid.UUID(application), Bid.WANT, person, NOW)
        again = routing.propose_assignment(
            session, pooled.call_id, actor_of(session, "esittelija"), NOW
        )
        why = again.reasons[application][evaluator]
    assert (why["bid"], Fraction(why["before"])) == ("want", before)
    assert Fraction(why["affinity"]) == before + (1 - before) / 4
    page = officer.get(f"/funder/applications/{application}/routing")
    assert "would like to evaluate" in page.soup.select_one("#active").get_text()


@pytest.mark.parametrize("name", ["esittelija", "muu-esittelija", "ohjausryhma", "hakija-demo-01"])
def test_only_evaluators_of_the_pool_bid(pooled: FunderRound, name: str) -> None:
    application = pooled.application_id("HYVERKKO")
    client = pooled.log_in(name, "en")
    client.get(address(pooled), status=403)
    with pooled.tools.database.unit_of_work() as session:
        call = bidding.load_bidding(session, actor_of(session, "arvioija-ev1"), pooled.call_id)
        assert call.is_asked
    assert client.http.post(f"{address(pooled)}/{application}").status_code in {401, 403}


def test_whoever_leaves_the_pool_bids_no_more(checked: FunderRound) -> None:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
    client = checked.log_in("arvioija-ev1", "en")
    client.get(address(checked))
    with checked.tools.database.unit_of_work() as session:
        session.execute(sa.text("DELETE FROM pool_member"))
    client.get(address(checked), status=403)


def test_bids_end_when_evaluators_are_released(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    first = offers(client.get(address(pooled)))[0]
    with pooled.tools.database.unit_of_work() as session:
        person = actor_of(session, "arvioija-ev1")
        call = bidding.load_bidding(session, person, pooled.call_id)
        session.execute(
            sa.update(Application).where(Application.id == first).values({"state": "in_evaluation"})
        )
        session.expire_all()
        with pytest.raises(StepNotAllowed):
            bidding.place_bid(session, call, first, Bid.CAN, person, NOW)
    assert first not in offers(client.get(address(pooled)))


def test_the_list_stays_within_its_statements(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    client.get(address(pooled))
    with statements(pooled.tools.database.engine) as seen:
        client.get(address(pooled))
    assert len(seen) <= 20, "\n".join(seen)


def test_the_evaluators_own_page_leads_to_the_list(pooled: FunderRound) -> None:
    page = pooled.log_in("arvioija-ev1", "en").get("/evaluator/")
    assert list(page.links("#bid_calls a").values()) == [address(pooled)]
