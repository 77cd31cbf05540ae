from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.tracking import (
    CoefficientMissing,
    Coefficients,
    FieldShare,
    SharesNotWhole,
    Tracked,
    UnknownField,
    sum_tracked,
    track_support,
)
from tests.unit.scoring import demo_round

REGISTER = {
    code: Coefficients(Decimal(climate), Decimal(environment), Decimal(digital))
    for code, climate, environment, digital in (
        ("013", 0, 0, 100),
        ("015", 40, 0, 100),
        ("017", 40, 0, 100),
        ("019", 0, 0, 100),
        ("023", 0, 0, 40),
        ("028", 0, 0, 40),
        ("029", 100, 40, 0),
        ("030", 40, 100, 0),
    )
} | {"188": Coefficients(None, None, None)}


def fields(name):
    return [
        FieldShare(code, Decimal(share))
        for code, share in demo_round.applications()[name]["intervention_fields"]
    ]


def test_the_worked_example_is_reproduced():
    tracked = track_support(Decimal("622560.48"), fields("DEMO-01"), REGISTER)
    assert tracked == Tracked(
        Decimal("622560.48"), Decimal("373536.29"), Decimal("149414.52"), Decimal("99609.68")
    )
    shares = [tracked.percent(each, 0) for each in (tracked.climate, tracked.environment)]
    assert shares == [Decimal(60), Decimal(24)]


def test_the_demo_portfolio_is_reproduced():
    portfolio = sum_tracked(
        track_support(Decimal(row["support_eur"]), fields(row["application"]), REGISTER)
        for row in demo_round.evaluations()["ranking"]
        if row["funded"]
    )
    assert portfolio.support == Decimal("4622208.76")
    assert portfolio.percent(portfolio.climate) == Decimal("42.6")
    assert portfolio.percent(portfolio.environment) == Decimal("28.4")
    assert portfolio.percent(portfolio.digital) == Decimal("34.5")


def test_an_empty_portfolio_tracks_nothing():
    assert sum_tracked([]).percent(Decimal(0)) == Decimal("0.0")


def test_a_field_without_confirmed_coefficients_cannot_be_tracked():
    with pytest.raises(CoefficientMissing):
        track_support(Decimal(1), [FieldShare("188", Decimal(100))], REGISTER)


def test_an_unknown_field_is_refused():
    with pytest.raises(UnknownField):
        track_support(Decimal(1), [FieldShare("999", Decimal(100))], REGISTER)


@pytest.mark.parametrize("share", ["99.99", "100.01"])
def test_shares_must_add_up_to_a_hundred(share):
    with pytest.raises(SharesNotWhole) as caught:
        track_support(Decimal(1), [FieldShare("029", Decimal(share))], REGISTER)
    assert caught.value.got == Decimal(share)


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_tracked_euros_never_exceed_the_support(cents, share):
    register = {
        "A": Coefficients(Decimal(100), Decimal(40), Decimal(0)),
        "B": Coefficients(Decimal(0), Decimal(100), Decimal(100)),
    }
    support = Decimal(cents) / 100
    shares = [FieldShare("A", Decimal(share)), FieldShare("B", Decimal(100 - share))]
    tracked = track_support(support, shares, register)
    assert tracked.climate + tracked.digital <= support + Decimal("0.01")
    assert max(tracked.climate, tracked.environment, tracked.digital) <= support
