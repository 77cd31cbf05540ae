from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregate import rounded, total
from scoring.lottery import SeedTooShort, draw_order
from scoring.ranking import (
    Candidate,
    DuplicateCandidate,
    FundingOutcome,
    Ranked,
    SkipNotAllowed,
    TieBreakStep,
    TieNeedsLot,
    TieUnresolved,
    draw_funding_line,
    rank,
)
from scoring.rubric import CriterionSum, LotDrawn, LowerSupportPerCompany
from tests.unit.scoring import demo_round
from tests.unit.scoring.demo_round import BUDGET, RUBRIC

SEED = bytes(range(32))


def demo_candidates():
    support = {
        row["application"]: Decimal(row["support_eur"])
        for row in demo_round.evaluations()["ranking"]
    }
    rows = demo_round.applications()
    candidates = []
    for entry in demo_round.evaluations()["scores"]:
        name, scores = entry["application"], demo_round.final(entry)
        if name in support:
            companies = rows[name]["companies_count"]
            candidates.append(
                Candidate(name, total(RUBRIC, scores), scores, support[name], companies)
            )
    return candidates


def candidate(name, support="100.00", companies=5, **scores):
    base = {each.id: Fraction(3) for each in RUBRIC.criteria}
    final = base | {key: Fraction(value) for key, value in scores.items()}
    return Candidate(name, total(RUBRIC, final), final, Decimal(support), companies)


def order(ranked):
    return [each.candidate.id for each in ranked]


def test_the_demo_ranking_and_funding_line_are_reproduced():
    ranked = rank(RUBRIC, demo_candidates())
    line = draw_funding_line(ranked, BUDGET)
    totals = {each.candidate.id: str(rounded(each.candidate.total)) for each in ranked}
    rows = [
        {
            "position": row.position,
            "application": row.id,
            "total": totals[row.id],
            "support_eur": str(row.support),
            "funded": row.outcome is FundingOutcome.FUNDED,
            "left_eur": str(row.left),
        }
        for row in line.rows
    ]
    expected = [
        {key: value for key, value in row.items() if key != "acronym"}
        for row in demo_round.evaluations()["ranking"]
    ]
    assert rows == expected
    assert (line.awarded, line.left) == (Decimal("4622208.76"), Decimal("177791.24"))
    assert (line.reserve, line.stopped_at) == (("DEMO-09",), "DEMO-09")


def test_a_tie_is_broken_in_the_order_of_the_call():
    # C2 weighs 18/5 = 3.6, C6 and C7 1.8 each: one more C2 equals one more of both.
    strong_network = candidate("B", C2=4)
    strong_plan = candidate("A", C6=4, C7=4)
    ranked = rank(RUBRIC, [strong_plan, strong_network])
    rule = CriterionSum(("C2",))
    assert ranked == (
        Ranked(1, strong_network, (TieBreakStep(rule, Fraction(4), ("A",), decided=True),)),
        Ranked(2, strong_plan, (TieBreakStep(rule, Fraction(3), ("B",), decided=True),)),
    )


def test_without_a_tie_there_is_no_trace():
    assert [each.trace for each in rank(RUBRIC, [candidate("A"), candidate("B", C1=4)])] == [(), ()]


def test_lower_support_per_company_goes_first_and_no_company_last():
    tied = [
        candidate("A", "100.00", 0),
        candidate("B", "100.00", 4),
        candidate("C", "100.00", 5),
    ]
    ranked = rank(RUBRIC, tied)
    assert order(ranked) == ["C", "B", "A"]
    assert [each.trace[-1].value for each in ranked] == [20, 25, None]
    assert ranked[0].trace[-1].rule == LowerSupportPerCompany()
    assert [step.decided for step in ranked[0].trace] == [False, False, False, False, True]


def test_a_tie_to_the_end_asks_for_one_draw_of_all_groups():
    tied = [candidate("B"), candidate("A"), candidate("D", C1=4), candidate("C", C1=4)]
    with pytest.raises(TieNeedsLot) as caught:
        rank(RUBRIC, tied)
    assert caught.value.groups == (("A", "B"), ("C", "D"))
    assert caught.value.ids == ("A", "B", "C", "D")


def test_a_lot_ends_a_tie_and_is_traced():
    ranked = rank(RUBRIC, [candidate("A"), candidate("B")], {"A": 2, "B": 1})
    assert order(ranked) == ["B", "A"]
    assert ranked[0].trace[-1] == TieBreakStep(LotDrawn(), Fraction(1), ("A",), decided=True)


@pytest.mark.parametrize("lot", [{}, {"A": 1}, {"A": 1, "B": 1}])
def test_an_incomplete_or_equal_lot_does_not_end_a_tie(lot):
    with pytest.raises(TieNeedsLot):
        rank(RUBRIC, [candidate("A"), candidate("B")], lot)


