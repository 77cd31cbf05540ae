"""Rows of tables: each is known by its own identifier, whatever else is added or removed."""

from __future__ import annotations

import pytest

from app.queries.content import load_content
from tests.support import applicants
from tests.web.applicant.addressing import address


def form_of(client, application_id, section):
    return client.get(address(application_id, f"/sections/{section}"))


def test_every_table_carries_its_rows(client, complete, definition):
    for section in definition.sections:
        if section.id == "S14":
            continue
        names = form_of(client, complete, section.id).form("main form").names
        for question in section.questions:
            if hasattr(question, "columns"):
                assert f"_rows-{question.id}" in names


def test_identifiers_of_rows_are_not_part_of_the_content(client, database, complete):
    client.submit(form_of(client, complete, "S2"), **{"companies-0-name": "Uusi Oy"})
    with database.reading() as session:
        content = load_content(session, complete)
    assert content.rows("companies")[0]["name"] == "Uusi Oy"
    assert all("_row" not in row for row in content.rows("companies"))


def test_two_people_edit_different_rows_at_once(client, complete):
    page = form_of(client, complete, "S2")
    client.submit(page, **{"companies-0-name": "Ensimmäinen Oy"})
    client.submit(page, **{"companies-1-name": "Toinen Oy"})
    values = form_of(client, complete, "S2").form("main form").values
    assert values["companies-0-name"] == ["Ensimmäinen Oy"]
    assert values["companies-1-name"] == ["Toinen Oy"]


def test_a_row_added_by_another_stays(client, complete):
    page = form_of(client, complete, "S2")
    more = client.submit(page, status=200, button="row_action=add:companies")
    client.submit(more, **{"companies-5-name": "Lisätty Oy"})
    client.submit(page, **{"companies-0-name": "Muutettu Oy"})
    names = form_of(client, complete, "S2").form("main form").values
    assert names["companies-0-name"] == ["Muutettu Oy"]
    assert names["companies-5-name"] == ["Lisätty Oy"]


def test_the_same_row_is_chosen_between(client, complete):
    page = form_of(client, complete, "S2")
    client.submit(page, **{"companies-0-name": "Ensimmäinen Oy", "companies-2-name": "Kolmas Oy"})
    refused = client.submit(
        page, status=409, **{"companies-0-name": "Toinen Oy", "companies-1-name": "Oma Oy"}
    )
    (choice,) = [each for each in refused.form("main form").names if each.startswith("_choice-")]
    mine, theirs = refused.texts(".app-card")
    assert ("Toinen Oy" in mine, "Ensimmäinen Oy" in theirs) == (True, True)
    client.submit(refused, **{choice: "theirs"})
    values = form_of(client, complete, "S2").form("main form").values
    shown = [values[f"companies-{row}-name"][0] for row in range(3)]
    assert shown == ["Ensimmäinen Oy", "Oma Oy", "Kolmas Oy"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", "minun"), ("theirs", "toisen")])
def test_the_same_partner_is_chosen_between(client, complete, choice, kept):
    page = form_of(client, complete, "S2")
    client.submit(page, **{"partners-1-task_summary": "toisen"})
    refused = client.submit(page, status=409, **{"partners-1-task_summary": "minun"})
    (name,) = [each for each in refused.form("main form").names if each.startswith("_choice-")]
    client.submit(refused, **{name: choice})
    values = form_of(client, complete, "S2").form("main form").values
    assert values["partners-1-task_summary"] == [kept]


def test_a_removed_row_that_another_changed_is_chosen_between(client, complete):
    page = form_of(client, complete, "S2")
    client.submit(page, **{"companies-4-name": "Muutettu Oy"})
    fewer = client.submit(page, status=200, button="row_action=remove:companies-4")
    refused = client.submit(fewer, status=409)
    (name,) = [each for each in refused.form("main form").names if each.startswith("_choice-")]
    client.submit(refused, **{name: "mine"})
    names = form_of(client, complete, "S2").form("main form").names
    assert "companies-4-name" not in names


def test_errors_stay_with_their_row_when_another_is_removed(client, draft):
    page = form_of(client, draft, "S13")
    typed = {"staff_costs-0-task": "Johtaja"}
    more = client.submit(page, status=200, button="row_action=add:staff_costs", **typed)
    bad = {"staff_costs-1-task": "Tutkija", "staff_costs-1-hours": "paljon"}
    refused = client.submit(more, status=422, **bad)
    fewer = client.submit(refused, status=200, button="row_action=remove:staff_costs-0")
    names = fewer.form("main form").names
    assert "staff_costs-0-hours" not in names
    assert fewer.soup.select_one("#staff_costs-1-hours-error") is not None


def test_the_person_of_a_partner_and_the_owner_do_not_disturb_each_other(
    app, database, client, complete, clock
):
    editor = applicants.add_person(database, "editor@example.org", clock())
    applicants.add_editor(database, complete, editor, "P2", clock())
    other = applicants.client_of(app, editor, clock())
    mine, theirs = form_of(client, complete, "S13"), form_of(other, complete, "S13")
    other.submit(theirs, **{"financing-0-own": "41999.00", "staff_costs-0-task": "Kehittäjä"})
    client.submit(mine, **{"financing-0-own": "41998.00"})
    values = form_of(client, complete, "S13").form("main form").values
    assert [values[f"financing-{row}-own"][0] for row in range(2)] == ["41,998.00", "41,999.00"]
    assert values["staff_costs-1-task"] == ["Kehittäjä"]
