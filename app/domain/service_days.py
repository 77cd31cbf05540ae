"""When a decision counts as received, and the last day for a claim or an appeal: the day counts as data.

The days of a method of service may change with the law, so each stands with its provision and its first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.times import next_working_day


class ServiceMethod(StrEnum):
    """How notice of a decision is given."""

    ELECTRONIC = "electronic"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A method of service, the days from sending to receipt, the provision, and since when it is so."""

    method: ServiceMethod
    days: int
    provision: str
    valid_from: date


SERVICE_RULES: Sequence[ServiceRule] = (
    ServiceRule(ServiceMethod.ELECTRONIC, 3, "laki 13/2003, 19 §", date(2003, 2, 1)),
    ServiceRule(ServiceMethod.LETTER, 7, "hallintolaki (434/2003), 59 §", date(2004, 1, 1)),
)
"""A new rule is a new row with its first day; the newest that has begun on the day of sending is used."""


@dataclass(frozen=True, slots=True)
class ReviewClock:
    """From sending to the last day on which review can be asked for."""

    sent_on: date
    received_on: date
    last_day: date

    def days_left(self, today: date) -> int:
        """Return how many days are left after today; none once the last day is over."""
        return max((self.last_day - today).days, 0)

    def is_over(self, today: date) -> bool:
        """Tell whether the last day has passed."""
        return today > self.last_day


def find_rule(method: ServiceMethod, on: date) -> ServiceRule:
    """Return the rule of a method of service in force on a day.

    Raises:
        LookupError: if none is.
    """
    known = [each for each in SERVICE_RULES if each.method is method and each.valid_from <= on]
    if not known:
        raise LookupError(f"no rule of service by {method} on {on}")
    return max(known, key=lambda each: each.valid_from)


def count_review(method: ServiceMethod, sent_on: date, period_days: int) -> ReviewClock:
    """Return when a decision counts as received, and the last day for review.

    The day of receipt is not counted, and a last day that is a Saturday, a Sunday or another day off
    moves to the next working day (434/2003, 49 c §; 150/1930, 5 §). Receipt itself does not move.
    """
    received = sent_on + timedelta(days=find_rule(method, sent_on).days)
    return ReviewClock(sent_on, received, next_working_day(received + timedelta(days=period_days)))
