"""Who reaches an application, and which part of it."""

from __future__ import annotations

import uuid

from app.queries.content import load_content
from tests.support import applicants
from tests.web.applicant.addressing import address


def test_an_editor_of_a_partner_changes_that_part_only(app, database, complete, clock):
    editor = applicants.add_person(database, "editor@example.org", clock())
    applicants.add_editor(database, complete, editor, "P2", clock())
    client = applicants.client_of(app, editor, clock())
    assert len(client.get(address(complete)).texts(".govuk-task-list__item")) == 3
    client.get(address(complete, "/sections/S4"), status=404)
    checked = client.get(address(complete, "/check"))
    assert len(checked.texts(".govuk-summary-list__row")) > 60
    assert checked.text("main").count("€68,800.00") == 1
    assert checked.soup.select("#submit-form") == []
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
        ("GET", f"{base}/sections/S1/compare"),
        ("POST", f"{base}/sections/S1/compare"),
        ("GET", f"{base}/attachments"),
        ("POST", f"{base}/attachments/att_agreement"),
        ("GET", f"{base}/attachments/{other}"),
        ("POST", f"{base}/attachments/{other}/remove"),
        ("GET", f"{base}/attachments/{other}/secrecy"),
        ("POST", f"{base}/attachments/{other}/secrecy"),
        ("GET", f"{base}/partners"),
        ("POST", f"{base}/partners/P2/invitation"),
        ("POST", f"{base}/invitations/{other}/resend"),
        ("POST", f"{base}/invitations/{other}/revoke"),
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
