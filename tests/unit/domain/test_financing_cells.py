"""A financing plan may leave out the sources that a partner does not have."""

from __future__ import annotations

import pytest

from app.domain.completeness import find_section_problems
from app.domain.content import Content
from calls import load
from calls.registers import load_registers

PARTNERS = [{"key": "P1", "name": "Turun kaupunki", "role": "lead"}]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({"support_applied": "98000.00", "own": "42000.00"}, []),
        ({"own": "42000.00", "municipal": "1.00"}, ["1.support_applied"]),
        ({"support_applied": "98000.00"}, ["1.own"]),
    ],
)
def test_support_and_own_money_are_asked_for_and_other_sources_may_be_empty(cells, missing):
    definition = load.load_call(load.PACKAGED / "eco_turku_2027_1.yaml", load_registers())
    content = Content({"financing": [{"partner": "P1", **cells}]}, PARTNERS, ())
    problems = find_section_problems(definition, "S5", content)
    assert [each.field for each in problems if each.question_id == "financing"] == missing
