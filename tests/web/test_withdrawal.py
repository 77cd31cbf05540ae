"""A withdrawn application: nowhere counted, offered or waited for, and closed to those who worked on it."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.domain.errors import StepNotAllowed
from app.domain.lifecycle import ApplicationState, CallState, DecisionState, EvaluationState
from app.models import Application, Call, CompletionRequest, Decision, Evaluation
from app.queries.funder.inbox import CallLine, list_calls
from app.queries.steering import load_figures
from app.services.background import work
from app.services.call.calls import get_definition
from app.services.decision import ranking
from app.services.evaluation import eligibility
from app.services.routing import routing
from tests.web.addresses import Addresses, find_addresses
from tests.web.funder_round import NOW
from tests.web.guarded_round import GuardedRound
from tests.web.round_makers import LATE, OTHER, REFUSED, Maker


@pytest.fixture
def addresses(guarded: GuardedRound) -> Addresses:
    return find_addresses(guarded)


def withdraw(guarded: GuardedRound, role: str, application_id: uuid.UUID) -> None:
    """Withdraw an application as its owner does, and come to its page."""
    address = f"/applicant/applications/{application_id}/withdraw"
    browser = guarded.browser(role)
    assert browser.get(address).status_code == 200
    assert browser.post(address, headers=guarded.csrf_header()).status_code == 303
    assert browser.get(f"/applicant/applications/{application_id}").status_code == 200
    with guarded.tools.database.reading() as session:
        state = session.get_one(Application, application_id).state
    assert state is ApplicationState.WITHDRAWN


def inbox(guarded: GuardedRound) -> CallLine:
    """Return what the officer's inbox counts in the round."""
    with guarded.tools.database.reading() as session:
        bodies = Maker(guarded.tools, session).actor("officer").authority_keys
        lines = list_calls(session, bodies, NOW)
    return next(each for each in lines if each.code == "INNO-2027-1")


