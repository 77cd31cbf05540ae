"""Save-as-you-type: what the page of a section gets back."""

from __future__ import annotations

from tests.support.statements import statements
from tests.web.applicant.addressing import address, autosave, send_draft


def test_typing_is_saved_with_five_statements_at_most(client, database, complete):
    body = autosave(client, complete, "S4", need="Uusi tarve")
    with statements(database.engine) as seen:
        answer = send_draft(client, complete, "S4", body)
    assert answer.status_code == 200
    values = answer.get_json()["values"]
    assert (set(values), values["_v-need"]) == ({"_v-need", "_read-need"}, "2")
    assert answer.get_json()["progress"] == "4 of 4 required questions answered"
    assert len(seen) <= 5, seen


def test_typing_in_the_budget_is_saved_with_five_statements_at_most(client, database, complete):
    body = autosave(
        client, complete, "S13", **{"financing-0-partner": "P1", "financing-0-own": "1"}
    )
    with statements(database.engine) as seen:
        answer = send_draft(client, complete, "S13", body)
    assert answer.status_code == 200
    assert len(seen) <= 5, seen


def test_a_partner_added_while_typing_gets_its_key(client, complete):
    body = autosave(client, complete, "S2", **{"partners-0-key": "P1", "partners-0-role": "lead"})
    body["partners-7-name"] = "Neljäs osapuoli"
    reply = send_draft(client, complete, "S2", body).get_json()
    assert reply["values"] == {"partners-7-key": "P4"}


def test_a_slip_while_typing_is_said_and_the_other_cells_are_saved(client, draft):
    body = autosave(
        client,
        draft,
        "S13",
        **{
            "staff_costs-4-partner": "P1",
            "staff_costs-4-task": "Tutkija",
            "staff_costs-4-hours": "paljon",
        },
    )
    answer = send_draft(client, draft, "S13", body)
    assert answer.status_code == 200
    assert answer.get_json()["errors"] == {
        "staff_costs-4-hours": "Not saved: Enter a number, for example 1200 or 12,5"
    }
    stored = client.get(address(draft, "/sections/S13")).form("main form")
    assert stored.values["staff_costs-0-task"] == ["Tutkija"]


def test_an_answer_that_cannot_be_read_is_not_called_saved(client, draft):
    body = autosave(client, draft, "S1", theme="T9")
    answer = send_draft(client, draft, "S1", body)
    assert answer.status_code == 422
    assert answer.get_json()["message"] == "Not saved: Choose one of the options on the list"


def test_an_ended_session_is_told_the_way_to_log_in_and_back(app, client, draft):
    body = autosave(client, draft, "S4", need="Tarve")
    with client.http.session_transaction() as cookie:
        cookie.pop("login")
    answer = client.http.post(
        address(draft, "/sections/S4/draft"),
        data=body,
        headers={
            "Accept": "application/json",
            "Referer": f"http://localhost{address(draft, '/sections/S4')}",
        },
    )
    assert answer.status_code == 401
    login_url = answer.get_json()["login_url"]
    assert login_url.startswith("/account/login?back=")
    assert login_url.endswith("sections/S4")


def test_a_section_says_how_much_of_it_is_answered(client, draft):
    page = client.get(address(draft, "/sections/S4"))
    assert page.text('[data-computed="progress"]') == "0 of 4 required questions answered"
    body = autosave(client, draft, "S4", need="Tarve")
    reply = send_draft(client, draft, "S4", body).get_json()
    assert reply["progress"] == "1 of 4 required questions answered"
