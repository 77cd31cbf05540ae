"""De minimis aid: how much a single undertaking may still get, and the reduction that follows.

Regulation (EU) 2023/2831, Article 3(2): at most 300,000 € per single undertaking over any period
of three years. The period rolls: it ends on the day of the award.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scoring.duration import MONTHS_IN_YEAR, add_months

DE_MINIMIS_CEILING = Decimal("300000.00")
"""Euros per single undertaking in any three years (2023/2831 Article 3(2))."""

DE_MINIMIS_YEARS = 3


@dataclass(frozen=True, slots=True)
class PriorAid:
    """De minimis aid already granted to any member of the single undertaking, in euros."""

    granted_on: date
    amount: Decimal
    grantor: str = ""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What the ceiling leaves of the support applied for; ``applied = granted + reduction``."""

    applied: Decimal
    granted: Decimal
    reduction: Decimal


def counted_aid(prior: Iterable[PriorAid], on: date) -> tuple[PriorAid, ...]:
    """Return the aid granted in the three years that end with the day ``on``.

    Aid of exactly three years earlier no longer counts: the period of three years that ends on
    31 August 2027 begins on 1 September 2024.
    """
    before = add_months(on, -DE_MINIMIS_YEARS * MONTHS_IN_YEAR)
    return tuple(aid for aid in prior if before < aid.granted_on <= on)


def headroom(prior: Iterable[PriorAid], on: date, ceiling: Decimal = DE_MINIMIS_CEILING) -> Decimal:
    """Return the euros that may still be granted on the day ``on``; never below zero."""
    used = sum((aid.amount for aid in counted_aid(prior, on)), Decimal(0))
    return max(ceiling - used, Decimal("0.00"))


def reduce_support(applied: Decimal, available: Decimal) -> Reduction:
    """Cut the support applied for to the headroom ``available``."""
    granted = min(applied, available)
    return Reduction(applied, granted, applied - granted)
