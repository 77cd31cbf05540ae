from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calls.definition import CallDefinition
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
