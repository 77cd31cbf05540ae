from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rounding import exact, half_up, is_whole_cents, round_down


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("0.0049"), "0.00"),
        (Decimal("2.675"), "2.68"),
        (Fraction(2, 3), "0.67"),
        (7, "7.00"),
    ],
)
def test_halves_go_away_from_zero(value, expected):
    assert str(half_up(value)) == expected


def test_large_amounts_keep_every_digit():
    assert half_up(10**40 + Fraction(1, 2), 0) == Decimal(10**40 + 1)


def test_an_upper_limit_is_rounded_down():
    assert round_down(Decimal("266468.669")) == Decimal("266468.66")
    assert round_down(Fraction(-1, 3)) == Decimal("-0.34")


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        exact(0.1)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1.00", True), ("1.5", True), ("1.005", False), ("NaN", False), ("Infinity", False)],
)
def test_whole_cents_are_recognised(amount, expected):
    assert is_whole_cents(Decimal(amount)) is expected


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_by_half_a_unit_at_most(value, places):
    assert abs(Fraction(half_up(value, places)) - value) <= Fraction(1, 2 * 10**places)
    assert 0 <= value - Fraction(round_down(value, places)) < Fraction(1, 10**places)
