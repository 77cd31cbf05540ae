"""After a decision: the clock of review, claims and their answers, corrections and the chain they make."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.domain.decision_links import Cause, Effect
from app.domain.errors import ConflictOfInterest, InvalidInput, NotPermitted, StepNotAllowed
from app.domain.lifecycle import ClaimState, DecisionState
from app.models import Call, RectificationClaim
from app.queries.calls import list_funded_projects
from app.queries.decision_chain import find_chain, find_superseding
from app.queries.funder.approvals import sum_budget
from app.queries.steering import list_rounds
from app.queries.verification import find_letter
from app.services.decision import claims, decisions, follow_ups, reductions, serving
from app.services.evaluation.conflicts import ConflictInput, record_conflict
from tests.services.decided_round import NOW, DecidedRound

LAST_DAY = date(2027, 10, 4)
"""1 September 2027 + 3 days + 30 days: Monday 4 October."""


def claim(decided: DecidedRound, acronym: str = "HYVÄDATA", days: int = 5, **more: str):
    """Register a claim that arrived some days after the service."""
    moment = NOW + timedelta(days=days)
    texts = {"claimant": "Hakija", "demand": "Päätös on kumottava.", "grounds": "Pisteet."} | more
    given = claims.ClaimInput(received_at=moment, channel="mail", **texts)
    with decided.tools.database.unit_of_work() as session:
        officer = decided.actor("esittelija")
        return claims.register_claim(
            session, decided.newest(acronym), given, officer, moment + timedelta(hours=1)
        ).id


def answer(decided: DecidedRound, claim_id, **texts: object):
    """Draft the answer to a claim with what the officer writes."""
    with decided.tools.database.unit_of_work() as session:
        officer = decided.actor("esittelija")
        drafted = claims.draft_answer(session, claim_id, officer, NOW).id
        decisions.update_draft(session, drafted, texts, officer, NOW)
    return drafted


def correct(decided: DecidedRound, cause: Cause, *errors: str, acronym: str = "HYVERKKO"):
    """Draft a correction."""
    with decided.tools.database.unit_of_work() as session:
        wish = follow_ups.Correction(cause, errors)
        officer = decided.actor("esittelija")
        key = decided.newest(acronym)
        return follow_ups.correct_decision(session, key, wish, officer, NOW).id


def test_the_last_day_for_review_is_counted_at_service(decided):
    assert decided.find(decided.newest("HYVERKKO")).review_until == LAST_DAY


def test_a_posted_letter_counts_from_its_posting_by_its_own_rule(decided):
    key = decided.newest("SUPERPK")
    with decided.tools.database.unit_of_work() as session:
        fields = {"service_method": "letter"}
        decisions.update_draft(session, key, fields, decided.actor("esittelija"), NOW)
    decided.issue(key, is_served=False)
    with pytest.raises(InvalidInput):
        decided.serve(key, posted_on=NOW.date() - timedelta(days=1))
    decided.serve(key, posted_on=NOW.date())
    served = decided.find(key)
    assert served.review_until == date(2027, 10, 8)
    assert json.loads(served.content)["service"]["method"] == "letter"


def test_a_decision_is_final_only_when_its_last_day_is_over(decided):
    with decided.tools.database.unit_of_work() as session:
        assert serving.make_final(session, LAST_DAY, NOW) == 0
        assert serving.make_final(session, LAST_DAY + timedelta(days=1), NOW) == 3


def test_an_open_claim_keeps_its_decision_from_becoming_final(decided):
    claim(decided)
    with decided.tools.database.unit_of_work() as session:
        serving.make_final(session, LAST_DAY + timedelta(days=1), NOW)
    assert decided.find(decided.newest("HYVÄDATA")).state is DecisionState.SERVED


@pytest.mark.parametrize("missing", ["claimant", "demand", "grounds"])
def test_a_claim_without_its_contents_is_refused(decided, missing):
    with pytest.raises(InvalidInput) as caught:
        claim(decided, **{missing: "  "})
    assert [each.field for each in caught.value.problems] == [missing]


def test_only_a_served_decision_can_be_claimed_against(decided):
    with pytest.raises(StepNotAllowed):
        claim(decided, "SUPERPK")


def test_a_claim_is_answered_by_a_decision_of_its_own_with_the_way_to_court(decided):
    claim_id = claim(decided)
    key = answer(decided, claim_id, reasons=["Arvioinnissa ei ole virhettä."])
    decided.issue(key)
    record = json.loads(decided.find(key).content)
    assert record["template"] == "rectification_decision"
    assert record["court"]["name"] == "Itä-Suomen hallinto-oikeus"
    assert record["review"] is None
    assert record["original"]["claimed_on"] == "2027-09-06"
    with decided.tools.database.reading() as session:
        assert session.get_one(RectificationClaim, claim_id).state is ClaimState.ANSWERED
        chain = find_chain(session, key)
    assert [each.effect for each in chain] == [None, Effect.UPHOLDS]
    assert find_superseding(chain, chain[0].id) is None


def test_an_answer_that_changes_the_decision_supersedes_it(decided):
    key = answer(decided, claim(decided), reasons=["Pisteet."], changes=["Hakemus hyväksytään."])
    decided.issue(key)
    with decided.tools.database.reading() as session:
        chain = find_chain(session, key)
    assert (chain[0].superseded_by, chain[1].effect) == (2, Effect.AMENDS)


def support(decided: DecidedRound, key, share: Decimal) -> Decimal:
    """Set the support of each partner to a share of what it applied for; return the total."""
    tools, officer = decided.tools, decided.actor("esittelija")
    with tools.database.unit_of_work() as session:
        row = decisions.get_decision(session, key)
        partners = reductions.list_partner_supports(session, tools.registers, row)
        assert {each.granted for each in partners} == {Decimal(0)}
        amounts = {each.key: (each.applied * share).quantize(Decimal("0.01")) for each in partners}
        wish = reductions.SupportWish(amounts, ())
        reductions.set_partner_supports(session, tools.registers, key, wish, officer, NOW)
    return wish.total


def test_an_upheld_claim_sets_the_support_anew_and_its_letter_says_so(decided):
    key = answer(decided, claim(decided), reasons=["Pisteet."], changes=["Tuki myönnetään."])
    total = support(decided, key, Decimal("0.5"))
    decided.issue(key)
    record, stored = json.loads(decided.find(key).content), decided.find(key)
    assert (record["decision"]["support_total"], stored.support) == (f"{total:.2f}", total)
    assert sum(Decimal(each["support"]) for each in record["partners"]) == total
    with decided.tools.database.reading() as session:
        funded = {each.acronym: each.support for each in list_funded_projects(session)}
        shown = find_letter(session, stored.verification_code)
    assert (funded["HYVÄDATA"], shown.kind, shown.support) == (total, stored.kind, total)


def test_an_answer_grants_no_more_than_was_applied_for_and_never_in_silence(decided):
    key = answer(decided, claim(decided), reasons=["Pisteet."])
    with pytest.raises(InvalidInput) as caught:
        support(decided, key, Decimal("1.01"))
    assert {each.code for each in caught.value.problems} == {"over_applied"}
    support(decided, key, Decimal("0.5"))
    with pytest.raises(InvalidInput) as caught:
        decided.present(key)
    assert "decision.changes" in {each.field for each in caught.value.problems}


def test_a_claim_is_not_upheld_beyond_the_money_of_the_call(decided):
    key = answer(decided, claim(decided), reasons=["Pisteet."], changes=["Tuki myönnetään."])
    support(decided, key, Decimal(1))
    with decided.tools.database.unit_of_work() as session:
        session.get_one(Call, decided.find(key).call_id).budget = Decimal(1)
    decided.present(key)
    with pytest.raises(InvalidInput) as caught:
        decided.approve(key)
    assert [each.code for each in caught.value.problems] == ["over_budget"]


def test_an_answer_without_reasons_cannot_be_presented(decided):
    key = answer(decided, claim(decided))
    with pytest.raises(InvalidInput) as caught:
        decided.present(key)
    assert {(each.field, each.data["place"]) for each in caught.value.problems} == {
        ("decision.reasons", "draft")
    }


def test_a_late_claim_is_registered_and_its_answer_does_not_examine_it(decided):
    claim_id = claim(decided, days=40)
    key = answer(decided, claim_id, reasons=["Vaatimus saapui määräajan jälkeen."])
    decided.present(key)
    assert json.loads(decided.find(key).content)["original"]["last_day"] == "2027-10-04"


def test_a_claim_is_taken_back_by_its_maker_and_only_before_it_is_prepared(decided):
    first, second = claim(decided), claim(decided)
    with pytest.raises(NotPermitted), decided.tools.database.unit_of_work() as session:
        claims.withdraw_claim(session, first, decided.actor("ratkaisija"), NOW)
    answer(decided, second)
    with pytest.raises(StepNotAllowed), decided.tools.database.unit_of_work() as session:
        claims.withdraw_claim(session, second, decided.actor("esittelija"), NOW)
    with decided.tools.database.unit_of_work() as session:
        claims.withdraw_claim(session, first, decided.actor("esittelija"), NOW)
        states = sa.select(RectificationClaim.state).order_by(RectificationClaim.number)
        assert list(session.scalars(states)) == [ClaimState.WITHDRAWN, ClaimState.IN_PREPARATION]


@pytest.mark.parametrize(
    ("cause", "errors", "law"),
    [
        (Cause.CLERICAL, ("Y-tunnus.",), "correction"),
        (Cause.INSTRUCTION, (), "reissue"),
    ],
)
def test_a_corrected_letter_replaces_the_one_before_and_says_so(decided, cause, errors, law):
    earlier = decided.newest("HYVERKKO")
    key = correct(decided, cause, *errors)
    decided.issue(key)
    record = json.loads(decided.find(key).content)
    assert (record["template"], record[law]["date"]) == ("grant", "2027-09-01")
    with decided.tools.database.unit_of_work() as session:
        chain = find_chain(session, earlier)
        assert find_superseding(chain, earlier).id == key
        serving.make_final(session, LAST_DAY + timedelta(days=1), NOW)
    assert decided.find(earlier).state is DecisionState.SERVED


def test_money_counts_once_however_many_decisions_a_matter_has(decided):
    with decided.tools.database.reading() as session:
        before = [(each.acronym, each.support) for each in list_funded_projects(session)]
        rounds = [each.granted for each in list_rounds(session)]
    decided.issue(correct(decided, Cause.CLERICAL, "Päiväys."))
    key = answer(decided, claim(decided, "HYVERKKO"), reasons=["Päätös on oikea."])
    decided.issue(key)
    with decided.tools.database.reading() as session:
        assert [(each.acronym, each.support) for each in list_funded_projects(session)] == before
        assert [each.granted for each in list_rounds(session)] == rounds
        call = session.scalars(sa.select(Call)).one()
        assert sum_budget(session, call).approved == before[0][1]


def test_an_error_of_fact_is_corrected_by_an_amending_decision(decided):
    key = correct(decided, Cause.FACTUAL, "Toteutusaika oli väärä.")
    with pytest.raises(InvalidInput) as caught:
        decided.present(key)
    assert {each.field for each in caught.value.problems} == {
        "decision.changes",
        "decision.reasons",
    }


def test_a_correction_says_what_was_wrong_and_waits_for_the_one_before(decided):
    with pytest.raises(InvalidInput):
        correct(decided, Cause.CLERICAL)
    correct(decided, Cause.CLERICAL, "Päiväys.")
    with pytest.raises(StepNotAllowed):
        correct(decided, Cause.CLERICAL, "Päiväys.", acronym="HYVERKKO")


@pytest.mark.parametrize("name", ["esittelija", "ratkaisija"])
def test_no_decision_is_approved_while_either_of_the_two_has_a_conflict(decided, name):
    key = decided.newest("SUPERPK")
    decided.present(key)
    with decided.tools.database.unit_of_work() as session:
        person, given = decided.actor(name), ConflictInput("HL 28.1 § 1", "declared")
        record_conflict(
            session, decided.find(key).application_id, person.user_id, given, person, NOW
        )
    with pytest.raises(ConflictOfInterest):
        decided.approve(key)
    assert decided.find(key).state is DecisionState.PRESENTED


def test_an_officer_with_a_conflict_neither_edits_nor_presents(decided):
    key, officer = decided.newest("SUPERPK"), decided.actor("esittelija")
    with decided.tools.database.unit_of_work() as session:
        given = ConflictInput("HL 28.1 § 1", "declared")
        record_conflict(
            session, decided.find(key).application_id, officer.user_id, given, officer, NOW
        )
    with pytest.raises(ConflictOfInterest):
        decided.present(key)
    with pytest.raises(ConflictOfInterest), decided.tools.database.unit_of_work() as session:
        decisions.update_draft(session, key, {"reasons": ["Teksti."]}, officer, NOW)


def test_no_grant_is_approved_beyond_the_budget_of_the_call(decided):
    key = decided.newest("AKKUKIERTO")
    with decided.tools.database.unit_of_work() as session:
        call = session.get_one(Call, decided.find(key).call_id)
        call.budget = decided.find(decided.newest("HYVERKKO")).support
    decided.present(key)
    with pytest.raises(InvalidInput) as caught:
        decided.approve(key)
    assert [each.code for each in caught.value.problems] == ["over_budget"]
