from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.budget import (
    FLAT_RATES,
    CostNotAllowed,
    PartnerBudget,
    StaffEntry,
    StaffModel,
    compute_partner,
    hourly_rate,
    staff_cost_standard,
    staff_cost_unit,
)
from scoring.financing import (
    BudgetCode,
    BudgetProblem,
    DeclaredCosts,
    Financing,
    FinancingLimits,
    aid_rate,
    check_balance,
    check_declared,
    check_financing,
    check_limits,
    largest_support,
    smallest_contribution,
)
from tests.unit.scoring import demo_round
from tests.unit.scoring.demo_round import LIMITS

FR40 = FLAT_RATES["FR40"]
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
PERCENTAGES = st.integers(0, 10000).map(lambda hundredths: Decimal(hundredths) / 100)


@pytest.fixture(params=sorted(demo_round.applications()))
def row(request):
    return demo_round.applications()[request.param]


def test_every_demo_partner_is_computed_to_the_cent(row):
    computed = [
        (
            [(str(line.hourly), str(line.cost)) for line in costs.lines],
            str(costs.staff),
            str(costs.flat_rate),
            str(costs.total),
        )
        for costs in demo_round.costs(row)
    ]
    assert computed == [
        (
            [(line["hourly_eur"], line["cost_eur"]) for line in partner["staff"]],
            partner["costs"]["staff"],
            partner["costs"]["flat_rate_40"],
            partner["costs"]["total"],
        )
        for partner in row["partners"]
    ]


def test_every_demo_application_is_financed_within_the_limits(row):
    costs, plans = demo_round.costs(row), demo_round.financing(row)
    assert check_financing(costs, plans, LIMITS) == ()
    assert check_declared(costs, demo_round.declared(row)) == ()


def test_every_demo_partner_applies_for_the_largest_support(row):
    for costs, plan in zip(demo_round.costs(row), demo_round.financing(row), strict=True):
        assert plan.support == largest_support(costs.total, Decimal(70))
        assert aid_rate(plan.support, costs.total) == Decimal("70.00")


def test_every_demo_sum_is_reproduced(row):
    total = sum(costs.total for costs in demo_round.costs(row))
    support = sum(plan.support for plan in demo_round.financing(row))
    assert {
        "cost_eur": str(total),
        "support_applied_eur": str(support),
        "aid_rate_pct": str(aid_rate(support, total)),
    } == row["totals"]


def test_the_worked_example_of_the_unit_cost_model():
    pay, side = Decimal(54000), Decimal(25)
    assert hourly_rate(pay, side) == Decimal("39.24")
    assert staff_cost_unit(pay, side, Decimal(5200)) == Decimal("204048.00")


def test_the_standard_model_adds_side_costs_to_pay():
    assert staff_cost_standard(Decimal("10000.03"), Decimal("20.5")) == Decimal("12050.04")


def budget(flat_rate="FR40", model=StaffModel.UNIT_COST, **changes):
    staff = (StaffEntry("Researcher", Decimal(54000), Decimal(25), Decimal(5200)),)
    return replace(PartnerBudget("P1", staff, model, FLAT_RATES[flat_rate]), **changes)


def test_the_standard_model_needs_no_hours():
    costs = compute_partner(budget(model=StaffModel.STANDARD_SIDE_COST))
    assert (costs.lines[0].hourly, costs.staff) == (None, Decimal("67500.00"))


@pytest.mark.parametrize(
    ("flat_rate", "direct", "flat", "total"),
    [
        ("FR40", "0.00", "81619.20", "285667.20"),
        ("FR7", "1000.00", "14353.36", "219401.36"),
        ("FR15", "1000.00", "30607.20", "235655.20"),
        ("FR25", "1000.00", "51262.00", "256310.00"),
    ],
)
def test_each_flat_rate_is_taken_of_its_own_base(flat_rate, direct, flat, total):
    costs = compute_partner(budget(flat_rate, direct=Decimal(direct)))
    assert (costs.flat_rate, costs.total) == (Decimal(flat), Decimal(total))


def test_the_investment_rate_is_taken_of_the_investment():
    costs = compute_partner(budget("FR1_5", staff=(), investment=Decimal("100000.00")))
    assert (costs.flat_rate, costs.total) == (Decimal("1500.00"), Decimal("101500.00"))


@pytest.mark.parametrize(
    ("flat_rate", "changes", "cost"),
    [
        ("FR40", {"direct": Decimal(1)}, "direct"),
        ("FR40", {"investment": Decimal(1)}, "investment"),
        ("FR7", {"investment": Decimal(1)}, "investment"),
        ("FR1_5", {}, "staff"),
    ],
)
def test_a_cost_that_the_flat_rate_covers_cannot_be_budgeted(flat_rate, changes, cost):
    with pytest.raises(CostNotAllowed) as caught:
        compute_partner(budget(flat_rate, **changes))
    assert caught.value.cost == cost