def test_a_lot_that_the_call_did_not_announce_is_not_used():
    no_lot = replace(RUBRIC, tie_break=(CriterionSum(("C2",)),))
    with pytest.raises(TieUnresolved) as caught:
        rank(no_lot, [candidate("A"), candidate("B")], {"A": 1, "B": 2})
    assert not isinstance(caught.value, TieNeedsLot)


def test_an_application_cannot_be_ranked_twice():
    with pytest.raises(DuplicateCandidate):
        rank(RUBRIC, [candidate("A"), candidate("A")])


def test_the_line_stops_at_the_first_misfit_even_if_a_smaller_one_would_fit():
    ranked = rank(
        RUBRIC,
        [candidate("A", "60.00", C1=5), candidate("B", "60.00", C1=4), candidate("C", "30.00")],
    )
    line = draw_funding_line(ranked, Decimal("100.00"))
    assert (line.funded, line.reserve, line.left) == (("A",), ("B", "C"), Decimal("40.00"))
    assert [row.reserve_place for row in line.rows] == [None, 1, 2]


def test_a_reasoned_skip_funds_the_next_and_keeps_the_skipped_first_in_reserve():
    ranked = rank(
        RUBRIC,
        [
            candidate("A", "60.00", C1=5),
            candidate("B", "60.00", C1=4),
            candidate("C", "30.00", C1=3),
            candidate("D", "30.00", C1=2),
        ],
    )
    line = draw_funding_line(ranked, Decimal("100.00"), {"B": " Full support does not fit "})
    assert [row.outcome for row in line.rows] == [
        FundingOutcome.FUNDED,
        FundingOutcome.SKIPPED,
        FundingOutcome.FUNDED,
        FundingOutcome.RESERVE,
    ]
    assert line.rows[1].skip_reason == "Full support does not fit"
    assert (line.reserve, line.stopped_at, line.left) == (("B", "D"), "D", Decimal("10.00"))


@pytest.mark.parametrize(
    "skips", [{"B": " "}, {"A": "because"}, {"C": "because"}, {"B": "because", "X": "because"}]
)
def test_a_skip_without_cause_is_refused(skips):
    ranked = rank(
        RUBRIC,
        [candidate("A", "60.00", C1=5), candidate("B", "60.00", C1=4), candidate("C", "30.00")],
    )
    with pytest.raises(SkipNotAllowed):
        draw_funding_line(ranked, Decimal("100.00"), skips)


def test_a_budget_that_is_met_exactly_funds_all():
    line = draw_funding_line(rank(RUBRIC, [candidate("A", "100.00")]), Decimal("100.00"))
    assert (line.funded, line.left, line.stopped_at) == (("A",), Decimal("0.00"), None)


@st.composite
def rankings(draw):
    supports = draw(st.lists(st.integers(1, 10**8), max_size=12))
    return [
        Ranked(number, Candidate(str(number), Fraction(0), {}, Decimal(cents) / 100))
        for number, cents in enumerate(supports, start=1)
    ]


@given(rankings(), st.integers(0, 3 * 10**8))
def test_a_funding_line_never_exceeds_the_budget_and_loses_no_cent(ranked, cents):
    budget = Decimal(cents) / 100
    line = draw_funding_line(ranked, budget)
    funded = [each for each in ranked if each.candidate.id in line.funded]
    assert sum((each.candidate.support for each in funded), Decimal(0)) == line.awarded
    assert line.awarded + line.left == budget
    assert line.left >= 0
    assert line.funded + line.reserve == tuple(each.candidate.id for each in ranked)


@given(
    st.lists(st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(0, 2)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_input_never_changes_the_ranking(kinds, random):
    candidates = [
        candidate(f"A{number}", companies=companies, C2=c2, C4=c4)
        for number, (c2, c4, companies) in enumerate(kinds)
    ]
    lot = draw_order("CALL", (each.id for each in candidates), SEED).positions
    shuffled = list(candidates)
    random.shuffle(shuffled)
    ranked = rank(RUBRIC, candidates, lot)
    assert rank(RUBRIC, shuffled, lot) == ranked
    assert [each.position for each in ranked] == list(range(1, len(ranked) + 1))
    totals = [each.candidate.total for each in ranked]
    assert totals == sorted(totals, reverse=True)


def test_a_draw_is_reproduced_from_its_seed():
    draw = draw_order("CALL", ["DEMO-03", "DEMO-05", "DEMO-03"], SEED)
    assert draw == draw_order("CALL", ["DEMO-05", "DEMO-03"], SEED)
    assert draw.seed == SEED.hex()
    assert [lot.position for lot in draw.lots] == [1, 2]
    assert [lot.digest for lot in draw.lots] == sorted(lot.digest for lot in draw.lots)


def test_another_seed_gives_other_digests():
    other = draw_order("CALL", ["A", "B"], SEED[::-1])
    assert {lot.digest for lot in other.lots}.isdisjoint(
        lot.digest for lot in draw_order("CALL", ["A", "B"], SEED).lots
    )


def test_a_short_seed_is_refused():
    with pytest.raises(SeedTooShort):
        draw_order("CALL", ["A"], b"short")
