"""The kit in a real browser: what saves, what is kept, what keys do, and what axe says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible, serve
from tests.unit.web_kit.sample_app import make_app

pytestmark = pytest.mark.browser
STATUS = "[data-saved-status]"


@pytest.fixture
def kit() -> Flask:
    return make_app("fi")


@pytest.fixture
def base(kit) -> Iterator[str]:
    with serve(kit) as address:
        yield address


@pytest.fixture
def form(base, visitor) -> Page:
    page = visitor(base)
    page.goto("/form")
    return page


@pytest.mark.parametrize("path", ["/", "/form", "/errors", "/score", "/list", "/error/409"])
def test_a_page_is_accessible_at_both_widths(base, visitor, path):
    page = visitor(base)
    page.goto(path)
    assert_accessible(page)


def test_typing_saves_only_what_changed_and_shows_what_the_server_computed(kit, form):
    form.fill("#title", "Uusi nimi")
    expect(form.locator(STATUS)).to_have_text("Tallennettu 14.32")
    assert kit.config["SAVED"] == [
        {"_version": ["7"], "_changed": ["title"], "title": ["Uusi nimi"]}
    ]
    assert form.evaluate("localStorage.length") == 0


def test_a_changed_row_sends_its_whole_list(kit, form):
    form.fill("#staff-1-task", "Tutkija")
    expect(form.locator(STATUS)).to_have_text("Tallennettu 14.32")
    (saved,) = kit.config["SAVED"]
    assert saved["_changed"] == ["staff"]
    assert (saved["staff-0-task"], saved["staff-1-task"]) == (["Projektipäällikkö"], ["Tutkija"])
    assert form.locator('[data-computed="staff-0-cost"]').inner_text() == "116 254,80 €"


def test_an_emptied_group_of_boxes_is_sent_as_changed(kit, form):
    form.uncheck("#regions-3")
    expect(form.locator(STATUS)).to_have_text("Tallennettu 14.32")
    assert kit.config["SAVED"] == [{"_version": ["7"], "_changed": ["regions"]}]


def test_a_busy_server_is_asked_again_until_the_text_is_saved(kit, base, visitor):
    kit.config["ANSWERS"] += [(429, {"error": "Liian usein."})]
    page = visitor(base)
    page.goto("/form")
    page.fill("#title", "Sitkeä")
    expect(page.locator(STATUS)).to_have_text("Ei tallennettu: Liian usein.")
    assert page.evaluate("localStorage.length") == 1
    expect(page.locator(STATUS)).to_have_text("Tallennettu 14.32", timeout=8000)
    assert [saved["title"] for saved in kit.config["SAVED"]] == [["Sitkeä"], ["Sitkeä"]]


def test_a_conflict_shows_the_way_to_both_texts_and_stops_saving(kit, form):
    kit.config["ANSWERS"] += [(409, {"compare_url": "/error/409"})]
    form.fill("#title", "Minun")
    link = form.locator(f"{STATUS} a")
    expect(link).to_have_attribute("href", "/error/409")
    form.fill("#title", "Minun uudelleen")
    form.wait_for_timeout(1000)
    assert len(kit.config["SAVED"]) == 1


def test_an_ended_session_keeps_the_text_and_offers_it_after_the_login(kit, form):
    kit.config["ANSWERS"] += [(422, {"error": "x"})]
    form.fill("#title", "Säilyvä teksti")
    expect(form.locator(STATUS)).to_have_text("Ei tallennettu: x")
    form.on("dialog", lambda dialog: dialog.accept())
    form.goto("/form")
    offer = form.locator("[data-restore]")
    expect(offer).to_be_visible()
    assert form.input_value("#title") == "Älykkäät satamat"
    assert_accessible(form)
    offer.get_by_role("button", name="Palauta teksti").click()
    assert form.input_value("#title") == "Säilyvä teksti"
    expect(form.locator(STATUS)).to_have_text("Tallennettu 14.32")
    assert form.evaluate("localStorage.length") == 0


def test_restored_text_brings_back_rows_that_were_added(kit, form):
    kit.config["ANSWERS"] += [(422, {"error": "x"})]
    form.get_by_role("button", name="Lisää osapuoli").click()
    form.fill("#partners-2-name", "Kolmas")
    expect(form.locator(STATUS)).to_have_text("Ei tallennettu: x")
    form.on("dialog", lambda dialog: dialog.accept())
    form.goto("/form")
    form.get_by_role("button", name="Palauta teksti").click()
    assert form.input_value("#partners-2-name") == "Kolmas"


def test_logging_out_clears_the_copies_from_this_browser(kit, form):
    kit.config["ANSWERS"] += [(422, {"error": "x"})]
    form.fill("#title", "Yksityinen")
    expect(form.locator(STATUS)).to_have_text("Ei tallennettu: x")
    form.on("dialog", lambda dialog: dialog.accept())
    form.get_by_role("button", name="Kirjaudu ulos").click()
    form.wait_for_url("**/logout")
    assert form.evaluate("localStorage.length") == 0


def test_a_saved_answer_may_carry_errors_for_fields(kit, form):
    answer = {"saved_at": "2027-03-19T12:32:00Z", "version": 8, "errors": {"count": "Liian suuri"}}
    kit.config["ANSWERS"] += [(200, answer), (200, {**answer, "errors": {}})]
    form.fill("#count", "9")
    expect(form.locator("#count-autosave-error")).to_have_text("Liian suuri")
    assert form.get_attribute("#count", "aria-describedby") == "count-autosave-error"
    form.fill("#count", "4")
    expect(form.locator("#count-autosave-error")).to_have_count(0)


def test_rows_are_added_and_removed_with_names_of_their_own(form):
    form.get_by_role("button", name="Lisää osapuoli").click()
    assert form.input_value("#partners-2-name") == ""
    assert form.evaluate("document.activeElement.id") == "partners-2-name"
    expect(form.locator("#partners-list [data-rows-status]")).to_have_text(
        "Rivi lisätty. Rivejä nyt: 3"
    )
    assert form.get_attribute("#partners-2-tasks", "aria-describedby") is not None
    form.get_by_role("button", name=re.compile("Poista Osapuoli 1")).click()
    numbers = form.locator("#partners-list legend [data-row-number]").all_inner_texts()
    assert numbers == ["1", "2"]
    assert_accessible(form)


def test_the_add_button_leaves_when_the_list_is_full(form):
    add = form.get_by_role("button", name="Lisää osapuoli")
    add.click()
    add.click()
    expect(add).to_be_hidden()


def test_without_javascript_the_row_buttons_are_there(base, visitor):
    page = visitor(base, javascript=False)
    page.goto("/form")
    expect(page.locator('button[value="add:partners"]')).to_be_visible()
    expect(page.locator('button[value="remove:partners-1"]')).to_be_visible()
    expect(page.locator("#need-info")).to_have_text("Voit kirjoittaa enintään 400 merkkiä")


def test_number_keys_score_the_criterion_in_focus_until_switched_off(base, visitor):
    page = visitor(base)
    page.goto("/score")
    page.focus("#C1-0")
    page.keyboard.press("4")
    expect(page.locator("#C1-4")).to_be_checked()
    page.focus("#C1_comment")
    page.keyboard.type("2")
    assert page.input_value("#C1_comment") == "2"
    expect(page.locator("#C1-4")).to_be_checked()
    page.uncheck("#score-keys")
    page.focus("#C1-4")
    page.keyboard.press("1")
    expect(page.locator("#C1-4")).to_be_checked()


def test_the_countdown_tells_the_time_left_by_the_servers_clock(base, visitor):
    page = visitor(base)
    page.clock.install()
    page.goto("/")
    left = page.locator("[data-countdown-left]")
    expect(left).to_have_text("12 päivää 3 tuntia")
    page.clock.fast_forward(12 * 86_400_000 + 3 * 3_600_000 - 13 * 60_000)
    expect(left).to_have_text("13 minuuttia", timeout=5000)
    expect(page.locator("[data-countdown-status]")).to_have_text("13 minuuttia jäljellä")
    page.clock.fast_forward(15 * 60_000)
    expect(page.locator("[data-countdown-status]")).to_have_text("Määräaika on päättynyt.")


def test_sixteen_rows_of_the_officers_list_fit_into_900_pixels(base, visitor):
    page = visitor(base)
    page.goto("/list")
    bottom = page.locator("tbody tr").nth(15).bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 900


def test_a_form_page_needs_few_requests_and_little_data(base, visitor):
    page = visitor(base)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/form")
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 6
