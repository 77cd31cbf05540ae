"""Time: aware UTC inside, Europe/Helsinki outside, and the day counts of administrative procedure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
_FRIDAY, _SATURDAY = 4, 5


def to_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC.

    Raises:
        ValueError: if the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def to_local(moment: datetime) -> datetime:
    """Return an aware moment on Finnish clocks."""
    return to_utc(moment).astimezone(HELSINKI)


def local_date(moment: datetime) -> date:
    """Return the calendar day of a moment in Finland."""
    return to_local(moment).date()


def start_of_local_day(day: date) -> datetime:
    """Return the first moment of a Finnish calendar day, in UTC."""
    return datetime.combine(day, time(), tzinfo=HELSINKI).astimezone(UTC)


def at_local_time(day: date, clock: time) -> datetime:
    """Return a Finnish wall-clock time as UTC."""
    return datetime.combine(day, clock, tzinfo=HELSINKI).astimezone(UTC)


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """Tell whether a submission came after the deadline; the last second still counts.

    A message has arrived when the authority's system can process it (Act 13/2003, 10 §), so
    ``received_at`` is the server's own clock, cut to whole seconds.
    """
    return received_at.replace(microsecond=0) > closes_at


def _easter_sunday(year: int) -> date:
    """Return Easter Sunday (Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Return the days on which a period does not end: church holidays and other days off.

    Source: laki säädettyjen määräaikain laskemisesta 150/1930, 5 §; midsummer eve is one of them.
    """
    easter = _easter_sunday(year)
    midsummer = next(
        date(year, 6, day) for day in range(19, 26) if date(year, 6, day).weekday() == _FRIDAY
    )
    fixed = {(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)}
    moving = {easter + timedelta(days=offset) for offset in (-2, 0, 1, 39)}
    return frozenset({date(year, m, d) for m, d in fixed} | moving | {midsummer})


def next_working_day(day: date) -> date:
    """Return the day itself, or the next one that is no Saturday, Sunday or holiday (150/1930, 5 §)."""
    while day.weekday() >= _SATURDAY or day in public_holidays(day.year):
        day += timedelta(days=1)
    return day
