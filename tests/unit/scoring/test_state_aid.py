from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.state_aid import PriorAid, Reduction, counted_aid, headroom, reduce_support
from tests.unit.scoring import demo_round

AWARD = date(2027, 8, 31)
CENTS = st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)


def demo_aid():
    return [
        PriorAid(date.fromisoformat(row["date"]), Decimal(row["amount_eur"]), row["grantor"])
        for row in demo_round.applications()["DEMO-11"]["de_minimis"]
    ]


def test_the_demo_reduction_is_reproduced():
    case = demo_round.evaluations()["de_minimis_case"]
    left = headroom(demo_aid(), AWARD)
    reduction = reduce_support(Decimal(case["applied_eur"]), left)
    assert str(left) == case["headroom_eur"]
    assert str(reduction.reduction) == case["reduction_eur"] == "28705.20"
    applied = Decimal(demo_round.applications()["DEMO-11"]["totals"]["support_applied_eur"])
    assert applied - reduction.reduction == Decimal("531399.88")


@pytest.mark.parametrize(
    ("granted_on", "counts"),
    [
        (date(2024, 8, 31), False),
        (date(2024, 9, 1), True),
        (date(2027, 8, 31), True),
        (date(2027, 9, 1), False),
    ],
)
def test_the_three_years_end_with_the_day_of_the_award(granted_on, counts):
    assert bool(counted_aid([PriorAid(granted_on, Decimal(1))], AWARD)) is counts


def test_a_leap_day_award_counts_from_the_first_of_march():
    aid = [PriorAid(date(2025, 2, 28), Decimal(1)), PriorAid(date(2025, 3, 1), Decimal(2))]
    assert counted_aid(aid, date(2028, 2, 29)) == (aid[1],)


def test_headroom_is_never_negative():
    assert headroom([PriorAid(AWARD, Decimal(300001))], AWARD) == Decimal(0)


def test_support_within_the_headroom_is_not_reduced():
    assert reduce_support(Decimal(5), Decimal(5)) == Reduction(Decimal(5), Decimal(5), Decimal(0))


@given(CENTS, CENTS)
def test_what_is_granted_and_cut_adds_up(applied, available):
    reduction = reduce_support(applied, available)
    assert reduction.granted + reduction.reduction == applied
    assert reduction.granted <= available
    assert reduction.reduction >= 0
