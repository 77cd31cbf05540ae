"""Saving while one types, when the login ends or the server is away: the page says so and nothing is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.services.account.people import PersonInput, create_person, hash_password
from app.services.account.sessions import make_actor
from tests.browser.handling import log_in
from tests.browser.stage import PASSWORD, Stage, open_stage
from tests.support.applicants import start_draft
from tests.support.guests import Guest

pytestmark = pytest.mark.browser
LetIn = Callable[..., Guest]
STATUS = "[data-saved-status]"
SAVED = f'{STATUS}[data-state="saved"]'
FAILED = f'{STATUS}[data-state="failed"]'


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    with open_stage(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def section(stage: Stage) -> str:
    """Give the path of the first section of a draft of the applicant."""
    now = stage.clock.moment
    with stage.tools.database.unit_of_work() as session:
        person = PersonInput(
            "hakija@innoverkko.example", "hakija", password_hash=hash_password(PASSWORD)
        )
        actor = make_actor(create_person(session, person, now))
    draft: uuid.UUID = start_draft(stage.tools.database, stage.call_id, actor, now)
    return f"/applicant/applications/{draft}/sections/S1"


def test_a_login_that_ends_while_typing_costs_no_text(
    stage: Stage, section: str, guest: LetIn
) -> None:
    applicant = guest(stage.address, expects=("401 (UNAUTHORIZED)",))
    log_in(applicant, "hakija")
    applicant.goto(section)
    stage.clock.moment += timedelta(hours=13)
    applicant.find("#title_fi").fill("Ennen kirjautumista kirjoitettu nimi")
    expect(applicant.find(FAILED)).to_be_visible()
    applicant.follow(f"{STATUS} a")
    assert applicant.path == "/account/login"
    applicant.submit(email="hakija@innoverkko.example", password=PASSWORD)
    assert applicant.path == section
    expect(applicant.find("#title_fi")).to_have_value("Ennen kirjautumista kirjoitettu nimi")
    expect(applicant.find(SAVED)).to_be_visible()
    applicant.goto(section)
    expect(applicant.find("#title_fi")).to_have_value("Ennen kirjautumista kirjoitettu nimi")


def test_the_page_says_that_nothing_is_saved_while_the_server_is_away(
    stage: Stage, section: str, guest: LetIn
) -> None:
    applicant = guest(stage.address, expects=("net::ERR_FAILED",))
    log_in(applicant, "hakija")
    applicant.goto(section)
    applicant.page.route("**/draft", lambda route: route.abort())
    applicant.find("#title_fi").fill("Yhteyden katketessa kirjoitettu nimi")
    expect(applicant.find(FAILED)).to_be_visible()
    applicant.judge()
    applicant.page.unroute("**/draft")
    expect(applicant.find(SAVED)).to_be_visible(timeout=10_000)
    applicant.goto(section)
    expect(applicant.find("#title_fi")).to_have_value("Yhteyden katketessa kirjoitettu nimi")
