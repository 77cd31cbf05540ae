"""The decision studio: what is seen is what is issued, nothing typed is lost, secrets are withheld, claims are made."""

from __future__ import annotations

import hashlib
import uuid

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import ClaimState, DecisionState
from app.models import Decision, RectificationClaim, SealedLetter
from app.services.background.work import run_due_jobs
from tests.pdf.papers import read_text
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound
from tests.web.test_funder_flow import decision_of


@pytest.fixture
def studio(ranked: FunderRound) -> FunderRound:
    """Give a round whose decisions are drafted."""
    officer = ranked.log_in("esittelija")
    path = f"/funder/calls/{ranked.call_id}/decisions"
    officer.submit(officer.get(path), 'form[action$="/draft"]')
    return ranked


def address_of(studio: FunderRound, acronym: str) -> str:
    """Return the page of a decision."""
    return f"/funder/decisions/{decision_of(studio, acronym).id}"


def present(client: PageClient, page: str) -> None:
    """Present a draft by its button."""
    client.submit(client.get(page), 'form[action$="/present"]')


def test_the_file_that_the_decision_maker_sees_is_the_file_that_is_issued(studio):
    officer, decider = studio.log_in("esittelija", "en"), studio.log_in("ratkaisija", "en")
    page = address_of(studio, "MATKA-XR")
    present(officer, page)
    seen = decider.get(f"{page}/letter.pdf").response.data
    decider.submit(decider.get(page), "#approve")
    run_due_jobs(studio.tools, NOW)
    with studio.tools.database.reading() as session:
        issued = session.scalars(sa.select(SealedLetter.unsealed_sha256)).one()
    assert hashlib.sha256(seen).hexdigest() == issued


def test_an_approval_of_another_letter_than_was_seen_is_refused(studio):
    officer, decider = studio.log_in("esittelija"), studio.log_in("ratkaisija")
    page = address_of(studio, "MATKA-XR")
    present(officer, page)
    decider.submit(decider.get(page), "#approve", seen="0" * 64)
    assert decision_of(studio, "MATKA-XR").state is DecisionState.PRESENTED


def test_what_two_officers_write_at_once_is_never_lost(studio):
    first, second = studio.log_in("esittelija"), studio.log_in("molemmat")
    page = address_of(studio, "MATKA-XR")
    old = second.get(page)
    first.submit(first.get(page), "#draft", reasons="Ensimmäisen teksti.")
    refused = second.submit(old, "#draft", status=409, reasons="Toisen teksti.")
    assert refused.form("#draft").values["reasons"] == ["Toisen teksti."]
    assert decision_of(studio, "MATKA-XR").draft["reasons"] == ["Ensimmäisen teksti."]
    second.submit(refused, "#draft")
    assert decision_of(studio, "MATKA-XR").draft["reasons"] == ["Toisen teksti."]


def test_a_text_of_the_library_is_added_and_its_gap_keeps_the_letter_back(studio):
    officer = studio.log_in("esittelija", "en")
    page = address_of(studio, "MATKA-XR")
    shown = officer.get(page)
    officer.submit(shown, "#draft", reasons="Oma kappale.", library=["ineligible_hearing"])
    own, added = decision_of(studio, "MATKA-XR").draft["reasons"]
    assert own == "Oma kappale."
    assert "[…]" in added
    assert [link["href"] for link in officer.get(page).soup.select("#lacks a")] == ["#draft"]
    present(officer, page)
    assert decision_of(studio, "MATKA-XR").state is DecisionState.DRAFT


def test_changes_since_the_last_preview_are_shown_as_words(studio):
    officer = studio.log_in("esittelija", "en")
    page = address_of(studio, "MATKA-XR")
    officer.submit(officer.get(page), "#draft", reasons="Hakemus on suppea.")
    officer.submit(officer.get(page), 'form[action$="/preview"]')
    assert officer.get(page).soup.select("#changes") == []
    officer.submit(officer.get(page), "#draft", reasons="Hakemus on kapea.")
    shown = officer.get(page).soup
    assert [each.text.strip() for each in shown.select("#changes del")] == ["suppea."]
    assert [each.text.strip() for each in shown.select("#changes ins")] == ["kapea."]


def test_a_secret_of_one_partner_is_withheld_from_another_with_its_ground(studio):
    officer = studio.log_in("esittelija", "en")
    page = address_of(studio, "MATKA-XR")
    officer.submit(officer.get(page), "#draft", reasons="Liikesalaisuus X1.\nJulkinen Y2.")
    form = officer.get(f"{page}/secrecy")
    assert officer.submit(form, "#secrecy", ground_0="621/1999 24.1 § 20", partner_0="P2")
    other = read_text(officer.get(f"{page}/copies/P1.pdf").response.data)
    own = read_text(officer.get(f"{page}/copies/P2.pdf").response.data)
    assert ("X1" in other, "621/1999 24.1 § 20" in other, "Y2" in other) == (False, True, True)
    assert "X1" in own
    assert decision_of(studio, "MATKA-XR").draft["secrets"][0]["partner"] == "P2"


