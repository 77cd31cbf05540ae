"""The financing plan against the costs and the limits of the call, with coded problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.budget import NO_EUROS, PartnerCosts
from scoring.rounding import PERCENT, half_up, is_whole_cents, round_down


@dataclass(frozen=True, slots=True)
class Financing:
    """Who pays a partner's costs, in euros; the five sources add up to the cost."""

    partner: str
    support: Decimal
    own: Decimal
    municipal: Decimal = NO_EUROS
    other_public: Decimal = NO_EUROS
    private: Decimal = NO_EUROS

    @property
    def total(self) -> Decimal:
        """All financing of the partner."""
        return self.support + self.own + self.municipal + self.other_public + self.private

    @property
    def sources(self) -> tuple[Decimal, ...]:
        """The five sources in the order of the form."""
        return (self.support, self.own, self.municipal, self.other_public, self.private)


@dataclass(frozen=True, slots=True)
class FinancingLimits:
    """Limits of a call: percentages of a partner's cost, euros per project and per partner."""

    aid_rate_max_pct: Decimal = Decimal(PERCENT)
    min_own_contribution_pct: Decimal = Decimal(0)
    min_support: Decimal | None = None
    max_support: Decimal | None = None
    max_support_per_partner: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DeclaredCosts:
    """The costs that an application states, to be compared with the computed ones."""

    partner: str
    lines: tuple[Decimal, ...]
    staff: Decimal
    flat_rate: Decimal
    total: Decimal


class BudgetCode(StrEnum):
    """What is wrong with a budget or a financing plan."""

    FINANCING_MISSING = "financing_missing"
    COSTS_MISSING = "costs_missing"
    AMOUNT_INVALID = "amount_invalid"
    NOT_BALANCED = "not_balanced"
    AID_RATE_OVER = "aid_rate_over"
    OWN_CONTRIBUTION_UNDER = "own_contribution_under"
    PARTNER_SUPPORT_OVER = "partner_support_over"
    SUPPORT_UNDER = "support_under"
    SUPPORT_OVER = "support_over"
    LINES_DIFFER = "lines_differ"
    LINE_COST_DIFFERS = "line_cost_differs"
    STAFF_DIFFERS = "staff_differs"
    FLAT_RATE_DIFFERS = "flat_rate_differs"
    TOTAL_DIFFERS = "total_differs"


@dataclass(frozen=True, slots=True)
class BudgetProblem:
    """One problem; ``partner`` is ``None`` for the whole project, ``line`` counts from 1.

    ``expected`` is the amount (or limit) in euros that the rule gives, ``got`` what was stated.
    """

    code: BudgetCode
    partner: str | None
    expected: Decimal
    got: Decimal
    line: int | None = None


def aid_rate(support: Decimal, cost: Decimal) -> Decimal:
    """Return support as per cent of the cost, half-up to two decimals; 0 if there is no cost."""
    if not cost:
        return NO_EUROS
    return half_up(Fraction(support) * PERCENT / Fraction(cost))


def largest_support(cost: Decimal, max_rate_pct: Decimal) -> Decimal:
    """Return the largest support in whole cents that does not exceed the rate.

    Rounded down: the limit holds on exact cents, not on the displayed two-decimal rate.
    """
    return round_down(Fraction(cost) * Fraction(max_rate_pct) / PERCENT)


def smallest_contribution(cost: Decimal, min_pct: Decimal) -> Decimal:
    """Return the smallest own contribution in whole cents that reaches the percentage."""
    return -round_down(-Fraction(cost) * Fraction(min_pct) / PERCENT)


def check_balance(
    costs: Sequence[PartnerCosts], financing: Sequence[Financing]
) -> tuple[BudgetProblem, ...]:
    """Check that each partner has costs and financing, valid amounts, and equal sums."""
    plans = {plan.partner: plan for plan in financing}
    return (
        *(problem for cost in costs for problem in _balance(cost, plans.get(cost.partner))),
        *_without_costs(costs, financing),
    )


def check_limits(
    costs: Sequence[PartnerCosts], financing: Sequence[Financing], limits: FinancingLimits
) -> tuple[BudgetProblem, ...]:
    """Check aid rate, own contribution and support limits per partner and in total."""
    totals = {cost.partner: cost.total for cost in costs}
    problems = [
        problem
        for plan in financing
        for problem in _partner_limits(plan, totals.get(plan.partner, NO_EUROS), limits)
    ]
    support = sum((plan.support for plan in financing), NO_EUROS)
    return (*problems, *_project_limits(support, limits))