def plan(**changes):
    base = Financing("P1", Decimal("199967.04"), Decimal("85700.16"))
    return replace(base, **{key: Decimal(value) for key, value in changes.items()})


COSTS = (compute_partner(budget()),)


def test_one_cent_out_of_balance_is_reported_with_both_sums():
    assert check_balance(COSTS, (plan(own="85700.15"),)) == (
        BudgetProblem(BudgetCode.NOT_BALANCED, "P1", Decimal("285667.20"), Decimal("285667.19")),
    )


def test_costs_without_financing_and_the_reverse_are_reported():
    stray = Financing("P2", Decimal(1), Decimal(0))
    assert [(each.code, each.partner) for each in check_balance(COSTS, (stray,))] == [
        (BudgetCode.FINANCING_MISSING, "P1"),
        (BudgetCode.COSTS_MISSING, "P2"),
    ]


def test_negative_and_broken_cents_are_reported():
    problems = check_balance(COSTS, (plan(private="-1.00", municipal="1.005"),))
    assert [each.code for each in problems] == [
        BudgetCode.AMOUNT_INVALID,
        BudgetCode.AMOUNT_INVALID,
        BudgetCode.NOT_BALANCED,
    ]


def test_one_cent_over_the_aid_rate_is_over_although_the_shown_rate_is_not():
    over = plan(support="199967.05", own="85700.15")
    assert aid_rate(over.support, COSTS[0].total) == Decimal("70.00")
    assert check_limits(COSTS, (over,), LIMITS) == (
        BudgetProblem(BudgetCode.AID_RATE_OVER, "P1", Decimal("199967.04"), Decimal("199967.05")),
    )


def test_every_limit_is_reported_with_its_figures():
    limits = FinancingLimits(
        Decimal(50), Decimal(40), max_support=Decimal(100), max_support_per_partner=Decimal(99)
    )
    assert check_limits(COSTS, (plan(),), limits) == (
        BudgetProblem(BudgetCode.AID_RATE_OVER, "P1", Decimal("142833.60"), plan().support),
        BudgetProblem(BudgetCode.OWN_CONTRIBUTION_UNDER, "P1", Decimal("114266.88"), plan().own),
        BudgetProblem(BudgetCode.PARTNER_SUPPORT_OVER, "P1", Decimal(99), plan().support),
        BudgetProblem(BudgetCode.SUPPORT_OVER, None, Decimal(100), plan().support),
    )


def test_too_little_support_is_reported_for_the_project():
    problems = check_limits((), (), LIMITS)
    assert problems == (BudgetProblem(BudgetCode.SUPPORT_UNDER, None, Decimal(150000), Decimal(0)),)


def test_stated_costs_that_do_not_follow_the_model_are_reported():
    stated = DeclaredCosts("P1", (Decimal(1), Decimal(2)), Decimal(3), Decimal(4), Decimal(7))
    problems = check_declared(COSTS, (stated,))
    assert [(each.code, each.line) for each in problems] == [
        (BudgetCode.LINES_DIFFER, None),
        (BudgetCode.LINE_COST_DIFFERS, 1),
        (BudgetCode.STAFF_DIFFERS, None),
        (BudgetCode.FLAT_RATE_DIFFERS, None),
        (BudgetCode.TOTAL_DIFFERS, None),
    ]


def test_costs_that_are_not_stated_are_not_compared():
    assert check_declared(COSTS, ()) == ()


def test_no_cost_has_no_aid_rate():
    assert aid_rate(Decimal(0), Decimal(0)) == Decimal("0.00")


@given(st.lists(st.tuples(CENTS, PERCENTAGES, st.integers(0, 20000)), max_size=6))
def test_the_sums_of_a_budget_add_up(lines):
    staff = tuple(
        StaffEntry(f"T{number}", pay, side, Decimal(hours))
        for number, (pay, side, hours) in enumerate(lines)
    )
    costs = compute_partner(PartnerBudget("P1", staff, StaffModel.UNIT_COST, FR40))
    assert costs.staff == sum((line.cost for line in costs.lines), Decimal(0))
    assert costs.total == costs.staff + costs.flat_rate
    assert abs(Fraction(costs.flat_rate) - Fraction(costs.staff) * 2 / 5) <= Fraction(1, 200)


@given(CENTS, PERCENTAGES)
def test_the_largest_support_and_smallest_contribution_are_tight(cost, pct):
    exact = Fraction(cost) * Fraction(pct) / 100
    assert 0 <= exact - Fraction(largest_support(cost, pct)) < Fraction(1, 100)
    assert 0 <= Fraction(smallest_contribution(cost, pct)) - exact < Fraction(1, 100)
