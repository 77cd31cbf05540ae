"""The timetable of a call: local times of the notice, kept as aware UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, field_validator

from calls.values import Frozen


def local_to_utc(written: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC moment of a local time; an aware time is converted as it is.

    Raises ValueError for a local time that the change to or from daylight saving skips or repeats:
    a deadline must mean one moment.
    """
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    first = written.replace(tzinfo=zone, fold=0)
    second = written.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        there_and_back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        fault = "occurs twice" if there_and_back == written else "does not exist"
        raise ValueError(
            f"the local time {written:%Y-%m-%d %H:%M} {fault} in {zone.key} "
            "(the clocks change); choose another time or write it with an offset"
        )
    return first.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Timetable(Frozen):
    """When the call is published, opens, takes questions and closes (aware UTC)."""

    published: Moment
    opens: Moment
    questions_until: Moment
    closes: Moment
    timezone: str = "Europe/Helsinki"
    decisions_target: date | None = None
    projects_start_window: tuple[date, date] | None = None

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"the time zone {name!r} is not known") from unknown
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read the times."""
        return ZoneInfo(self.timezone)