def check_financing(
    costs: Sequence[PartnerCosts], financing: Sequence[Financing], limits: FinancingLimits
) -> tuple[BudgetProblem, ...]:
    """Check balance and limits together, balance first."""
    return (*check_balance(costs, financing), *check_limits(costs, financing, limits))


def check_declared(
    costs: Sequence[PartnerCosts], declared: Sequence[DeclaredCosts]
) -> tuple[BudgetProblem, ...]:
    """Compare stated costs with computed ones, line by line and sum by sum, to the cent."""
    stated = {each.partner: each for each in declared}
    return tuple(
        problem
        for cost in costs
        if cost.partner in stated
        for problem in _declared(cost, stated[cost.partner])
    )


def _balance(cost: PartnerCosts, plan: Financing | None) -> Iterator[BudgetProblem]:
    if plan is None:
        yield BudgetProblem(BudgetCode.FINANCING_MISSING, cost.partner, cost.total, NO_EUROS)
        return
    for amount in plan.sources:
        if not is_whole_cents(amount) or amount < 0:
            yield BudgetProblem(BudgetCode.AMOUNT_INVALID, cost.partner, NO_EUROS, amount)
    if plan.total != cost.total:
        yield BudgetProblem(BudgetCode.NOT_BALANCED, cost.partner, cost.total, plan.total)


def _without_costs(
    costs: Sequence[PartnerCosts], financing: Sequence[Financing]
) -> Iterator[BudgetProblem]:
    known = {cost.partner for cost in costs}
    for plan in financing:
        if plan.partner not in known and plan.total:
            yield BudgetProblem(BudgetCode.COSTS_MISSING, plan.partner, plan.total, NO_EUROS)


def _partner_limits(
    plan: Financing, cost: Decimal, limits: FinancingLimits
) -> Iterator[BudgetProblem]:
    most = largest_support(cost, limits.aid_rate_max_pct)
    if plan.support > most:
        yield BudgetProblem(BudgetCode.AID_RATE_OVER, plan.partner, most, plan.support)
    least = smallest_contribution(cost, limits.min_own_contribution_pct)
    if plan.own < least:
        yield BudgetProblem(BudgetCode.OWN_CONTRIBUTION_UNDER, plan.partner, least, plan.own)
    ceiling = limits.max_support_per_partner
    if ceiling is not None and plan.support > ceiling:
        yield BudgetProblem(BudgetCode.PARTNER_SUPPORT_OVER, plan.partner, ceiling, plan.support)


def _project_limits(support: Decimal, limits: FinancingLimits) -> Iterator[BudgetProblem]:
    if limits.min_support is not None and support < limits.min_support:
        yield BudgetProblem(BudgetCode.SUPPORT_UNDER, None, limits.min_support, support)
    if limits.max_support is not None and support > limits.max_support:
        yield BudgetProblem(BudgetCode.SUPPORT_OVER, None, limits.max_support, support)


def _declared(cost: PartnerCosts, stated: DeclaredCosts) -> Iterator[BudgetProblem]:
    if len(stated.lines) != len(cost.lines):
        yield BudgetProblem(
            BudgetCode.LINES_DIFFER,
            cost.partner,
            Decimal(len(cost.lines)),
            Decimal(len(stated.lines)),
        )
    for number, (line, got) in enumerate(zip(cost.lines, stated.lines, strict=False), start=1):
        if line.cost != got:
            yield BudgetProblem(BudgetCode.LINE_COST_DIFFERS, cost.partner, line.cost, got, number)
    sums: Mapping[BudgetCode, tuple[Decimal, Decimal]] = {
        BudgetCode.STAFF_DIFFERS: (cost.staff, stated.staff),
        BudgetCode.FLAT_RATE_DIFFERS: (cost.flat_rate, stated.flat_rate),
        BudgetCode.TOTAL_DIFFERS: (cost.total, stated.total),
    }
    for code, (expected, got) in sums.items():
        if expected != got:
            yield BudgetProblem(code, cost.partner, expected, got)
