from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import rule_grammar as grammar
from calls.registers import Registers, load_registers

REGISTERS = load_registers()
COUNTS = st.integers(min_value=1, max_value=999)


@given(count=COUNTS)
def test_numbers_of_eligibility_rules_are_honoured(count: int):
    forms = {
        "len(partners)>={}": "partners_at_least",
        "len(partners) >= {} and any(research)": "partners_at_least",
        "len(set(partner.region))>={}": "regions_at_least",
        "len(set(partner.city)) >= {}": "cities_at_least",
        "companies>={}": "companies_at_least",
    }
    for form, kind in forms.items():
        rule = grammar.read_eligibility_rule(form.format(count), REGISTERS)
        assert (rule["kind"], rule["minimum"]) == (kind, count)


@given(percent=st.decimals(min_value=1, max_value=100, places=2))
def test_the_flat_rate_of_a_rule_is_exact(percent: Decimal):
    share = format(percent / 100, "f")
    text = f"sum(costs)==sum(financing); other=={share}*staff"
    rule = grammar.read_eligibility_rule(text, REGISTERS)
    assert Decimal(rule["flat_rate_pct"]) == percent


@given(total=COUNTS, minimum=COUNTS, rows=COUNTS)
def test_numbers_of_row_rules_are_honoured(total: int, minimum: int, rows: int):
    text = f"sum(share_pct)=={total}; {rows} rows, reason >= {minimum} chars each"
    assert grammar.read_row_rules(text, REGISTERS) == [
        {"kind": "sum_equals", "column": "share_pct", "total": str(total)},
        {"kind": "exact_rows", "rows": rows},
        {"kind": "minimum_chars", "column": "reason", "minimum": minimum},
    ]


def test_words_count_as_numbers():
    text = "sum + new <= 200000 per single undertaking in any four years"
    assert grammar.read_row_rules(text, REGISTERS) == [
        {"kind": "de_minimis_ceiling", "ceiling_eur": "200000", "years": 4}
    ]


def test_the_allowed_types_can_be_named():
    rule = grammar.read_eligibility_rule("lead.org_type in {university, uas}", REGISTERS)
    assert rule == {"kind": "lead_type_in", "allowed": ["university", "uas"]}


def test_cities_are_those_of_the_register(registers: Registers):
    rule = grammar.read_eligibility_rule("len(set(partner.city))>=3", registers)
    assert len(rule["cities"]) == 20
    assert {"code": "853", "names": ["Turku", "Åbo"]} in rule["cities"]


@pytest.mark.parametrize(
    "text",
    ["", "limits and more", "companies>=", "companies>=5.5", "len(partners)>=-1", "companies>=٥"],
)
def test_any_other_eligibility_rule_is_refused(text: str):
    with pytest.raises(grammar.UnknownRule, match="known forms"):
        grammar.read_eligibility_rule(text, REGISTERS)


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_grammar(text: str):
    for read in (grammar.read_eligibility_rule, grammar.read_row_rules):
        with suppress(grammar.UnknownRule):
            assert read(text, REGISTERS)


def test_a_combined_threshold_is_read():
    assert grammar.read_combined("C1+ C2 +C3 >= 7.5") == {
        "criteria": ["C1", "C2", "C3"],
        "minimum": "7.5",
    }
