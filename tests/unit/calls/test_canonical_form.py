from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from calls.definition import CallDefinition
from calls.load import (
    canonical_json,
    definition_from_json,
    list_packaged,
    load_call,
    parse_call,
    sha256,
)
from calls.registers import load_registers

REGISTERS = load_registers()


@pytest.mark.parametrize("path", list_packaged(), ids=lambda path: path.stem)
def test_the_canonical_form_holds_the_whole_definition(path):
    definition = load_call(path, REGISTERS)
    stored = canonical_json(definition)
    again = definition_from_json(stored)
    assert again == definition
    assert canonical_json(again) == stored


def test_the_canonical_form_is_sorted_and_dense(networks: CallDefinition):
    stored = canonical_json(networks)
    expected = json.dumps(
        json.loads(stored), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert stored == expected.encode("utf-8")
    assert json.loads(stored)["budget"]["total_public_eur"] == "4800000"


def reordered(node: object, *, backwards: bool) -> object:
    if isinstance(node, dict):
        keys = sorted(node, reverse=backwards)
        return {key: reordered(node[key], backwards=backwards) for key in keys}
    if isinstance(node, list):
        return [reordered(item, backwards=backwards) for item in node]
    return node


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_keys_changes_no_hash(networks, shared_data, backwards: bool):
    data = reordered(shared_data, backwards=backwards)
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    assert sha256(parse_call(text, REGISTERS, "call.yaml")) == sha256(networks)


def test_the_way_a_number_is_written_changes_no_hash(networks, shared_text: str):
    text = shared_text.replace("total_public_eur: 4800000", "total_public_eur: '4800000.00'")
    assert text != shared_text
    assert sha256(parse_call(text, REGISTERS, "call.yaml")) == sha256(networks)


def test_another_deadline_is_another_version(networks, changed):
    later = changed(lambda data: data["timetable"].update(closes="2027-03-31T16:16"))
    assert sha256(later) != sha256(networks)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40
).filter(str.strip)
CENTS = st.decimals(min_value="0.01", max_value="9999999", places=2)


@given(title=WORDS, budget=CENTS)
def test_any_text_and_amount_survives_the_canonical_form(networks, title: str, budget):
    data = json.loads(canonical_json(networks))
    data["title"]["fi"] = title
    data["budget"]["total_public_eur"] = str(budget)
    definition = CallDefinition.model_validate(data)
    again = definition_from_json(canonical_json(definition))
    assert again == definition
    assert (again.title["fi"], again.budget_total) == (title, budget)