def test_a_draft_that_is_withdrawn_never_reaches_the_funder(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    draft = addresses.applications["LUONNOS"]
    withdraw(guarded, "owner", draft)
    with guarded.tools.database.reading() as session:
        assert session.get_one(Application, draft).record_number is None
    assert guarded.browser("officer").get(f"/funder/applications/{draft}").status_code == 403
    address = f"/applicant/applications/{draft}/sections/S6"
    assert guarded.browser("owner").get(address).status_code == 403
    assert guarded.browser("editor").get(address).status_code == 403


def test_the_figures_leave_a_withdrawn_application_out(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    call_id = addresses.calls["INNO-2027-1"]
    with guarded.tools.database.reading() as session:
        before = load_figures(session, call_id)
        applied = session.get_one(Application, addresses.applications[OTHER]).support_applied
    withdraw(guarded, "stranger", addresses.applications[OTHER])
    with guarded.tools.database.reading() as session:
        after = load_figures(session, call_id)
    assert applied is not None
    assert after.sums.count == before.sums.count - 1
    assert after.sums.applied == before.sums.applied - applied
    assert sum(each.count for each in after.by_region) == after.sums.count
    assert sum(each.count for each in after.by_theme) == after.sums.count
    exported = guarded.browser("steering").get(f"/steering/rounds/{call_id}.csv")
    rows = list(
        csv.reader(io.StringIO(exported.get_data(as_text=True).lstrip("\ufeff")), delimiter=";")
    )
    everything = next(row for row in rows if row[0] == "all")
    assert everything[3] == str(after.sums.count)


def test_the_funders_list_and_export_show_the_state(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    withdraw(guarded, "stranger", addresses.applications[OTHER])
    browser = guarded.browser("officer")
    base = f"/funder/calls/{addresses.calls['INNO-2027-1']}/applications"
    page = BeautifulSoup(browser.get(f"{base}?state=withdrawn").get_data(as_text=True), "html5lib")
    rows = [row.get_text(" ") for row in page.select("main table tbody tr")]
    assert len(rows) == 1
    assert OTHER in rows[0]
    lines = browser.get(f"{base}.csv").get_data(as_text=True).splitlines()
    assert [OTHER in line for line in lines if "withdrawn" in line] == [True]


def test_evaluators_are_released_and_the_matter_closes_to_them(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    before = inbox(guarded)
    withdraw(guarded, "stranger", addresses.applications[OTHER])
    after = inbox(guarded)
    assert after.sheets_assigned == before.sheets_assigned - 1
    assert after.sheets_done == before.sheets_done
    with guarded.tools.database.reading() as session:
        states = {
            key: session.get_one(Evaluation, addresses.evaluations[OTHER, key]).state
            for key in ("declared", "done")
        }
    assert states == {"declared": EvaluationState.SET_ASIDE, "done": EvaluationState.SUBMITTED}
    for role in ("declared", "done"):
        base = f"/evaluator/evaluations/{addresses.evaluations[OTHER, role]}"
        for end in ("", "/application", "/scores", "/declaration", "/decline"):
            assert guarded.browser(role).get(base + end).status_code == 403, (role, end)
        page = guarded.browser(role).get("/evaluator/").get_data(as_text=True)
        assert "Withdrawn by the applicant" in page
        assert OTHER not in page


def test_the_proposal_of_evaluators_goes_on_without_it(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    withdraw(guarded, "stranger", addresses.applications[OTHER])
    with guarded.tools.database.unit_of_work() as session:
        officer = Maker(guarded.tools, session).actor("officer")
        call_id = addresses.calls["INNO-2027-1"]
        assert routing.propose_assignment(session, call_id, officer, NOW).pairs > 0
        proposed = session.scalars(
            sa.select(Evaluation.application_id).where(Evaluation.state == EvaluationState.PROPOSED)
        ).all()
    assert addresses.applications[OTHER] not in proposed


def test_a_completion_is_no_longer_waited_for(guarded: GuardedRound, addresses: Addresses) -> None:
    application_id = addresses.applications["TWINPUU"]
    with guarded.tools.database.unit_of_work() as session:
        maker = Maker(guarded.tools, session)
        application = session.get_one(Application, application_id)
        question = next(iter(get_definition(session, application.call_version_id).questions()))
        asked = eligibility.CompletionInput((question.id,), "Täydentäkää.", NOW + timedelta(days=3))
        eligibility.request_completion(session, application_id, asked, maker.actor("officer"), NOW)
        session.flush()
        maker.add_member("owner", application_id)
    withdraw(guarded, "owner", application_id)
    work.follow_clock(guarded.tools, NOW + timedelta(days=10))
    with guarded.tools.database.reading() as session:
        wanted = sa.select(CompletionRequest).where(
            CompletionRequest.application_id == application_id
        )
        request = session.scalars(wanted).one()
        assert (request.closed_at, request.outcome) == (NOW, "withdrawn")
        state = session.get_one(Application, application_id).state
    assert state is ApplicationState.WITHDRAWN


def test_a_decision_that_was_presented_is_neither_listed_nor_made(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    before = inbox(guarded).rulings.count(DecisionState.PRESENTED)
    withdraw(guarded, "awaiting", addresses.applications[LATE])
    assert inbox(guarded).rulings.count(DecisionState.PRESENTED) == before - 1
    call_id, decision_id = addresses.calls["INNO-2027-1"], addresses.decisions[LATE]
    page = guarded.browser("decider").get(f"/funder/calls/{call_id}/decisions")
    assert LATE not in page.get_data(as_text=True)
    guarded.browser("decider").post(
        f"/funder/decisions/{decision_id}/approve", headers=guarded.csrf_header()
    )
    with guarded.tools.database.reading() as session:
        assert session.get_one(Decision, decision_id).state is DecisionState.PRESENTED
        state = session.get_one(Application, addresses.applications[LATE]).state
    assert state is ApplicationState.WITHDRAWN


@pytest.mark.parametrize("acronym", [LATE, REFUSED])
def test_nothing_is_recorded_on_a_matter_that_has_ended(
    guarded: GuardedRound, addresses: Addresses, acronym: str
) -> None:
    application_id = addresses.applications[acronym]
    if acronym == LATE:
        withdraw(guarded, "awaiting", application_id)
    with guarded.tools.database.unit_of_work() as session:
        officer = Maker(guarded.tools, session).actor("officer")
        with pytest.raises(StepNotAllowed):
            eligibility.record_check(session, application_id, "E01", False, "syy", officer, NOW)
        with pytest.raises(StepNotAllowed):
            ranking.set_support(session, application_id, Decimal(1000), ["syy"], officer, NOW)


def test_a_round_whose_last_open_matter_is_withdrawn_is_over(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    call_id = addresses.calls["INNO-2027-1"]
    others = sa.select(Application.id).where(
        Application.call_id == call_id, Application.acronym.not_in((REFUSED, LATE))
    )
    with guarded.tools.database.unit_of_work() as session:
        for application_id in session.scalars(others).all():
            Maker(guarded.tools, session).withdraw(application_id)
        assert session.get_one(Call, call_id).state is CallState.IN_EVALUATION
    withdraw(guarded, "awaiting", addresses.applications[LATE])
    with guarded.tools.database.reading() as session:
        assert session.get_one(Call, call_id).state is CallState.DECIDED
