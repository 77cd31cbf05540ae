"""Checking, submitting, completing and withdrawing."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
import sqlalchemy as sa

from app.models import Application, CompletionRequest, EligibilityResult
from app.services.application.answers import AnswerChange, save_answers
from app.services.application.partners import confirm_partner, save_partners
from app.services.background.work import run_due_jobs
from tests.support import applicants
from tests.web.applicant.addressing import address


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


def test_a_withdrawn_application_is_closed(client, complete):
    client.submit(client.get(address(complete, "/withdraw")), "form.app-confirm")
    assert "Withdrawn" in client.get(address(complete)).texts(".govuk-tag")
    client.get(address(complete, "/sections/S4"), status=403)


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


def only_one_region(database, application_id, owner, now):
    """Make all partners and target regions those of one region, as an ineligible application has."""
    rows = [{**row, "region": "19"} for row in applicants.partner_rows()]
    with database.unit_of_work() as session:
        save_partners(session, application_id, rows, owner, now)
        change = AnswerChange("regions", ["19"])
        save_answers(session, application_id, [change], owner, now)
    with database.unit_of_work() as session:
        for row in rows:
            confirm_partner(session, application_id, row["key"], owner, now)


def test_an_application_of_one_region_is_submitted_and_left_to_the_eligibility_check(
    client, database, complete, owner, clock
):
    only_one_region(database, complete, owner, clock())
    page = client.get(address(complete, "/sections/S1?check=1"))
    assert page.errors == []
    label = "Not met Partners come from at least two regions (maakunta)"
    shown = client.get(address(complete)).texts("#checks ~ ul li")
    assert len([each for each in shown if each.startswith(label)]) == 1
    checked = client.get(address(complete, "/check"))
    assert checked.texts(".govuk-error-summary__list a") == []
    failing = checked.texts("section[aria-labelledby=failing-checks] li")
    assert len([each for each in failing if each.startswith(label)]) == 1
    client.submit(checked, "#submit-form", declaration="y")
    with database.reading() as session:
        results = session.execute(
            sa.select(EligibilityResult.check_id, EligibilityResult.automatic_passed).where(
                EligibilityResult.application_id == complete
            )
        ).all()
    assert dict(results)["E04"] is False
