from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.routing.bids import DECLARED, Bid, BidRule, InvalidBidRule, combine, combine_all

SHARES = st.fractions(0, 1, max_denominator=1000)
RULES = st.builds(BidRule, SHARES, SHARES, SHARES)


def test_a_wish_adds_a_quarter_of_what_is_missing_and_reluctance_takes_half():
    half = Fraction(1, 2)
    assert [combine(half, bid).score for bid in (Bid.WANT, Bid.CAN, None, Bid.RATHER_NOT)] == [
        Fraction(5, 8),
        half,
        half,
        Fraction(1, 4),
    ]


def test_nobody_bids_their_way_to_an_application_they_know_nothing_of():
    assert combine(Fraction(9, 100), Bid.WANT).score == Fraction(9, 100)


def test_a_declared_conflict_forbids_even_a_pair_without_affinity():
    pairs = {("A", "E"): Fraction(1, 2), ("B", "E"): Fraction(1, 2)}
    moved, forbidden = combine_all(pairs, {("A", "E"): Bid.CONFLICT, ("C", "E"): Bid.CONFLICT})
    assert {pair: each.score for pair, each in moved.items()} == {
        ("A", "E"): 0,
        ("B", "E"): Fraction(1, 2),
    }
    assert forbidden == {("A", "E"): DECLARED, ("C", "E"): DECLARED}
    assert moved["A", "E"].before == Fraction(1, 2)


@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_rule_with_a_share_outside_its_range_is_refused(share):
    with pytest.raises(InvalidBidRule):
        BidRule(want=share)


@given(SHARES, RULES)
def test_the_order_of_bids_holds_for_every_rule(affinity, rule):
    order = [Bid.CONFLICT, Bid.RATHER_NOT, Bid.CAN, Bid.WANT]
    scores = [combine(affinity, bid, rule).score for bid in order]
    assert scores == sorted(scores)
    assert all(0 <= score <= 1 for score in scores)
    assert combine(affinity, None, rule).score == affinity


@given(SHARES, SHARES, RULES, st.sampled_from(Bid))
def test_who_knows_more_is_never_behind_after_the_same_bid(one, other, rule, bid):
    low, high = sorted((one, other))
    assert combine(low, bid, rule).score <= combine(high, bid, rule).score
