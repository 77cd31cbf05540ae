"""What an application of the networks call counts for, read from its answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.content import Content
from app.domain.goals import read_formula_inputs, read_goals
from calls.load import load_call
from calls.registers import load_registers
from scoring.formula import FormulaInput
from scoring.goals import Remark

CALL = Path(__file__).parents[2] / "data" / "call_inno_2027_1.yaml"


@pytest.fixture(scope="module")
def registers():
    return load_registers()


@pytest.fixture(scope="module")
def definition(registers):
    return load_call(CALL, registers)


def content(registers, *, climate: bool, **answers):
    """Return answers with one intervention field that counts for the climate, or not."""
    field = next(
        each
        for each in registers.intervention_fields
        if each.offered and each.climate_pct is not None and bool(each.climate_pct) is climate
    )
    fields = [{"code": field.code, "share_pct": "100"}]
    return field, Content({"intervention_fields": fields} | answers, (), ())


def test_support_is_tracked_to_the_cent(definition, registers):
    field, given = content(registers, climate=True)
    goals = read_goals(definition, given, Decimal("1000.01"), registers)
    share = Decimal("1000.01") * field.climate_pct / 100
    assert goals.tracked.climate == share.quantize(Decimal("0.01"))
    assert Remark.GREEN_FIELD_WITHOUT_CLAIM in goals.remarks
    assert len(goals.gates) == 6


def test_a_metric_that_moves_is_a_claim(definition, registers):
    metric = [{"metric": "CO2", "baseline": "10", "target": "5"}]
    _, given = content(registers, climate=False, green_metric=metric)
    goals = read_goals(definition, given, Decimal(100), registers)
    assert Remark.GREEN_CLAIM_WITHOUT_FIELD in goals.remarks


def test_without_fields_nothing_is_tracked(definition, registers):
    goals = read_goals(definition, Content({}, (), ()), Decimal(100), registers)
    assert (goals.tracked, goals.remarks) == (None, (Remark.NOT_TRACKED,))


def test_formulas_read_the_application(definition, registers):
    companies = [{"name": "A", "y_tunnus": "1"}, {"name": "B", "y_tunnus": "2"}]
    period = {"start": "2027-10-01", "end": "2029-09-30"}
    field, given = content(registers, climate=True, companies=companies, period=period)
    found = read_formula_inputs(definition, given, registers)
    assert (found[FormulaInput.COMPANIES], found[FormulaInput.MONTHS]) == (2, 24)
    assert found[FormulaInput.CLIMATE_PCT] == field.climate_pct
    assert FormulaInput.MONTHS not in read_formula_inputs(
        definition, Content({}, (), ()), registers
    )
