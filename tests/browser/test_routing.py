"""The officer routes in a real browser: run, reason, lock, forbid, run again, release, decline, re-route."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.domain.actors import Role
from app.domain.times import local_date
from app.models import EvaluatorProfile
from app.queries.content import get_application
from app.services.account.people import PersonInput, create_person, hash_password
from app.services.evaluation import eligibility
from app.services.evaluation.evaluators import add_to_pool
from scoring.routing.instance import read_instance
from tests.browser.handling import log_in
from tests.browser.stage import PASSWORD, Stage, open_stage, submit_another
from tests.builders.pools import actor_of
from tests.support.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CODES = ("EV5", "EV6", "EV7", "EV8")


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    with open_stage(sqlite_url, tmp_path) as opened:
        yield opened


def admit(stage: Stage) -> uuid.UUID:
    """Submit an application and find it eligible, and put four people in the pool."""
    key = submit_another(stage)
    stage.turn_clock(stage.definition.timetable.closes + timedelta(days=1))
    now, hashed = stage.clock.moment, hash_password(PASSWORD)
    with stage.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        found = eligibility.assess(session, get_application(session, key))
        for check in (*found.failed, *found.open):
            eligibility.record_check(session, key, check.id, True, "Tarkastettu.", officer, now)
        eligibility.admit(session, key, officer, now)
        for code in CODES:
            name = f"arvioija-{code.lower()}"
            roles = [(Role.EVALUATOR, "")]
            person = PersonInput(
                f"{name}@innoverkko.example", f"Arvioija {code[2:]}", roles, password_hash=hashed
            )
            user = create_person(session, person, now)
            profile = EvaluatorProfile(user_id=user.id, code=code, languages=["fi", "sv", "en"])
            session.add(profile)
            session.flush()
            add_to_pool(session, stage.call_id, user.id, 2, now)
    return key


def test_an_officer_routes_locks_forbids_releases_and_mends_a_decline(
    stage: Stage, guest: Callable[..., Guest]
) -> None:
    application = admit(stage)
    call, pairs = f"/funder/calls/{stage.call_id}", f"/funder/applications/{application}/routing"
    officer = guest(stage.address)
    log_in(officer, "esittelija")
    first, second = run_and_inspect(officer, call, pairs)
    third = lock_one_and_forbid_one(officer, call, pairs, (first, second))
    look_ahead_and_release(stage, officer, call)
    decline(guest(stage.address), third)
    mend(officer, call)
    officer.goto(pairs)
    mended = names_of(officer)
    assert first in mended
    assert len(set(mended) - {first, second, third}) == 1


def run_and_inspect(officer: Guest, call: str, pairs: str) -> list[str]:
    """Run, check the proof, and come through the matrix to the reasons; return who was chosen."""
    officer.goto(f"{call}/routing")
    officer.follow('form[action$="/propose"] button')
    check_the_proof(officer)
    officer.goto(f"{call}/routing/matrix")
    officer.follow(officer.find("tbody th a").first)
    assert officer.path == pairs
    expect(officer.find("#active tbody li").first).to_be_visible()
    return names_of(officer)


def lock_one_and_forbid_one(officer: Guest, call: str, pairs: str, people: tuple[str, str]) -> str:
    """Lock the first and forbid the second, run again; return who came in."""
    wish(officer, people[0], "lock", "Tuntee kaupungin.")
    wish(officer, people[1], "forbid", "Arvioi saman hankkeen viime vuonna.")
    assert names_of(officer) == [people[0]]
    officer.goto(f"{call}/routing")
    expect(officer.find("#wishes + table tbody tr")).to_have_count(2)
    officer.follow('form[action$="/propose"] button')
    officer.goto(pairs)
    (new,) = set(names_of(officer)) - {people[0]}
    assert new != people[1]
    return new


def look_ahead_and_release(stage: Stage, officer: Guest, call: str) -> None:
    """Ask what another number would give, which changes nothing, and release."""
    officer.goto(f"{call}/routing")
    officer.submit("#what-if", panel="1")
    expect(officer.find("#today")).to_be_visible()
    officer.submit("#what-if", panel="5")
    expect(officer.find(".govuk-warning-text")).to_be_visible()
    officer.goto(f"{call}/pool")
    officer.follow('main a[href$="/pool/import"]')
    officer.goto(f"{call}/assignments")
    due = local_date(stage.clock.moment + timedelta(days=21))
    officer.submit("#release", due_day=due.isoformat())


def mend(officer: Guest, call: str) -> None:
    """See the fewest changes before they are made, then propose them."""
    officer.goto(f"{call}/routing")
    officer.follow("#reroute")
    expect(officer.find("#added li")).to_have_count(1)
    officer.follow('form[action$="/reroute"] button')


def names_of(officer: Guest) -> list[str]:
    """Return the codes of those who evaluate the application on the page."""
    return [text.split()[0] for text in officer.find("#active tbody th").all_inner_texts()]


def check_the_proof(officer: Guest) -> None:
    given = json.loads(officer.download("#certificate"))
    assert read_instance(given["problem"]).fingerprint() == given["fingerprint"]
    # Rules on whole panels are proven by a bound, not by prices.
    assert (given["status"], given["value"]) == ("optimal", given["bound"])


def wish(officer: Guest, code: str, act: str, reason: str) -> None:
    """Weigh a change of a pair, then record it."""
    row = officer.find("#active tbody tr").filter(has_text=code)
    officer.follow(row.locator("a"))
    assert officer.text("#cost")
    officer.submit("#change", act=act, reason=reason)


def decline(evaluator: Guest, code: str) -> None:
    """Decline for want of time, as the evaluator."""
    log_in(evaluator, f"arvioija-{code.lower()}")
    evaluator.goto("/evaluator/")
    assert b"BEGIN:VEVENT" in evaluator.download("#calendar")
    evaluator.follow(evaluator.find("main article a").first)
    evaluator.follow('main a[href$="/decline"]')
    evaluator.submit('form[action*="/decline"], main form', ground="capacity", reason="Ei ehdi.")
