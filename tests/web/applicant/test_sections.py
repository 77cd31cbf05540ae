"""Starting an application and filling in its sections."""

from __future__ import annotations

import pytest

from tests.support import applicants
from tests.web.applicant.addressing import address, autosave, send_draft


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_page_of_a_draft_is_a_good_page(
    app, database, definition, complete, owner, clock, language
):
    client = applicants.client_of(app, owner, clock())
    with client.http.session_transaction() as cookie:
        cookie["language"] = language
    for path in ("", "/check", "/attachments", "/withdraw"):
        client.get(address(complete, path))
    for section in definition.sections:
        if section.id != "S14":
            client.get(address(complete, f"/sections/{section.id}"))
    client.get("/applicant/")
    client.get(f"/applicant/start/{definition.id}")


def test_an_empty_draft_shows_what_is_missing(client, definition, draft):
    page = client.get(address(draft))
    assert len(page.texts(".govuk-task-list__item")) == len(definition.sections)
    checked = client.get(address(draft, "/sections/S1?check=1"))
    assert "Answer “Public name in Finnish”" in checked.errors
    assert len(client.get(address(draft, "/check")).errors) == 62


def test_an_application_is_started_from_its_call(client, call_id, definition):
    page = client.get(f"/applicant/start/{definition.id}")
    answer = client.submit(page, language="sv")
    assert "fi" not in client.follow(answer).texts(".govuk-task-list")


def test_an_unfilled_start_form_is_refused_with_the_reason(client, call_id, definition):
    page = client.get(f"/applicant/start/{definition.id}")
    assert client.submit(page, language=None, status=422).errors == [
        "Choose the language of proceedings"
    ]


def test_a_section_is_saved_and_the_next_one_opens(client, draft):
    page = client.get(address(draft, "/sections/S1"))
    answer = client.submit(
        page, "main form", button="then=next", title_fi="Uusi verkosto", acronym="UUSI"
    )
    assert answer.location.endswith("/sections/S2")
    again = client.get(address(draft, "/sections/S1")).form("main form")
    assert again.values["title_fi"] == ["Uusi verkosto"]


def test_a_text_that_is_no_number_stays_as_typed_and_the_rest_is_saved(client, draft):
    page = client.get(address(draft, "/sections/S13"))
    refused = client.submit(
        page, status=422, **{"staff_costs-0-hours": "paljon", "staff_costs-0-task": "Tutkija"}
    )
    (message,) = refused.errors
    assert "Row 1, " in message
    assert message.endswith(": Enter a number, for example 1200 or 12,5")
    assert refused.form("main form").values["staff_costs-0-hours"] == ["paljon"]
    stored = client.get(address(draft, "/sections/S13")).form("main form")
    assert stored.values["staff_costs-0-task"] == ["Tutkija"]


def test_rows_are_added_and_removed_without_a_script(client, draft):
    page = client.get(address(draft, "/sections/S2"))
    more = client.submit(
        page, status=200, button="row_action=add:companies", **{"companies-0-name": "Yritys A"}
    )
    assert "companies-5-name" in more.form("main form").names
    fewer = client.submit(more, status=200, button="row_action=remove:companies-0")
    assert "companies-0-name" not in fewer.form("main form").names
    assert fewer.form("main form").values["companies-1-name"] == [""]


def test_the_budget_is_computed_to_the_cent(client, complete):
    page = client.get(address(complete, "/sections/S13"))
    assert page.text('[data-computed="budget-P1-total"]') == "€140,000.00"
    assert page.text('[data-computed="budget-all-total"]') == "€420,000.00"
    body = autosave(
        client,
        complete,
        "S13",
        **{
            "staff_costs-0-partner": "P1",
            "staff_costs-0-task": "Tutkija",
            "staff_costs-0-annual_gross_or_pay": "62 000,00 €",
            "staff_costs-0-side_cost_pct": "25",
            "staff_costs-0-hours": "2580",
        },
    )
    reply = send_draft(client, complete, "S13", body).get_json()
    assert reply["computed"]["staff_costs-0-cost"] == "€116,254.80"
    assert reply["computed"]["budget-P1-flat"] == "€46,501.92"
    assert reply["computed"]["budget-P1-difference"] == "-€22,756.72"


def test_a_new_partner_gets_its_key(client, complete):
    page = client.get(address(complete, "/sections/S2"))
    more = client.submit(page, status=200, button="row_action=add:partners")
    client.submit(more, **{"partners-3-name": "Neljäs osapuoli"})
    stored = client.get(address(complete, "/sections/S2")).form("main form")
    assert stored.values["partners-3-key"] == ["P4"]
