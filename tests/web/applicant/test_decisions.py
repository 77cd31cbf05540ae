"""Decisions that have been served."""

from __future__ import annotations

from decimal import Decimal

from app.models import Decision
from tests.support import applicants
from tests.web.applicant.addressing import address


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
