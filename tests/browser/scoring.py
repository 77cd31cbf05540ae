"""The evaluators' part of the round: declare, score beside the text, submit blind; once by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.stage import Stage
from tests.support.guests import Guest

SCORES = {"E1": "4", "E2": "4", "E3": "3", "E4": "2", "HP": "2"}
SECRET = "Ensimmäisen arvioijan oma havainto, jota toinen ei saa nähdä ennen omaa arviotaan."
COMMENT = "Hakemus kuvaa tarpeen, keinot ja mittarit niin tarkasti, että piste on perusteltu."
SUBMIT = 'button[formaction$="/submit"]'
SAVED = '[data-saved-status][data-state="saved"]'


def declare(stage: Stage, guest: Guest) -> str:
    """Open the own work, declare independence and come to the sheet; return its path."""
    guest.goto("/evaluator/")
    guest.follow("main article a")
    assert "agreement_fit" not in guest.page.content()
    guest.submit()
    expect(guest.find(".govuk-error-summary__list li")).to_have_count(1)
    guest.submit(independent="y")
    return guest.path


def score_by_mouse(stage: Stage, guest: Guest) -> None:
    """Score every criterion beside the text; the page tells that each is saved and what the total is."""
    declare(stage, guest)
    for criterion, score in SCORES.items():
        guest.find(f'[name="score_{criterion}"][value="{score}"]').check()
        guest.find(f'[name="comment_{criterion}"]').fill(SECRET)
    expect(guest.find(SAVED)).to_be_visible()
    expect(guest.find('[data-computed="total"]')).to_have_text("73")
    guest.follow(SUBMIT)
    assert SECRET in guest.page.content()


def score_by_keyboard(stage: Stage, guest: Guest, other: str) -> None:
    """Score and submit with keys only, seeing nothing of the first evaluator until that is done."""
    sheet = declare(stage, guest)
    assert SECRET not in guest.page.content()
    refused = guest.page.request.get(sheet.removesuffix("/scores"))
    assert refused.status == 403
    for criterion, score in SCORES.items():
        guest.tab_to(f'[name="score_{criterion}"] >> nth=0')
        guest.press("Space", *["ArrowDown"] * int(score))
        expect(guest.find(f'[name="score_{criterion}"][value="{score}"]')).to_be_checked()
        guest.tab_to(f'[name="comment_{criterion}"]')
        guest.page.keyboard.insert_text(COMMENT)
    guest.tab_to('[name="score_E1"][value="4"]', back=True)
    guest.press("ArrowUp", "5", "4")
    guest.tab_to(SUBMIT)
    with guest.page.expect_navigation():
        guest.press("Enter")
    guest.judge()
    assert SECRET in guest.page.content()
    assert other not in guest.page.content()
