"""The whole way of an applicant: start, fill in, submit, complete, withdraw."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from decimal import Decimal

import pikepdf
import pytest
import sqlalchemy as sa

from app.models import Application, CompletionRequest, Decision
from app.queries.content import load_content
from app.services.work import run_due_jobs
from calls.load import list_packaged, load_call
from calls.registers import load_registers
from tests.support import applicants
from tests.support.statements import statements


@pytest.fixture(scope="module")
def definition():
    path = next(path for path in list_packaged() if path.stem == "inno_2027_1")
    return load_call(path, load_registers())


@pytest.fixture
def clock(definition):
    return applicants.Clock(definition.timetable.closes - timedelta(days=10))


@pytest.fixture
def app(new_app, sqlite_url, clock):
    return new_app(sqlite_url, clock=clock)


@pytest.fixture
def database(app):
    return applicants.tools_of(app).database


@pytest.fixture
def call_id(database, definition):
    return applicants.open_call(database, definition)


@pytest.fixture
def owner(database, clock):
    return applicants.add_person(database, "owner@example.org", clock())


@pytest.fixture
def client(app, owner, clock):
    return applicants.client_of(app, owner, clock())


@pytest.fixture
def draft(database, call_id, owner, clock):
    return applicants.start_draft(database, call_id, owner, clock())


@pytest.fixture
def complete(app, definition, draft, owner, clock):
    applicants.fill_in(app, definition, draft, owner, clock())
    return draft


def address(application_id, path=""):
    return f"/applicant/applications/{application_id}{path}"


def autosave(client, application_id, section, **values):
    page = client.get(address(application_id, f"/sections/{section}"))
    form = page.form("main form[data-autosave-url]")
    changed = sorted({name.split("-")[0] for name in values})
    versions = {f"_v-{name}": form.values[f"_v-{name}"] for name in changed}
    return {
        "_changed": changed,
        "_version": "0",
        "csrf_token": form.values["csrf_token"],
        **versions,
        **values,
    }


def send_draft(client, application_id, section, body):
    return client.http.post(
        address(application_id, f"/sections/{section}/draft"),
        data=body,
        headers={"Accept": "application/json"},
    )


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
    assert refused.errors == ["Enter a number, for example 1200 or 12,5"]
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


def test_typing_is_saved_with_five_statements_at_most(client, database, complete):
    body = autosave(client, complete, "S4", need="Uusi tarve")
    with statements(database.engine) as seen:
        answer = send_draft(client, complete, "S4", body)
    assert answer.status_code == 200
    assert answer.get_json()["values"] == {"_v-need": "2"}
    assert len(seen) <= 5, seen


def test_typing_in_the_budget_is_saved_with_five_statements_at_most(client, database, complete):
    body = autosave(
        client, complete, "S13", **{"financing-0-partner": "P1", "financing-0-own": "1"}
    )
    with statements(database.engine) as seen:
        answer = send_draft(client, complete, "S13", body)
    assert answer.status_code == 200
    assert len(seen) <= 5, seen


def test_an_older_text_does_not_overwrite_a_newer_one(client, complete):
    body = autosave(client, complete, "S4", need="Ensimmäinen")
    assert send_draft(client, complete, "S4", body).status_code == 200
    answer = send_draft(client, complete, "S4", {**body, "need": "Toinen"})
    assert answer.status_code == 409
    conflict = answer.get_json()["conflicts"][0]
    assert (conflict["stored"], conflict["yours"]) == ("Ensimmäinen", "Toinen")


def test_a_conflict_without_a_script_shows_both_texts(client, complete):
    page = client.get(address(complete, "/sections/S4"))
    client.submit(page, need="Ensimmäinen")
    refused = client.submit(page, status=409, need="Toinen")
    assert refused.texts(".app-card") == ["Toinen", "Ensimmäinen"]
    client.submit(refused)
    stored = client.get(address(complete, "/sections/S4")).form("main form")
    assert stored.values["need"] == ["Toinen"]


def test_a_new_partner_gets_its_key(client, complete):
    page = client.get(address(complete, "/sections/S2"))
    more = client.submit(page, status=200, button="row_action=add:partners")
    client.submit(more, **{"partners-3-name": "Neljäs osapuoli"})
    stored = client.get(address(complete, "/sections/S2")).form("main form")
    assert stored.values["partners-3-key"] == ["P4"]


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


def test_a_complete_application_is_submitted_and_receipted(app, client, complete, clock):
    page = client.get(address(complete, "/check"))
    assert page.texts(".govuk-error-summary__list a") == []
    refused = client.submit(page, "#submit-form", status=422)
    assert refused.errors == ["Tick the box to declare that the information is correct"]
    answer = client.submit(page, "#submit-form", declaration="y")
    receipt = client.follow(answer)
    assert "IOV/1/2027" in receipt.text(".govuk-panel__body")
    run_due_jobs(applicants.tools_of(app), clock())
    again = client.get(address(complete, "/receipt"))
    link = again.links()["Download the receipt (PDF)"]
    pdf = client.get(link).response.data
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) >= 1
    client.get(address(complete, "/sections/S4"), status=403)
    client.get(address(complete, "/check"))


def test_an_incomplete_application_is_refused_with_links(client, draft):
    page = client.get(address(draft, "/check"))
    refused = client.submit(page, "#submit-form", status=422, declaration="y")
    links = [link["href"] for link in refused.soup.select(".govuk-error-summary__list a")]
    assert any("/sections/S1?check=1#question-title_fi" in link for link in links)


@pytest.mark.parametrize(("seconds", "is_late"), [(-2, False), (0, False), (1, True)])
def test_the_last_second_is_in_time_and_the_next_is_late(
    app, owner, definition, complete, clock, seconds, is_late
):
    clock.moment = definition.timetable.closes + timedelta(seconds=seconds)
    client = applicants.client_of(app, owner, clock())
    page = client.get(address(complete, "/check"))
    receipt = client.follow(client.submit(page, "#submit-form", declaration="y"))
    warnings = receipt.texts(".govuk-warning-text__text")
    assert bool(warnings) is is_late


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty. Choose another file."),
        (b"hello", "The file is not a PDF. Save the document as PDF and add it again."),
    ],
)
def test_a_file_is_refused_in_plain_words(client, draft, content, reason):
    page = client.get(address(draft, "/attachments"))
    form = 'form[action$="/attachments/att_agreement"]'
    refused = client.submit(
        page, form, status=422, **{"att_agreement-file": (io.BytesIO(content), "a.pdf")}
    )
    assert refused.errors == [reason]


def test_a_file_is_added_downloaded_and_removed(client, draft):
    page = client.get(address(draft, "/attachments"))
    form = 'form[action$="/attachments/att_agreement"]'
    file = (io.BytesIO(applicants.small_pdf()), "aiesopimus.pdf")
    half = client.submit(
        page,
        form,
        status=422,
        **{"att_agreement-file": file, "att_agreement-ground": "JulkL 24.1 § 20"},
    )
    assert half.errors == ["Give both the ground and the reason for secrecy, or neither"]
    file = (io.BytesIO(applicants.small_pdf()), "aiesopimus.pdf")
    client.submit(
        page,
        form,
        **{
            "att_agreement-file": file,
            "att_agreement-ground": "JulkL 24.1 § 20",
            "att_agreement-reason": "Hinnoittelu",
        },
    )
    added = client.get(address(draft, "/attachments"))
    assert client.get(added.links()["aiesopimus.pdf"]).response.data[:5] == b"%PDF-"
    client.submit(added, 'form[action$="/remove"]')
    assert "aiesopimus.pdf" not in client.get(address(draft, "/attachments")).links()


def test_a_withdrawn_application_is_closed(client, complete):
    client.submit(client.get(address(complete, "/withdraw")), "form.app-confirm")
    assert "Withdrawn" in client.get(address(complete)).texts(".govuk-tag")
    client.get(address(complete, "/sections/S4"), status=403)


def add_decision(app, database, application_id, call_id, state, clock):
    people = [
        applicants.add_person(database, f"{name}@example.org", clock()).user_id
        for name in ("presenter", "approver")
    ]
    served = {"served_at": clock()} if state == "served" else {}
    pdf = applicants.tools_of(app).blobs.put(applicants.small_pdf())
    with database.unit_of_work() as session:
        decision = Decision(
            application_id=application_id,
            call_id=call_id,
            number=1,
            kind="grant",
            state=state,
            language="fi",
            support=Decimal("294000.00"),
            content="{}",
            content_sha256="0" * 64,
            pdf_sha256=pdf,
            presenter_id=people[0],
            presented_at=clock(),
            approver_id=people[1],
            approved_at=clock(),
            created_at=clock(),
            **served,
        )
        session.add(decision)
        session.flush()
        return decision.id


def test_a_served_decision_is_read_and_its_opening_remembered(
    app, database, client, complete, call_id, clock
):
    decision_id = add_decision(app, database, complete, call_id, "served", clock)
    page = client.get("/applicant/")
    shown = client.get(page.links("main section a")["Read the decision: Sana ja toin 1"])
    pdf = client.get(shown.links()["Download the decision (PDF)"])
    assert pdf.response.data[:5] == b"%PDF-"
    with database.reading() as session:
        assert session.get_one(Decision, decision_id).first_opened_at == clock()


def test_a_decision_that_is_not_served_does_not_show(
    app, database, client, complete, call_id, clock
):
    decision_id = add_decision(app, database, complete, call_id, "signed", clock)
    client.get(address(complete, "/decision"), status=404)
    client.get(address(complete, f"/decisions/{decision_id}.pdf"), status=404)


def test_only_the_questions_asked_for_are_open_while_completing(client, database, complete, clock):
    page = client.get(address(complete, "/check"))
    client.submit(page, "#submit-form", declaration="y")
    with database.unit_of_work() as session:
        session.execute(sa.update(Application).values(state="completion_requested"))
        session.add(
            CompletionRequest(
                application_id=complete,
                question_ids=["need"],
                message="Täsmentäkää tarvetta.",
                due_at=clock() + timedelta(days=7),
                requested_at=clock(),
            )
        )
    shown = client.get(address(complete))
    assert len(shown.texts(".govuk-task-list__item")) == 1
    section = client.get(address(complete, "/sections/S4"))
    assert not {"aims", "novelty"} & section.form("main form").names
    client.get(address(complete, "/sections/S5"), status=404)
    client.submit(section, need="Uusi kuvaus tarpeesta. " * 40)
    client.submit(client.get(address(complete, "/check")), "#submit-form", declaration="y")
    assert "Submitted" in client.get(address(complete)).texts(".govuk-tag")


def test_an_editor_of_a_partner_changes_that_part_only(app, database, complete, clock):
    editor = applicants.add_person(database, "editor@example.org", clock())
    applicants.add_editor(database, complete, editor, "P2", clock())
    client = applicants.client_of(app, editor, clock())
    assert len(client.get(address(complete)).texts(".govuk-task-list__item")) == 2
    client.get(address(complete, "/sections/S4"), status=404)
    client.get(address(complete, "/attachments"), status=403)
    checked = client.get(address(complete, "/check"))
    assert len(checked.texts(".govuk-summary-list__row")) == 3
    assert checked.text("main").count("€68,800.00") == 1
    budget = client.get(address(complete, "/sections/S13"))
    assert budget.form("main form").values["staff_costs-0-partner"] == ["P2"]
    client.submit(budget, **{"staff_costs-0-partner": "P1", "staff_costs-0-task": "Muutettu"})
    partners = client.get(address(complete, "/sections/S2"))
    client.submit(partners, **{"partners-0-task_summary": "Uusi tehtävä"})
    with database.reading() as session:
        content = load_content(session, complete)
    tasks = {row["partner"]: row["task"] for row in content.rows("staff_costs")}
    assert tasks["P1"] == "Tutkija"
    summaries = {row["key"]: row["task_summary"] for row in content.partners}
    assert summaries == {"P1": "Testaus", "P2": "Uusi tehtävä", "P3": "Testaus"}


def endpoints(application_id):
    other = uuid.uuid4()
    base = address(application_id)
    yield from (
        ("GET", base),
        ("GET", f"{base}/sections/S1"),
        ("POST", f"{base}/sections/S1"),
        ("POST", f"{base}/sections/S1/draft"),
        ("GET", f"{base}/attachments"),
        ("POST", f"{base}/attachments/att_agreement"),
        ("GET", f"{base}/attachments/{other}"),
        ("POST", f"{base}/attachments/{other}/remove"),
        ("GET", f"{base}/check"),
        ("POST", f"{base}/submit"),
        ("GET", f"{base}/receipt"),
        ("GET", f"{base}/receipt.pdf"),
        ("GET", f"{base}/withdraw"),
        ("POST", f"{base}/withdraw"),
        ("POST", f"{base}/partners/P1/confirm"),
        ("GET", f"{base}/decision"),
        ("GET", f"{base}/decisions/{other}.pdf"),
    )


def test_nobody_else_reaches_an_application(app, database, client, complete, clock):
    stranger = applicants.add_person(database, "stranger@example.org", clock())
    wrong = applicants.client_of(app, stranger, clock())
    page = wrong.get("/applicant/start/INNO-2027-1")
    token = page.form("main form").values["csrf_token"][0]
    for method, path in endpoints(complete):
        wrong.open(path, status=403, method=method, data={"csrf_token": token})
    assert wrong.get("/applicant/").texts("main section.app-card") == []
