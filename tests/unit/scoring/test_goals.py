"""Claims beside intervention fields, and six gates of no harm: remarks, never scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.goals import Claims, NoHarmGate, Remark, find_remarks, no_harm_gates
from scoring.tracking import Tracked

NONE = Decimal("0.00")
SIX = tuple("abcdef")


def tracked(climate="0.00", environment="0.00", digital="0.00"):
    return Tracked(Decimal("100.00"), Decimal(climate), Decimal(environment), Decimal(digital))


@pytest.mark.parametrize(
    ("claims", "euros", "remarks"),
    [
        (Claims(True, True), tracked("40.00", digital="10.00"), ()),
        (Claims(True, None), tracked(), (Remark.GREEN_CLAIM_WITHOUT_FIELD,)),
        (Claims(True, None), tracked(environment="1.00"), ()),
        (Claims(False, None), tracked("40.00"), (Remark.GREEN_FIELD_WITHOUT_CLAIM,)),
        (Claims(None, True), tracked(), (Remark.DIGITAL_CLAIM_WITHOUT_FIELD,)),
        (Claims(None, False), tracked(digital="0.01"), (Remark.DIGITAL_FIELD_WITHOUT_CLAIM,)),
        (Claims(None, None), tracked("40.00", digital="40.00"), ()),
        (Claims(True, True), None, (Remark.NOT_TRACKED,)),
    ],
)
def test_a_claim_and_the_fields_are_compared(claims, euros, remarks):
    assert find_remarks(claims, euros, ()) == remarks


def test_a_green_claim_does_not_go_with_harm():
    gates = (NoHarmGate("a", True), NoHarmGate("b", False))
    assert find_remarks(Claims(True, None), tracked("1.00"), gates) == (
        Remark.GREEN_CLAIM_WITH_HARM,
    )


def test_each_objective_is_a_gate_and_no_harm_needs_its_reason():
    answers = {"a": (True, "because"), "b": (True, " "), "c": (False, ""), "d": (None, "text")}
    gates = no_harm_gates(SIX, answers)
    assert [gate.objective for gate in gates] == list(SIX)
    assert [gate.passed for gate in gates] == [True, None, False, None, None, None]
