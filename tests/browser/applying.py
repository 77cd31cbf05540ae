"""The applicant's part of the round: register, write, mend, submit, and take the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import expect

from tests.browser import typed
from tests.browser.stage import PASSWORD, Stage
from tests.support.applicants import small_pdf
from tests.support.guests import Guest

SAVED = '[data-saved-status][data-state="saved"]'
NEXT = 'button[name="then"][value="next"]'
APPLICANT = "hakija@innoverkko.example"


def register(stage: Stage, guest: Guest) -> None:
    """Come from the front page to the call, make an account and follow the link of the mail."""
    guest.goto("/")
    guest.goto(f"/fi/calls/{stage.definition.id}")
    guest.goto(f"/fi/calls/{stage.definition.id}/rubric")
    guest.goto("/account/register")
    guest.submit(email="hakija", password="lyhyt")
    expect(guest.find(".govuk-error-summary__list li")).to_have_count(4)
    guest.submit(
        email=APPLICANT,
        display_name="Projektipäällikkö",
        language="fi",
        password=PASSWORD,
        repeated=PASSWORD,
    )
    link = re.search(r"https?://\S+", stage.mail_to(APPLICANT))
    assert link is not None
    guest.goto(re.sub(r"^https?://[^/]+", "", link[0]))
    guest.submit(password=PASSWORD)
    assert guest.path == "/applicant/"


def start(stage: Stage, guest: Guest) -> None:
    """Start an application from the page of the call."""
    guest.goto(f"/fi/calls/{stage.definition.id}")
    guest.follow(f'main a[href$="/applicant/start/{stage.definition.id}"]')
    guest.submit(language="fi")


def type_in(guest: Guest, values: Mapping[str, str]) -> None:
    """Type values into the form of a section, control by control."""
    form = guest.find("form[data-autosave-url]")
    for name, value in values.items():
        guest.fill(form.locator(f'[name="{name}"]'), value)


def add_row(guest: Guest, name: str) -> None:
    """Add a row to a list."""
    guest.find(f'button[value="add:{name}"]').click()


def is_saved(guest: Guest) -> None:
    """Wait until the page says that what was typed has been saved."""
    expect(guest.find(SAVED)).to_be_visible()


def go_on(guest: Guest) -> None:
    """Save the section and go to the next."""
    is_saved(guest)
    guest.follow(NEXT)


def write_sections(guest: Guest) -> None:
    """Fill in every section but the last by hand; each is saved while it is typed."""
    home = guest.path
    guest.goto(f"{home}/sections/S1")
    type_in(guest, typed.PROJECT)
    for box in guest.find('[name="keywords"]').all()[:2]:
        box.check()
    go_on(guest)
    type_in(guest, typed.LEAD)
    add_row(guest, "partners")
    type_in(guest, {**typed.PARTNER, **typed.COMPANIES})
    go_on(guest)
    type_in(guest, typed.CONTENT)
    go_on(guest)
    type_in(guest, typed.IMPLEMENTATION)
    go_on(guest)
    if not guest.find('[name="staff_costs-1-task"]').count():
        add_row(guest, "staff_costs")
    if not guest.find('[name="aid_assessment-1-partner"]').count():
        add_row(guest, "aid_assessment")
    type_in(guest, {**typed.STAFF, **typed.FINANCING, **typed.AID})
    is_saved(guest)
    assert guest.text('[data-computed="staff_costs-0-cost"]') == "100 000,00 €"
    guest.follow('button[name="then"][value="list"]')
    assert guest.path == home


def declare_by_keyboard(guest: Guest, home: str) -> None:
    """Fill in the last section without a mouse: a secret part with its ground, and the declarations."""
    guest.goto(f"{home}/sections/S6")
    guest.tab_to('button[value="add:secrecy"]')
    with guest.page.expect_navigation():
        guest.press("Enter")
    guest.judge()
    expect(guest.find('[name="secrecy-0-question"]')).to_be_focused()
    guest.press("ArrowDown")
    guest.tab_to('[name="secrecy-0-ground"]')
    guest.press("ArrowDown")
    guest.tab_to('[name="secrecy-0-reason"]')
    guest.page.keyboard.type("Yrityksen liikesalaisuus.")
    for name in ("declare_true", "declare_publication", "consent_electronic_service"):
        guest.tab_to(f'[name="{name}"]')
        guest.press("Space")
    is_saved(guest)
    guest.tab_to(NEXT)
    with guest.page.expect_navigation():
        guest.press("Enter")
    guest.judge()


def attach(guest: Guest) -> None:
    """Add the required file on the page of attachments, after the page has refused a wrong one."""
    for name, content in (("kuva.pdf", b"not a pdf"), ("sopimus.pdf", small_pdf())):
        form = guest.find('form[enctype="multipart/form-data"]').first
        file = {"name": name, "mimeType": "application/pdf", "buffer": content}
        form.locator('input[type="file"]').set_input_files(file)
        guest.follow(form.locator('button[type="submit"]'))
    expect(guest.page.get_by_role("link", name="sopimus.pdf", exact=True)).to_be_visible()


def mend(guest: Guest, home: str) -> None:
    """Follow the summary of what is missing, mend it, and confirm the parts of the partners."""
    guest.goto(f"{home}/check")
    missing = guest.find(".govuk-error-summary__list a")
    assert missing.count() >= 3
    guest.follow(missing.first)
    guest.find('[name="title_en"]').fill("Low-emission harbours")
    is_saved(guest)
    guest.follow('button[name="then"][value="list"]')
    for _partner in range(2):
        guest.follow(guest.find('form[action$="/confirm"] button').first)


def submit(stage: Stage, guest: Guest, home: str) -> bytes:
    """Submit, see the receipt, and return its PDF."""
    guest.goto(f"{home}/check")
    expect(guest.find(".govuk-error-summary")).to_have_count(0)
    guest.submit("#submit-form")
    expect(guest.find(".govuk-error-summary__list li")).to_have_count(1)
    guest.submit("#submit-form", declaration="y")
    assert guest.path == f"{home}/receipt"
    stage.work()
    guest.goto(f"{home}/receipt")
    return guest.download('a[href$="/receipt.pdf"]')


def apply(stage: Stage, guest: Guest) -> tuple[str, bytes]:
    """Go the whole way; return the path of the application and the receipt."""
    register(stage, guest)
    start(stage, guest)
    home = guest.path
    write_sections(guest)
    declare_by_keyboard(guest, home)
    attach(guest)
    mend(guest, home)
    return home, submit(stage, guest, home)
