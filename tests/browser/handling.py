"""The funder's part of the round: check, route, settle, rank, select, decide, and serve."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from playwright.sync_api import expect

from app.domain.times import local_date
from tests.browser.stage import PASSWORD, Stage
from tests.support.guests import Guest

POOL = ("EV1", "EV2", "EV3", "EV4")
"""As many as the call's draw needs: no pair may be likelier than one half."""
OFFICER_CHECKS = ("K09", "K10", "K11", "K12", "K13")


def log_in(guest: Guest, name: str) -> None:
    """Log in on the login page."""
    guest.goto("/account/login")
    guest.submit(email=f"{name}@innoverkko.example", password=PASSWORD)


def check(stage: Stage, officer: Guest, good: uuid.UUID, bad: uuid.UUID) -> None:
    """Find one application eligible after every check, and the other ineligible by the rules."""
    officer.goto("/funder/")
    officer.goto(f"/funder/calls/{stage.call_id}/applications")
    officer.goto(f"/funder/applications/{good}")
    eligibility = f"/funder/applications/{good}/eligibility"
    officer.goto(eligibility)
    for name in OFFICER_CHECKS:
        officer.follow(f'main a[href$="/checks/{name}"]')
        officer.submit(passed="yes", reason="Tarkastettu hakemuksesta.")
        assert officer.path == eligibility
    officer.submit("#admit", conditions="Yhteistyösopimus allekirjoitetaan ennen aloitusta.")
    officer.goto(f"/funder/applications/{bad}/eligibility")
    officer.follow('form[action$="/refuse"] button')


def route(stage: Stage, officer: Guest) -> list[str]:
    """Gather the pool, let two be drawn, and release the application to them; return their codes."""
    call = f"/funder/calls/{stage.call_id}"
    officer.goto(f"{call}/pool")
    for code in POOL:
        option = officer.find('[name="evaluator"] option').filter(has_text=code)
        officer.submit(evaluator=str(option.get_attribute("value")), capacity="3")
    officer.goto(f"{call}/assignments")
    officer.follow('form[action$="/propose"] button')
    drawn = sorted(set(re.findall(r"EV\d", officer.text("main table"))))
    due = local_date(stage.clock.moment + timedelta(days=21))
    officer.submit("#release", due_day=due.isoformat())
    return drawn


def settle(stage: Stage, officer: Guest, application: uuid.UUID) -> None:
    """Write the consensus beside the scores and settle it."""
    officer.goto(f"/funder/calls/{stage.call_id}/progress")
    officer.follow(f'main a[href$="/funder/applications/{application}/consensus"]')
    officer.submit(
        "#consensus",
        statement="Hanke toteuttaa sopimuksen painopistettä.",
        strengths="Yritykset ovat mukana kokeiluissa.",
        weaknesses="Mittarit ovat osin yleisiä.",
    )
    officer.follow('form[action$="/settle"] button')


def rank_and_select(stage: Stage, officer: Guest, selector: Guest) -> None:
    """Draw the ranking as an officer; select along it as the selecting body."""
    ranking = f"/funder/calls/{stage.call_id}/ranking"
    officer.goto(ranking)
    officer.submit("#draw")
    log_in(selector, "valitsija")
    selector.goto(ranking)
    selector.submit("#select", statement="Valitaan järjestyksessä.")


def present(stage: Stage, officer: Guest) -> None:
    """Draft every decision, look at one, and present them all."""
    decisions = f"/funder/calls/{stage.call_id}/decisions"
    officer.goto(decisions)
    officer.follow('form[action$="/draft"] button')
    officer.follow(officer.find("main table th a").first)
    officer.goto(decisions)
    choose_all(officer)
    officer.follow('button[formaction$="/present"]')


def choose_all(guest: Guest) -> None:
    """Tick every decision of the list."""
    boxes = guest.find('[name="decision"]')
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()


def approve(stage: Stage, decider: Guest) -> None:
    """Read a letter as the granting body, approve all of them, and find what was read under the seal."""
    log_in(decider, "ratkaisija")
    decider.goto(f"/funder/calls/{stage.call_id}/decisions")
    decider.follow(decider.find("main table th a").first)
    letter = f"{stage.address}{decider.path}/letter.pdf"
    read = decider.page.request.get(letter).body()
    decider.goto(f"/funder/calls/{stage.call_id}/decisions")
    choose_all(decider)
    decider.follow('button[formaction$="/approve"]')
    stage.work()
    issued = decider.page.request.get(letter).body()
    assert issued[: len(read)] == read
    assert len(issued) > len(read)


def serve(stage: Stage, officer: Guest) -> None:
    """Serve the signed decisions to the applicants."""
    officer.goto(f"/funder/calls/{stage.call_id}/decisions")
    choose_all(officer)
    officer.follow('button[formaction$="/serve"]')
    stage.work()
