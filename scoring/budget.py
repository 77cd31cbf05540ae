"""Simplified cost models to the cent: staff costs, flat rates and a partner's whole budget.

Sources: Regulation (EU) 2021/1060 Articles 54–56 and the cost models of the Finnish programme.
Each line is rounded half-up to the cent, and sums are sums of rounded lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rounding import PERCENT, half_up

HOURS_PER_YEAR = 1720
"""Hours by which annual staff costs are divided (2021/1060 Article 55(2)(a))."""

NO_EUROS = Decimal("0.00")


def hourly_rate(annual_gross: Decimal, side_cost_pct: Decimal) -> Decimal:
    """Return annual gross pay with side costs divided by 1720 hours, in euros to the cent."""
    return half_up(_with_side_costs(annual_gross, side_cost_pct) / HOURS_PER_YEAR)


def staff_cost_unit(annual_gross: Decimal, side_cost_pct: Decimal, hours: Decimal) -> Decimal:
    """Return the cost by the unit cost model: rounded hourly rate × hours, to the cent."""
    return half_up(Fraction(hourly_rate(annual_gross, side_cost_pct)) * Fraction(hours))


def staff_cost_standard(pay: Decimal, side_cost_pct: Decimal) -> Decimal:
    """Return the cost by the standard side-cost model: pay for the project with side costs."""
    return half_up(_with_side_costs(pay, side_cost_pct))


class StaffModel(StrEnum):
    """How staff costs are computed; one model for all staff of a partner."""

    UNIT_COST = "unit_cost"
    STANDARD_SIDE_COST = "standard_side_cost"


class FlatRateBase(StrEnum):
    """What a flat rate is a percentage of."""

    STAFF = "staff"
    DIRECT = "direct"
    INVESTMENT = "investment"


@dataclass(frozen=True, slots=True)
class FlatRate:
    """A flat rate: ``pct`` per cent of its base.

    With ``covers_all_other_costs`` it stands for everything except staff (Article 56(1)), so no
    other cost may be budgeted beside it.
    """

    id: str
    base: FlatRateBase
    pct: Decimal
    covers_all_other_costs: bool = False


FLAT_RATES: dict[str, FlatRate] = {
    rate.id: rate
    for rate in (
        FlatRate("FR40", FlatRateBase.STAFF, Decimal(40), covers_all_other_costs=True),
        FlatRate("FR7", FlatRateBase.DIRECT, Decimal(7)),
        FlatRate("FR15", FlatRateBase.STAFF, Decimal(15)),
        FlatRate("FR25", FlatRateBase.DIRECT, Decimal(25)),
        FlatRate("FR1_5", FlatRateBase.INVESTMENT, Decimal("1.5"), covers_all_other_costs=True),
    )
}
"""The flat rates by identifier: Articles 56(1), 54(a), 54(b), 54(c) and the national 1.5 %."""


class CostNotAllowed(ValueError):
    """A cost is budgeted that the flat rate already covers, or that it has no base for."""

    def __init__(self, partner: str, cost: str, flat_rate: str) -> None:
        super().__init__(f"{partner}: {cost} costs cannot be budgeted with {flat_rate}")
        self.partner = partner
        self.cost = cost
        self.flat_rate = flat_rate


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One task: annual gross pay with hours (unit cost), or the pay for the project (standard).

    ``hours`` is not used by the standard side-cost model.
    """

    task: str
    pay: Decimal
    side_cost_pct: Decimal
    hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartnerBudget:
    """What a partner enters: its staff, and other direct costs or investments where allowed."""

    partner: str
    staff: tuple[StaffEntry, ...]
    staff_model: StaffModel
    flat_rate: FlatRate
    direct: Decimal = NO_EUROS
    investment: Decimal = NO_EUROS


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A computed staff line; ``hourly`` is ``None`` in the standard side-cost model."""

    task: str
    hourly: Decimal | None
    cost: Decimal


@dataclass(frozen=True, slots=True)
class PartnerCosts:
    """A computed budget in euros: ``total = staff + direct + investment + flat_rate``."""

    partner: str
    lines: tuple[StaffLine, ...]
    staff: Decimal
    direct: Decimal
    investment: Decimal
    flat_rate: Decimal
    total: Decimal


def compute_partner(budget: PartnerBudget) -> PartnerCosts:
    """Compute a partner's costs. Raises ``CostNotAllowed`` if the flat rate forbids a cost."""
    _refuse_covered_costs(budget)
    lines = tuple(_staff_line(entry, budget.staff_model) for entry in budget.staff)
    staff = sum((line.cost for line in lines), NO_EUROS)
    base = {
        FlatRateBase.STAFF: staff,
        FlatRateBase.DIRECT: staff + budget.direct,
        FlatRateBase.INVESTMENT: budget.investment,
    }[budget.flat_rate.base]
    flat = percentage(base, budget.flat_rate.pct)
    total = staff + budget.direct + budget.investment + flat
    return PartnerCosts(budget.partner, lines, staff, budget.direct, budget.investment, flat, total)


def percentage(amount: Decimal, pct: Decimal) -> Decimal:
    """Return ``pct`` per cent of an amount, half-up to the cent."""
    return half_up(Fraction(amount) * Fraction(pct) / PERCENT)


def _refuse_covered_costs(budget: PartnerBudget) -> None:
    rate = budget.flat_rate
    invests = rate.base is FlatRateBase.INVESTMENT
    forbidden = {
        "staff": bool(budget.staff) and invests,
        "direct": bool(budget.direct) and rate.covers_all_other_costs,
        "investment": bool(budget.investment) and not invests,
    }
    for cost, is_forbidden in forbidden.items():
        if is_forbidden:
            raise CostNotAllowed(budget.partner, cost, rate.id)


def _staff_line(entry: StaffEntry, model: StaffModel) -> StaffLine:
    if model is StaffModel.STANDARD_SIDE_COST:
        return StaffLine(entry.task, None, staff_cost_standard(entry.pay, entry.side_cost_pct))
    hourly = hourly_rate(entry.pay, entry.side_cost_pct)
    cost = staff_cost_unit(entry.pay, entry.side_cost_pct, entry.hours)
    return StaffLine(entry.task, hourly, cost)


def _with_side_costs(pay: Decimal, side_cost_pct: Decimal) -> Fraction:
    return Fraction(pay) * (1 + Fraction(side_cost_pct) / PERCENT)
