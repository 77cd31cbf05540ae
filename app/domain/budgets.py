"""From the answers of an application to its budget, by the cost models of the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.content import Content
from calls.definition import CallDefinition
from scoring.budget import (
    FLAT_RATES,
    PartnerBudget,
    PartnerCosts,
    StaffEntry,
    StaffModel,
    compute_partner,
)
from scoring.financing import DeclaredCosts, Financing

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Budget:
    """The computed budget: each partner's costs and plan, and the sums of the project."""

    costs: tuple[PartnerCosts, ...]
    financing: tuple[Financing, ...]
    declared: tuple[DeclaredCosts, ...]

    @property
    def total_cost(self) -> Decimal:
        """Return the eligible costs of the project in euros."""
        return sum((each.total for each in self.costs), ZERO)

    @property
    def support(self) -> Decimal:
        """Return the support applied for in euros."""
        return sum((each.support for each in self.financing), ZERO)

    def costs_of(self, partner: str) -> PartnerCosts | None:
        """Return the costs of one partner."""
        return next((each for each in self.costs if each.partner == partner), None)

    def financing_of(self, partner: str) -> Financing | None:
        """Return the financing plan of one partner."""
        return next((each for each in self.financing if each.partner == partner), None)


def compute_budget(definition: CallDefinition, content: Content) -> Budget:
    """Return the budget of an application, to the cent; unfinished rows count as nothing."""
    staff_rows = _rows_of_type(definition, content, "budget_staff")
    plan_rows = _rows_of_type(definition, content, "budget_financing")
    keys = [str(each["key"]) for each in content.partners]
    grouped = {key: [row for row in staff_rows if row.get("partner") == key] for key in keys}
    model, flat_rate = _models(definition, content)
    costs = tuple(
        compute_partner(PartnerBudget(key, _entries(rows), model, flat_rate))
        for key, rows in grouped.items()
        if rows
    )
    return Budget(
        costs=costs,
        financing=tuple(_financing(row) for row in plan_rows if row.get("partner") in keys),
        declared=tuple(_declared(key, rows, costs) for key, rows in grouped.items() if rows),
    )


def _rows_of_type(
    definition: CallDefinition, content: Content, kind: str
) -> list[Mapping[str, Any]]:
    return [
        row
        for question in definition.questions()
        if question.type == kind
        for row in content.rows(question.id)
    ]


def _models(definition: CallDefinition, content: Content) -> tuple[StaffModel, Any]:
    staff = content.answer("staff_model") or definition.cost_models.staff_models[0]
    flat = content.answer("cost_model") or definition.cost_models.flat_rates[0]
    return StaffModel(staff), FLAT_RATES[flat]


def _entries(rows: list[Mapping[str, Any]]) -> tuple[StaffEntry, ...]:
    return tuple(
        StaffEntry(
            task=str(row.get("task") or ""),
            pay=to_decimal(row.get("annual_gross_or_pay")),
            side_cost_pct=to_decimal(row.get("side_cost_pct")),
            hours=to_decimal(row.get("hours")),
        )
        for row in rows
    )


def _financing(row: Mapping[str, Any]) -> Financing:
    return Financing(
        partner=str(row["partner"]),
        support=to_decimal(row.get("support_applied")),
        own=to_decimal(row.get("own")),
        municipal=to_decimal(row.get("municipal")),
        other_public=to_decimal(row.get("other_public")),
        private=to_decimal(row.get("private")),
    )


def _declared(
    key: str, rows: list[Mapping[str, Any]], costs: tuple[PartnerCosts, ...]
) -> DeclaredCosts:
    """Return what the rows themselves state; the flat rate is never typed, only computed."""
    lines = tuple(to_decimal(row.get("cost")) for row in rows)
    computed = next(each for each in costs if each.partner == key)
    staff = sum(lines, ZERO)
    return DeclaredCosts(
        partner=key,
        lines=lines,
        staff=staff,
        flat_rate=computed.flat_rate,
        total=staff + computed.flat_rate,
    )


def to_decimal(value: object) -> Decimal:
    """Return a canonical number as Decimal; nothing and unfinished input count as zero."""
    if value in (None, ""):
        return ZERO
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return ZERO
