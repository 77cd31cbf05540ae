from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.definition import CallDefinition
from calls.round_input import shift_definition
from calls.timetable import local_to_utc

HELSINKI = ZoneInfo("Europe/Helsinki")


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(ValueError, match="does not exist"):
        local_to_utc(datetime.fromisoformat("2027-03-28T03:30"), HELSINKI)


def test_a_time_that_the_clocks_repeat_is_refused():
    with pytest.raises(ValueError, match="occurs twice"):
        local_to_utc(datetime.fromisoformat("2027-10-31T03:30"), HELSINKI)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        (datetime.fromisoformat("2027-03-28T02:59"), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (datetime.fromisoformat("2027-03-28T04:00"), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (datetime.fromisoformat("2027-03-31T16:15"), datetime(2027, 3, 31, 13, 15, tzinfo=UTC)),
    ],
)
def test_other_local_times_have_one_moment(local: datetime, moment: datetime):
    assert local_to_utc(local, HELSINKI) == moment


@pytest.mark.parametrize("written", ["2027-03-28T03:30", "2027-10-31T03:30"])
def test_a_deadline_without_one_moment_is_refused_at_its_place(refused, written: str):
    problems = refused(lambda data: data["timetable"].update(closes=written))
    assert list(problems) == ["timetable.closes"]
    assert "the clocks change" in problems["timetable.closes"]


def test_an_offset_tells_which_of_two_times_is_meant(changed):
    definition: CallDefinition = changed(
        lambda data: data["timetable"].update(closes="2027-10-31T03:30+02:00")
    )
    assert definition.timetable.closes == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@given(weeks=st.integers(-200, 200))
def test_a_moved_timetable_keeps_the_weekdays_and_the_times_that_clocks_show(
    networks: CallDefinition, weeks: int
):
    moved = shift_definition(networks, timedelta(weeks=weeks)).timetable
    zone = moved.zone
    for name in ("published", "opens", "questions_until", "closes"):
        before = getattr(networks.timetable, name).astimezone(zone)
        after = getattr(moved, name).astimezone(zone)
        assert (after.weekday(), after.time()) == (before.weekday(), before.time())
        assert after.date() - before.date() == timedelta(weeks=weeks)