def test_the_page_of_approvals_lists_what_waits_with_totals_and_checklist(studio):
    officer, decider = studio.log_in("esittelija", "en"), studio.log_in("ratkaisija", "en")
    for acronym in ("HYVERKKO", "MATKA-XR"):
        present(officer, address_of(studio, acronym))
    path = f"/funder/calls/{studio.call_id}/decisions/approval"
    shown = decider.get(path)
    assert len(shown.soup.select("tbody tr")) == 2
    keys = [str(box["value"]) for box in shown.soup.select('input[name="decision"]')]
    decider.submit(shown, "#many", status=200, decision=keys)
    assert decision_of(studio, "HYVERKKO").state is DecisionState.APPROVED
    assert decider.get(path).soup.select("tbody tr") == []


def serve(studio: FunderRound, acronym: str) -> str:
    """Bring a decision to its applicant; return its page for the funder."""
    officer, decider = studio.log_in("esittelija"), studio.log_in("ratkaisija")
    page = address_of(studio, acronym)
    present(officer, page)
    decider.submit(decider.get(page), "#approve")
    run_due_jobs(studio.tools, NOW)
    officer.submit(officer.get(page), 'form[action$="/serve"]')
    return page


def owner_of(studio: FunderRound, acronym: str) -> PageClient:
    """Return a browser in which the owner of an application is logged in."""
    with studio.tools.database.reading() as session:
        address = session.scalar(
            sa.text(
                "SELECT email FROM user_account u JOIN application a ON a.created_by = u.id"
                " WHERE a.acronym = :name"
            ),
            {"name": acronym},
        )
    return studio.log_in(str(address).split("@", maxsplit=1)[0], "en")


def test_a_served_decision_offers_no_act_and_others_only_those_of_their_state(studio):
    page = serve(studio, "MATKA-XR")
    officer, decider = studio.log_in("esittelija", "en"), studio.log_in("ratkaisija", "en")
    assert officer.get(page).soup.select("main form") == []
    path = f"/funder/calls/{studio.call_id}/decisions"
    shown = officer.get(path).soup
    acts = [str(each["formaction"]).rpartition("/")[2] for each in shown.select("[formaction]")]
    boxes = [str(each["value"]) for each in shown.select('input[name="decision"]')]
    assert (acts, len(boxes), shown.select('form[action$="/draft"]')) == (["present"], 11, [])
    assert str(decision_of(studio, "MATKA-XR").id) not in boxes
    assert decider.get(path).soup.select("main form") == []


def test_an_applicant_claims_rectification_and_an_officer_drafts_the_answer(studio):
    page = serve(studio, "MATKA-XR")
    applicant, officer = owner_of(studio, "MATKA-XR"), studio.log_in("esittelija", "en")
    own = f"/applicant/applications/{studio.application_id('MATKA-XR')}/decision"
    wrong = applicant.submit(applicant.get(own), "#claim-on-1", status=422, demand="", grounds="x")
    assert (len(wrong.errors), wrong.form("#claim-on-1").values["grounds"]) == (1, ["x"])
    applicant.submit(wrong, "#claim-on-1", demand="Päätös kumottava.", grounds="Toinen maakunta.")
    first = officer.get("/funder/").soup.select_one(".app-next a")
    assert first["href"] == f"{page}/follow-up"
    follow_up = officer.get(f"{page}/follow-up")
    officer.submit(follow_up, 'form[action$="/answer"]')
    assert officer.get("/funder/").soup.select(f'.app-next a[href="{page}/follow-up"]') == []
    with studio.tools.database.reading() as session:
        claim = session.scalars(sa.select(RectificationClaim)).one()
        kinds = list(
            session.scalars(
                sa.select(Decision.kind)
                .where(Decision.application_id == studio.application_id("MATKA-XR"))
                .order_by(Decision.number)
            )
        )
    assert (claim.state, claim.channel) == (ClaimState.IN_PREPARATION, "portal")
    assert kinds == ["reject_ineligible", "rectification_decision"]
    assert isinstance(claim.answer_id, uuid.UUID)
    assert applicant.get(own).soup.select('form[action$="/withdraw"]') == []


def test_an_officer_registers_a_claim_and_drafts_a_correction(studio):
    page = serve(studio, "MATKA-XR")
    officer = studio.log_in("esittelija", "en")
    follow_up = officer.get(f"{page}/follow-up")
    early = {"claimant": "Hakija", "demand": "a", "grounds": "b", "received_on": "2027-06-01"}
    refused = officer.submit(follow_up, "#claim", status=422, **early)
    assert refused.form("#claim").values["demand"] == ["a"]
    officer.submit(refused, "#claim", received_on=NOW.date().isoformat())
    shown = officer.get(f"{page}/follow-up")
    officer.submit(shown, "#correction", cause="clerical", errors_found="Päiväys.")
    assert len(officer.get(f"{page}/follow-up").soup.select("#chain li")) == 2


def test_the_page_of_letters_counts_them_and_stops_and_starts_them(studio):
    officer, decider = studio.log_in("esittelija", "en"), studio.log_in("ratkaisija", "en")
    page = address_of(studio, "MATKA-XR")
    present(officer, page)
    decider.submit(decider.get(page), "#approve")
    path = f"/funder/calls/{studio.call_id}/letters"
    officer.submit(officer.get(path), 'form[action$="/stop"]')
    assert len(officer.get(path).soup.select("#stuck li")) == 1
    officer.submit(officer.get(path), 'form[action$="/retry"]')
    run_due_jobs(studio.tools, NOW)
    bar = officer.get(path).soup.select_one("progress")
    assert (bar["value"], bar["max"]) == ("1", "1")
