"""What an application counts for the green and the digital transition, read from its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.content import Content
from app.domain.facts import build_facts
from calls.definition import CallDefinition
from calls.registers import Registers
from scoring.duration import duration_months
from scoring.formula import FormulaInput
from scoring.goals import Claims, NoHarmGate, Remark, find_remarks, no_harm_gates
from scoring.rounding import Exact
from scoring.tracking import (
    CoefficientMissing,
    Coefficients,
    FieldShare,
    SharesNotWhole,
    Tracked,
    UnknownField,
    track_support,
)

GREEN_USE = "green"
"""The use of indicators of the green transition in the register."""

DIGITAL_INDICATORS = frozenset({"RCO13", "RCO14", "RCR11", "RCR12", "RCR13"})
"""Common indicators of digital services, products and processes (Annex I of (EU) 2021/1058)."""


@dataclass(frozen=True, slots=True)
class Goals:
    """Tracked euros (None when the fields do not tell), the six gates, and what does not fit."""

    tracked: Tracked | None
    gates: tuple[NoHarmGate, ...]
    remarks: tuple[Remark, ...]


def read_goals(
    definition: CallDefinition, content: Content, support: Decimal, registers: Registers
) -> Goals | None:
    """Return what an application counts for; None where the call asks nothing of the kind."""
    asks_fields = definition.find_question("intervention_fields") is not None
    asks_harm = definition.find_question("dnsh") is not None
    if not asks_fields and not asks_harm:
        return None
    tracked = track(content, support, registers) if asks_fields else None
    gates = _gates(content, registers) if asks_harm else ()
    claims = _claims(definition, content, registers)
    remarks = find_remarks(claims, tracked, gates)
    if not asks_fields:
        remarks = tuple(each for each in remarks if each is not Remark.NOT_TRACKED)
    return Goals(tracked, gates, remarks)


def track(content: Content, support: Decimal, registers: Registers) -> Tracked | None:
    """Return the tracked euros of a support, or None when the fields do not tell."""
    fields = [
        FieldShare(str(row.get("code")), _number(row.get("share_pct")) or Decimal(0))
        for row in content.rows("intervention_fields")
    ]
    known = {
        each.code: Coefficients(each.climate_pct, each.environment_pct, each.digital_pct)
        for each in registers.intervention_fields
    }
    try:
        return track_support(support, fields, known)
    except (SharesNotWhole, UnknownField, CoefficientMissing):
        return None


def read_formula_inputs(
    definition: CallDefinition, content: Content, registers: Registers
) -> dict[FormulaInput, Exact]:
    """Return what formulas of criteria may read; what the application does not say is left out."""
    facts = build_facts(definition, content, None)
    found: dict[FormulaInput, Exact] = {
        FormulaInput.COMPANIES: len(facts.companies),
        FormulaInput.PARTNERS: len(facts.partners),
        FormulaInput.REGIONS: len({each.region for each in facts.partners if each.region}),
    }
    if facts.start and facts.end and facts.start <= facts.end:
        found[FormulaInput.MONTHS] = duration_months(facts.start, facts.end)
    tracked = track(content, Decimal(100), registers)
    if tracked is not None:
        found[FormulaInput.CLIMATE_PCT] = tracked.climate
        found[FormulaInput.DIGITAL_PCT] = tracked.digital
    return found


def _gates(content: Content, registers: Registers) -> tuple[NoHarmGate, ...]:
    answers = {
        str(row.get("objective")): (
            row.get("answer_no_harm_yes_no"),
            str(row.get("justification") or ""),
        )
        for row in content.rows("dnsh")
    }
    return no_harm_gates([each.code for each in registers.dnsh], answers)


def _claims(definition: CallDefinition, content: Content, registers: Registers) -> Claims:
    """A claim is an effect with a target: a metric that moves, or an indicator above zero."""
    asks_indicators = definition.find_question("indicators") is not None
    asks_metric = definition.find_question("green_metric") is not None
    green = {each.code for each in registers.indicators if each.use == GREEN_USE}
    targets = {
        str(row.get("code")) for row in content.rows("indicators") if _number(row.get("target"))
    }
    moves = any(_moves(row) for row in content.rows("green_metric"))
    return Claims(
        green=(moves or bool(targets & green)) if asks_metric or asks_indicators else None,
        digital=bool(targets & DIGITAL_INDICATORS) if asks_indicators else None,
    )


def _moves(row: Mapping[str, Any]) -> bool:
    target = _number(row.get("target"))
    return target is not None and target != (_number(row.get("baseline")) or Decimal(0))


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
