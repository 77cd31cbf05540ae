"""Laws of the conversion between UTC and Finnish clocks, and of the deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.times import (
    at_local_time,
    is_late,
    local_date,
    start_of_local_day,
    to_local,
    to_utc,
)

MOMENTS = st.datetimes(
    datetime(2021, 1, 1),  # noqa: DTZ001 - the zone is added
    datetime(2035, 12, 31),  # noqa: DTZ001 - the zone is added
    timezones=st.just(UTC),
)
DAYS = st.dates(date(2021, 1, 1), date(2035, 12, 31))


def is_repeated(moment: datetime) -> bool:
    """Tell whether the local time of a moment comes twice, and this is the second time."""
    return to_local(moment).fold == 1


@given(MOMENTS)
def test_a_moment_survives_the_way_to_finnish_time_and_back(moment: datetime) -> None:
    assert to_utc(to_local(moment)) == moment


@given(MOMENTS)
def test_the_finnish_clock_names_the_moment_except_in_the_hour_that_comes_twice(
    moment: datetime,
) -> None:
    local = to_local(moment)
    named = at_local_time(local.date(), local.time().replace(fold=0))
    assert moment - named == (timedelta(hours=1) if is_repeated(moment) else timedelta(0))


@given(DAYS)
def test_a_finnish_day_begins_when_its_date_begins(day: date) -> None:
    start = start_of_local_day(day)
    assert local_date(start) == day
    assert local_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(DAYS)
def test_a_day_has_24_hours_but_for_two_days_of_the_year(day: date) -> None:
    hours = (start_of_local_day(day + timedelta(days=1)) - start_of_local_day(day)) // timedelta(
        hours=1
    )
    is_last_sunday = day.weekday() == 6 and (day + timedelta(days=7)).month != day.month
    changes = {3: 23, 10: 25} if is_last_sunday else {}
    assert hours == changes.get(day.month, 24)


def test_the_deadline_of_the_demo_call_stays_at_a_quarter_past_four_across_the_change() -> None:
    clock = time(16, 15)
    winter, summer = (at_local_time(date(2027, 3, day), clock) for day in (27, 28))
    assert winter == datetime(2027, 3, 27, 14, 15, tzinfo=UTC)
    assert summer == datetime(2027, 3, 28, 13, 15, tzinfo=UTC)
    assert summer - winter == timedelta(hours=23)


@given(MOMENTS, st.timedeltas(timedelta(seconds=-3), timedelta(seconds=3)))
def test_the_last_second_of_a_deadline_still_counts(closes: datetime, offset: timedelta) -> None:
    closes = closes.replace(microsecond=0)
    assert is_late(closes + offset, closes) == (offset >= timedelta(seconds=1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_utc(datetime(2027, 3, 28, 12, 0))  # noqa: DTZ001 - what is refused
