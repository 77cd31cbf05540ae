"""The public portal: open to all, in three languages, and silent about what is not public."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.models import Call, CallQuestion
from app.services.call.call_questions import answer_question
from app.services.call.calls import cancel_call, extend_deadline, import_definition
from calls import load
from calls.definition import CallDefinition
from calls.registers import load_registers
from tests.support.applicants import ADMIN, Clock, add_person, client_of, open_call, tools_of
from tests.support.pages import PageClient
from tests.support.statements import statements

LANGUAGES = ("fi", "sv", "en")
PATHS = ("", "calls", "projects", "agreements", "leads", "contact", "accessibility", "privacy")


@pytest.fixture(scope="module")
def definition() -> CallDefinition:
    return load.load_call(load.PACKAGED / "inno_2027_1.yaml", load_registers())


@pytest.fixture
def clock(definition) -> Clock:
    return Clock(definition.timetable.opens + timedelta(days=1))


@pytest.fixture
def app(new_app, sqlite_url, clock) -> Flask:
    return new_app(sqlite_url, clock=clock)


@pytest.fixture
def call_id(app, definition) -> uuid.UUID:
    return open_call(tools_of(app).database, definition)


@pytest.fixture
def pages(app) -> PageClient:
    return PageClient(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_good_in_every_language(pages, call_id, language, path):
    page = pages.get(f"/{language}/{path}")
    assert page.soup.html is not None
    assert page.soup.html["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "/rubric", "/questions"])
@pytest.mark.parametrize("name", ["inno_2027_1", "lead_2027_1", "eco_turku_2027_1"])
def test_every_page_of_every_packaged_call_is_good(app, pages, clock, language, path, name):
    packaged = load.load_call(load.PACKAGED / f"{name}.yaml", load_registers())
    open_call(tools_of(app).database, packaged)
    clock.moment = packaged.timetable.opens
    pages.get(f"/{language}/calls/{packaged.id}{path}")


def test_the_pages_stand_without_any_call(pages):
    for path in PATHS:
        pages.get(f"/en/{path}")


def test_the_bare_address_leads_to_the_front_page_in_the_browsers_language(pages):
    answer = pages.get("/", status=303, headers={"Accept-Language": "sv-FI,sv;q=0.9"})
    assert answer.location == "/sv/"


def test_another_language_is_no_page(pages):
    pages.get("/de/", status=404)


def test_the_front_page_tells_the_programme(pages, call_id):
    page = pages.get("/en/")
    assert len(page.texts("main ol li")) == 5
    assert len(page.texts("main section h3")) == 3
    assert "/en/calls/INNO-2027-1" in page.links("main a").values()


def test_the_rubric_shows_the_anchor_of_every_score(pages, call_id, definition):
    words = " ".join(pages.get("/fi/calls/INNO-2027-1/rubric").texts("main"))
    anchors = [
        " ".join(anchor.text["fi"].split())
        for criterion in definition.rubric.criteria
        for anchor in criterion.anchors
    ]
    assert len(anchors) > 40
    assert [text for text in anchors if text not in words] == []


def test_the_call_page_shows_anchors_conditions_and_limits(pages, call_id, definition):
    words = " ".join(pages.get("/fi/calls/INNO-2027-1").texts("main"))
    wanted = [check.label["fi"] for check in definition.eligibility]
    wanted += [a.text["fi"] for c in definition.rubric.criteria for a in c.anchors]
    wanted += [question.label["fi"] for question in definition.questions()]
    assert [text for text in wanted if " ".join(text.split()) not in words] == []


def test_a_text_in_another_language_says_so(app, pages, definition):
    finnish = definition.text.model_copy(update={"purpose": {"fi": "Tarkoitus on suomeksi."}})
    open_call(tools_of(app).database, definition.model_copy(update={"text": finnish}))
    page = pages.get("/sv/calls/INNO-2027-1")
    assert page.texts('main p span[lang="fi"]') == ["Tarkoitus on suomeksi."]


def test_the_deadline_is_shown_with_hour_zone_and_time_left(pages, call_id, clock, definition):
    clock.moment = definition.timetable.closes - timedelta(days=2, hours=3)
    banner = pages.get("/en/calls/INNO-2027-1").text(".app-deadline")
    assert "Wednesday 31 March 2027 at 16:15 (Finnish time)" in banner
    assert "2 days 3 hours" in banner


@pytest.mark.parametrize(
    ("offset", "heading"),
    [
        (timedelta(seconds=-2), "Open now"),
        (timedelta(0), "Open now"),
        (timedelta(seconds=1), "Closed calls"),
    ],
)
def test_the_list_follows_the_deadline_to_the_second(
    pages, call_id, clock, definition, offset, heading
):
    clock.moment = definition.timetable.closes + offset
    page = pages.get("/en/calls")
    card = page.soup.select_one("main article")
    assert card is not None
    assert card.find_previous("h2").get_text() == heading


def test_a_coming_call_says_when_it_opens(pages, call_id, clock, app, definition):
    with tools_of(app).database.unit_of_work() as session:
        call = session.get_one(Call, call_id)
        call.opens_at = clock.moment + timedelta(days=3)
    page = pages.get("/en/calls/INNO-2027-1")
    assert "Opens later" in page.texts(".govuk-tag")
    assert "Start an application" not in page.links("main a")


def test_a_draft_does_not_exist_for_the_public(app, pages, definition):
    with tools_of(app).database.unit_of_work() as session:
        import_definition(session, definition, ADMIN, definition.timetable.published)
    for path in ("", "/rubric", "/questions"):
        pages.get(f"/en/calls/INNO-2027-1{path}", status=404)
    assert pages.get("/en/calls").soup.select("main article") == []


def test_a_cancelled_call_says_so_and_takes_nothing(app, pages, call_id, clock):
    with tools_of(app).database.unit_of_work() as session:
        cancel_call(session, call_id, "budjetti peruttiin", ADMIN, clock.moment)
    page = pages.get("/en/calls/INNO-2027-1")
    assert "Cancelled" in page.texts(".govuk-tag")
    assert "Start an application" not in page.links("main a")


def test_an_extended_deadline_shows_the_old_one_too(app, pages, call_id, clock, definition):
    later = definition.timetable.closes + timedelta(days=7)
    with tools_of(app).database.unit_of_work() as session:
        extend_deadline(session, call_id, later, "häiriö palvelussa", ADMIN, clock.moment)
    words = " ".join(pages.get("/en/calls/INNO-2027-1").texts("main"))
    assert "7 April 2027 at 16:15" in words
    assert "31 March 2027 at 16:15" in words


def asker(app: Flask, clock: Clock, email: str = "hakija@example.org") -> PageClient:
    return client_of(app, add_person(tools_of(app).database, email, clock.moment), clock.moment)


QUESTIONS = "/en/calls/INNO-2027-1/questions"


def test_a_question_is_published_with_its_answer_and_without_its_asker(app, pages, call_id, clock):
    client = asker(app, clock)
    text = "May a city be the lead partner of two applications?"
    done = client.submit(client.get(QUESTIONS), question=text)
    assert text in " ".join(client.follow(done).texts("main"))
    assert text not in " ".join(pages.get(QUESTIONS).texts("main"))
    assert text not in " ".join(asker(app, clock, "b@example.org").get(QUESTIONS).texts("main"))
    with tools_of(app).database.unit_of_work() as session:
        question = session.scalars(sa.select(CallQuestion)).one()
        answer_question(session, question.call_id, question.id, "It may.", ADMIN, clock.moment)
    page = pages.get(QUESTIONS)
    assert page.texts("main section p")[0] == "It may."
    assert "hakija@example.org" not in page.response.get_data(as_text=True)


def test_only_somebody_logged_in_asks(app, pages, call_id):
    assert "Log in to ask a question" in pages.get(QUESTIONS).links("main a")
    app.config["WTF_CSRF_ENABLED"] = False
    pages.post(QUESTIONS, status=401, data={"question": "May a city be a lead partner?"})


def test_a_short_question_is_sent_back_with_what_was_typed(app, call_id, clock):
    client = asker(app, clock)
    page = client.submit(client.get(QUESTIONS), status=422, question="Why?")
    assert page.errors == ["Use at least 10 characters"]
    assert page.form().values["question"] == ["Why?"]


def test_questions_are_taken_until_the_last_second(app, call_id, clock, definition):
    clock.moment = definition.timetable.questions_until
    client = asker(app, clock)
    page = client.get(QUESTIONS)
    client.submit(page, question="Is this the last second for questions?")
    clock.moment += timedelta(seconds=1)
    client.submit(page, status=409, question="Is this one second too late?")
    assert "Questions are no longer taken." in client.get(QUESTIONS).texts("main p")


def test_one_person_cannot_flood_the_question_log(app, call_id, clock):
    client = asker(app, clock)
    page = client.get(QUESTIONS)
    for number in range(20):
        client.submit(page, question=f"Question number {number} of the same person?")
    client.submit(page, status=429, question="Question number 21 of the same person?")


def test_the_registers_are_whole(pages):
    assert len(pages.get("/en/agreements").rows()) == 16
    assert len(pages.get("/en/leads").rows()) == 6


def test_funded_projects_are_shown_only_once_their_decision_is_served(ranked):
    client = PageClient(ranked.app)
    assert client.get("/en/projects").soup.select("main table") == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("", 1), ("calls", 1), ("projects", 1), ("calls/INNO-2027-1", 1), ("agreements", 0)],
)
def test_public_pages_take_few_statements(app, pages, call_id, path, most):
    pages.get(f"/en/{path}")
    with statements(tools_of(app).database.engine) as seen:
        pages.get(f"/en/{path}")
    assert len(seen) <= most
