from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import formats

CLOSES = datetime(2027, 3, 31, 13, 15, tzinfo=UTC)


def plain(text: str) -> str:
    """Return a text with ordinary spaces, which read better in a test."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fi", "622 560,48 €"), ("sv", "622 560,48 €"), ("en", "€622,560.48")],
)
def test_cents_and_euros_are_the_same_money(language, shown):
    assert plain(formats.format_money(62_256_048, language)) == shown
    assert plain(formats.format_money(Decimal("622560.48"), language)) == shown


def test_whole_euros_round_half_up():
    assert plain(formats.format_money(Decimal("1000.50"), "fi", cents=False)) == "1 001 €"
    assert formats.format_money(Decimal("-1000.50"), "en", cents=False) == "-€1,001"


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_no_cent_is_lost_in_writing(cents):
    shown = formats.format_money(cents, "en").replace("€", "").replace(",", "")
    assert Decimal(shown).scaleb(2) == cents


@pytest.mark.parametrize("value", [1.5, True, "12"])
def test_an_inexact_number_is_refused(value):
    with pytest.raises(TypeError):
        formats.format_number(value, "fi")


def test_a_fraction_is_rounded_exactly_and_half_up():
    assert formats.format_number(Fraction(11, 3), "fi") == "3,67"
    assert formats.format_number(Fraction(1, 8), "en") == "0.13"
    assert formats.format_number(Fraction(-1, 8), "en") == "-0.13"


@given(st.fractions(), st.integers(min_value=0, max_value=4))
def test_rounding_is_never_off_by_more_than_half_a_unit(number, decimals):
    rounded = formats.round_half_up(number, decimals)
    assert abs(Fraction(rounded) - number) <= Fraction(1, 2 * 10**decimals)


def test_needless_zeros_are_left_out_when_asked():
    shown = [
        formats.format_number(Decimal(text), "fi", least_decimals=0)
        for text in ("3.00", "3.50", "3.67")
    ]
    assert shown == ["3", "3,5", "3,67"]


@pytest.mark.parametrize(
    ("language", "shown"), [("fi", "12,5 %"), ("sv", "12,5 %"), ("en", "12.5%")]
)
def test_a_percentage_is_given_in_per_cents(language, shown):
    assert plain(formats.format_percent(Decimal("12.50"), language)) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fi", "keskiviikkona 31.3.2027 klo 16.15 (Suomen aika)"),
        ("sv", "onsdag 31.3.2027 kl. 16.15 (finsk tid)"),
        ("en", "Wednesday 31 March 2027 at 16:15 (Finnish time)"),
    ],
)
def test_a_deadline_has_weekday_and_zone(language, shown):
    assert plain(formats.format_moment(CLOSES, language, weekday=True, zone=True)) == shown


def test_finnish_time_follows_the_summer():
    winter = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert formats.format_clock(winter, "fi") == "2.59"
    assert formats.format_clock(winter + timedelta(minutes=1), "fi") == "4.00"


def test_the_day_of_a_moment_is_the_finnish_day():
    late = datetime(2027, 3, 30, 22, 0, tzinfo=UTC)
    assert formats.format_day(late, "fi") == "31.3.2027"
    assert formats.format_day(date(2027, 3, 30), "fi") == "30.3.2027"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        formats.format_moment(datetime(2027, 3, 31, 13, 15), "fi")  # noqa: DTZ001 - that is the point


def test_a_length_is_told_in_its_two_largest_units():
    assert formats.split_duration(timedelta(days=12, hours=3, minutes=5)) == (
        ("day", 12),
        ("hour", 3),
    )
    assert formats.split_duration(timedelta(days=2, minutes=5)) == (("day", 2),)
    assert formats.split_duration(timedelta(hours=1, minutes=5)) == (("hour", 1), ("minute", 5))
    assert formats.split_duration(timedelta(seconds=59)) == ()
    assert formats.split_duration(timedelta(seconds=-5)) == ()


@pytest.mark.parametrize(
    ("size", "language", "shown"),
    [
        (999, "fi", "999 t"),
        (1_400, "sv", "1 kB"),
        (1_400_000, "fi", "1,4 Mt"),
        (10**10, "en", "10 GB"),
    ],
)
def test_a_file_size_uses_the_languages_units(size, language, shown):
    assert plain(formats.format_size(size, language)) == shown


def test_nothing_is_shown_as_a_dash():
    shown = {
        formats.format_money(None, "fi"),
        formats.format_number(None, "fi"),
        formats.format_percent(None, "fi"),
        formats.format_day(None, "fi"),
        formats.format_moment(None, "fi"),
        formats.format_clock(None, "fi"),
        formats.format_size(None, "fi"),
    }
    assert shown == {"–"}


@given(st.integers(), st.integers(min_value=0), st.integers(min_value=1, max_value=1000))
def test_a_bar_stays_within_its_frame(value, limit, full):
    assert 0 <= formats.bar_width(value, limit, full) <= full


@pytest.mark.parametrize(
    ("column", "decimals"),
    [
        ([], 0),
        ([Decimal(3), None, Decimal("3.00")], 0),
        ([Decimal("2.5"), Decimal(3)], 1),
        ([Fraction(2, 3), 4], 2),
        ([Decimal("66.304"), Decimal("86.70")], 1),
    ],
)
def test_the_numbers_of_a_column_share_their_decimals(column, decimals):
    assert formats.shared_decimals(column) == decimals


@pytest.mark.parametrize(("language", "shown"), [("fi", "16.15"), ("sv", "16.15"), ("en", "16:15")])
def test_an_hour_of_a_register_is_written_as_the_language_does(language, shown):
    assert formats.format_hour("16:15", language) == shown
