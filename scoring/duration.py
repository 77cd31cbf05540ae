"""The length of an implementation period in months, as a call limits it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_YEAR = 12


class PeriodReversed(ValueError):
    """A period ends before it starts."""


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """Whole months, and the days that are left over. 1 Oct – 31 Mar is 6 months and 0 days."""

    months: int
    days: int = 0


def measure_duration(start: date, end: date) -> Duration:
    """Measure a period whose first and last day both belong to it.

    A month ends on the day before the same number, or on the last day of a shorter month (act on
    the computation of time limits 150/1930, section 3). Raises ``PeriodReversed``.
    """
    if end < start:
        raise PeriodReversed(f"{end} is before {start}")
    after = end + timedelta(days=1)
    months = (after.year - start.year) * MONTHS_IN_YEAR + after.month - start.month
    if add_months(start, months) > after:
        months -= 1
    return Duration(months, (after - add_months(start, months)).days)


def duration_months(start: date, end: date) -> int:
    """Return the whole months of a period; left-over days are not counted."""
    return measure_duration(start, end).months


def add_months(day: date, months: int) -> date:
    """Return the day ``months`` later (earlier if negative), on the last day if it is missing."""
    count = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    year, month = divmod(count, MONTHS_IN_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
