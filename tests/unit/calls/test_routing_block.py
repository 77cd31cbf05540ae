"""The routing block of a call: what it says when it is silent, and faults with their places."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from calls import load
from calls.definition import CallDefinition
from calls.load import parse_call
from calls.problems import InvalidDefinition
from calls.registers import Registers
from calls.routing_texts import list_compared
from scoring.routing.bids import BidRule

Data = dict[str, Any]
GREEN = {"kind": "strength", "group": "green"}
FAULTS = [
    ({"objective": "fastest"}, "routing.objective"),
    ({"surprise": 1}, "routing.surprise"),
    ({"evaluators_per_application": 3}, "routing.evaluators_per_application"),
    ({"load": {"minimum": 3, "maximum": 2}}, "routing.load.minimum"),
    ({"load": {"maximum": 0}}, "routing.load.maximum"),
    ({"rules": [{"kind": "gender"}]}, "routing.rules[0].kind"),
    ({"rules": [GREEN]}, "routing.objective"),
    ({"objective": "total", "rules": [GREEN, GREEN]}, "routing.rules[1]"),
    ({"objective": "total", "rules": [{"kind": "strength"}]}, "routing.rules[0].group"),
    ({"objective": "total", "rules": [{**GREEN, "group": "magic"}]}, "routing.rules[0].group"),
    ({"objective": "total", "rules": [{**GREEN, "count": 3}]}, "routing.rules[0].count"),
    ({"objective": "total", "rules": [{**GREEN, "price": 0}]}, "routing.rules[0].price"),
    (
        {"objective": "total", "rules": [{"kind": "seniority", "count": 3}]},
        "routing.rules[0].count",
    ),
    ({"bids": {"want": 2}}, "routing.bids.want"),
    ({"draw": {"cap": 0}}, "routing.draw.cap"),
    ({"draw": {"cap": "0.5"}}, "routing.objective"),
    ({"objective": "total", "draw": {"cap": "0.5"}, "rules": [GREEN]}, "routing.draw"),
    ({"texts": ["title_fi", "budget_reasons", "partners"]}, "routing.texts[2]"),
]


def parse(data: Data, registers: Registers, routing: Data) -> CallDefinition:
    text = yaml.safe_dump({**data, "routing": routing}, allow_unicode=True, sort_keys=False)
    return parse_call(text, registers, "call.yaml")


@pytest.mark.parametrize(("routing", "place"), FAULTS, ids=str)
def test_a_fault_names_its_place(
    shared_data: Data, registers: Registers, routing: Data, place: str
) -> None:
    with pytest.raises(InvalidDefinition) as error:
        parse(shared_data, registers, routing)
    assert [each.path for each in error.value.problems if each.severity == "error"] == [place]


def test_a_call_that_says_nothing_is_balanced_and_reads_languages(networks: CallDefinition) -> None:
    routing = networks.routing
    assert (routing.objective, routing.load.minimum, routing.load.maximum) == ("balanced", 0, None)
    assert (routing.rules, routing.crossing, routing.reads_language) == ((), (), True)


def test_a_priced_language_no_longer_forbids_pairs(shared_data: Data, registers: Registers) -> None:
    rule = {"kind": "language", "price": "0.5"}
    routing = parse(shared_data, registers, {"objective": "total", "rules": [rule]}).routing
    assert not routing.reads_language
    assert [each.name for each in routing.crossing] == ["language"]


def test_the_block_survives_its_canonical_form(shared_data: Data, registers: Registers) -> None:
    rules = [GREEN, {"kind": "region", "count": 1, "price": "0.25"}]
    made = parse(shared_data, registers, {"objective": "total", "rules": rules})
    assert load.definition_from_json(load.canonical_json(made)) == made


def test_a_call_asks_for_bids_and_a_draw_only_if_it_says_so(
    networks: CallDefinition, shared_data: Data, registers: Registers
) -> None:
    assert (networks.routing.bids, networks.routing.draw) == (None, None)
    made = parse(shared_data, registers, {"bids": {}}).routing.bids
    assert made is not None
    assert made.rule == BidRule()


def test_texts_that_evaluators_read_are_compared_unless_the_call_names_some(
    networks: CallDefinition, shared_data: Data, registers: Registers
) -> None:
    told = dict(list_compared(networks))
    assert (told["title_sv"], told["need"]) == ("sv", None)
    assert "acronym" not in told
    some = parse(shared_data, registers, {"texts": ["need", "title_en"]})
    assert dict(list_compared(some)) == {"need": None, "title_en": "en"}
