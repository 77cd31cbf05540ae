"""What evaluators tell of their own expertise, and what the routing makes of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.models import EvaluatorProfile, Event, PoolMember
from app.services.routing import routing
from tests.builders.pools import actor_of, fill_pool
from tests.web.funder_round import NOW, FunderRound

TEXT = "Tutkin vedyn tuotantoa elektrolyysillä ja vuotojen mittausta."


@pytest.fixture
def pooled(checked: FunderRound) -> FunderRound:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
    return checked


def profile_of(opened: FunderRound, code: str) -> EvaluatorProfile:
    with opened.tools.database.reading() as session:
        return session.scalars(
            sa.select(EvaluatorProfile).where(EvaluatorProfile.code == code)
        ).one()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_evaluator_changes_the_own_profile_and_nothing_else(
    pooled: FunderRound, language: str
) -> None:
    before, other = profile_of(pooled, "EV1"), profile_of(pooled, "EV2")
    client = pooled.log_in("arvioija-ev1", language)
    page = client.get("/evaluator/profile")
    client.submit(
        page,
        "#profile",
        languages=["fi", "sv"],
        keywords=["green.hydrogen"],
        ford=["2.2"],
        profile_text=TEXT,
        publications="Alkaline electrolysis\n\nHydrogen leaks\n",
    )
    after = profile_of(pooled, "EV1")
    assert (after.languages, after.keywords, after.ford) == (
        ["fi", "sv"],
        ["green.hydrogen"],
        ["2.2"],
    )
    assert (after.profile_text, after.publications) == (
        TEXT,
        ["Alkaline electrolysis", "Hydrogen leaks"],
    )
    assert (after.employer, after.code) == (before.employer, before.code)
    assert profile_of(pooled, "EV2").keywords == other.keywords
    with pooled.tools.database.reading() as session:
        act = session.scalars(sa.select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (act.action, act.data) == ("evaluator.update_profile", {"evaluator": "EV1"})


def test_what_is_not_changed_stays(pooled: FunderRound) -> None:
    before = profile_of(pooled, "EV1")
    client = pooled.log_in("arvioija-ev1", "en")
    client.submit(client.get("/evaluator/profile"), "#profile", profile_text=TEXT)
    after = profile_of(pooled, "EV1")
    assert (set(after.languages), set(after.keywords), set(after.ford)) == (
        set(before.languages),
        set(before.keywords),
        set(before.ford),
    )


def test_a_profile_needs_a_language(pooled: FunderRound) -> None:
    client = pooled.log_in("arvioija-ev1", "en")
    wrong = client.submit(client.get("/evaluator/profile"), "#profile", status=422, languages=[])
    assert len(wrong.errors) == 1


def test_an_evaluator_without_a_profile_is_told_who_makes_it(checked: FunderRound) -> None:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
        person = actor_of(session, "arvioija-ev1").user_id
        session.execute(sa.delete(PoolMember).where(PoolMember.evaluator_id == person))
        session.execute(sa.delete(EvaluatorProfile).where(EvaluatorProfile.user_id == person))
    page = checked.log_in("arvioija-ev1", "en").get("/evaluator/profile")
    assert page.soup.select_one("#profile") is None


def test_the_officers_page_shows_the_words_that_texts_share_and_who_has_no_text(
    pooled: FunderRound,
) -> None:
    with pooled.tools.database.unit_of_work() as session:
        person = actor_of(session, "arvioija-ev1").user_id
        session.get_one(EvaluatorProfile, person).profile_text = TEXT
        session.flush()
        run = routing.propose_assignment(
            session, pooled.call_id, actor_of(session, "esittelija"), NOW
        )
    key = pooled.application_id("HYVERKKO")
    why = run.reasons[str(key)]
    assert {"texts_and_taxonomy", "taxonomy"} == {each["basis"] for each in why.values()}
    held = {term[2] for term in why[str(person)]["terms"]}
    assert {"vedyn", "elektrolyysillä"} <= held
    officer = pooled.log_in("esittelija", "en")
    page = officer.get(f"/funder/applications/{key}/routing").soup.select_one("main").get_text()
    assert "No profile text" in page
    told = officer.get(f"/funder/applications/{key}/routing/{person}")
    assert "Shared words of the texts" in told.soup.select_one("#fit").get_text()
