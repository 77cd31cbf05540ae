"""Two people who save the same answer: both texts, and a choice."""

from __future__ import annotations

import pytest

from tests.web.applicant.addressing import address, autosave, send_draft


def test_an_older_text_does_not_overwrite_a_newer_one(client, complete):
    body = autosave(client, complete, "S4", need="Ensimmäinen")
    assert send_draft(client, complete, "S4", body).status_code == 200
    answer = send_draft(client, complete, "S4", {**body, "need": "Toinen"})
    assert answer.status_code == 409
    conflict = answer.get_json()["conflicts"][0]
    assert (conflict["stored"], conflict["yours"]) == ("Ensimmäinen", "Toinen")


def conflict(client, application_id):
    """Save two texts over the same page; return the page of the second save."""
    page = client.get(address(application_id, "/sections/S4"))
    client.submit(page, need="Ensimmäinen", aims="Tavoitteet")
    return client.submit(page, status=409, need="Toinen", novelty="Uutuus")


def choice_of(page):
    (name,) = [each for each in page.form("main form").names if each.startswith("_choice-")]
    return name


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Toinen"), ("theirs", "Ensimmäinen")])
def test_a_conflict_shows_both_texts_and_keeps_the_chosen_one(client, complete, choice, kept):
    refused = conflict(client, complete)
    assert refused.texts(".app-card") == ["Toinen", "Ensimmäinen"]
    client.submit(refused, **{choice_of(refused): choice})
    stored = client.get(address(complete, "/sections/S4")).form("main form")
    assert stored.values["need"] == [kept]
    assert stored.values["novelty"] == ["Uutuus"]
    assert stored.values["aims"] == ["Tavoitteet"]


def test_without_a_choice_nothing_is_saved_and_nothing_is_lost(client, complete):
    refused = conflict(client, complete)
    again = client.submit(refused, status=422)
    assert again.errors == [
        "Choose which text to keep: Which identified need does the project answer and how was it found?"
    ]
    assert again.texts(".app-card") == ["Toinen", "Ensimmäinen"]
    client.submit(again, **{choice_of(again): "mine"})
    stored = client.get(address(complete, "/sections/S4")).form("main form")
    assert stored.values["need"] == ["Toinen"]


def test_a_third_save_in_between_is_a_conflict_again(client, complete):
    refused = conflict(client, complete)
    page = client.get(address(complete, "/sections/S4"))
    client.submit(page, need="Kolmas")
    again = client.submit(refused, status=409, **{choice_of(refused): "mine"})
    assert again.texts(".app-card") == ["Toinen", "Kolmas"]


def test_the_script_is_told_where_to_compare(client, complete):
    body = autosave(client, complete, "S4", need="Ensimmäinen")
    send_draft(client, complete, "S4", body)
    reply = send_draft(client, complete, "S4", {**body, "need": "Toinen"}).get_json()
    assert reply["compare_method"] == "post"
    assert reply["compare_url"] == address(complete, "/sections/S4/compare")
    typed = {**client.get(address(complete, "/sections/S4")).form("main form").values}
    typed |= {"need": "Toinen", "_v-need": body["_v-need"], "then": "stay"}
    page = client.post(reply["compare_url"], status=409, data=typed)
    assert page.texts(".app-card") == ["Toinen", "Ensimmäinen"]
    done = client.submit(page, **{choice_of(page): "mine"})
    assert done.location == address(complete, "/sections/S4")


def test_the_address_of_comparing_alone_leads_to_the_section(client, complete):
    page = client.get(address(complete, "/sections/S4/compare"), status=303)
    assert page.location == address(complete, "/sections/S4")
