from __future__ import annotations

from decimal import Decimal

import pytest

from calls.check import check
from calls.definition import CallDefinition
from calls.load import PACKAGED, list_packaged, load_call
from calls.registers import load_registers
from calls.scoring_rules import to_eligibility_rules, to_limits, to_rubric
from scoring.consortium import CitiesAtLeast
from scoring.eligibility import ApplicationFacts, PartnerFacts

REGISTERS = load_registers()


def load(name: str) -> CallDefinition:
    return load_call(PACKAGED / f"{name}.yaml", REGISTERS)


@pytest.mark.parametrize("path", list_packaged(), ids=lambda path: path.stem)
def test_a_packaged_call_has_no_fault_and_every_text_in_every_language(path):
    assert check(load_call(path, REGISTERS)) == ()


@pytest.mark.parametrize("path", list_packaged(), ids=lambda path: path.stem)
def test_a_packaged_call_is_marked_as_a_proposal(path):
    note = load_call(path, REGISTERS).status_note
    assert note is not None
    assert note.startswith("PROPOSED")


def test_the_packaged_networks_call_differs_from_the_shared_one_in_swedish_and_routing_only(
    networks,
):
    packaged = load("inno_2027_1")

    def without_swedish(node: object) -> object:
        if isinstance(node, dict):
            kept = {key: value for key, value in node.items() if key not in {"sv", "swedish_note"}}
            return {key: without_swedish(value) for key, value in kept.items()}
        return [without_swedish(each) for each in node] if isinstance(node, list) else node

    one, other = (
        without_swedish(each.model_dump(mode="json", exclude={"routing"}))
        for each in (packaged, networks)
    )
    assert one == other


def test_a_thematic_lead_lasts_exactly_two_years_and_has_half_points():
    definition = load("lead_2027_1")
    limits = to_limits(definition)
    assert (limits.min_months, limits.max_months) == (24, 24)
    assert [theme.id for theme in definition.themes] == ["TL1", "TL2", "TL3", "TL4", "TL5", "TL6"]
    scale = to_rubric(definition).criterion("V1").scale
    assert scale.has(Decimal("2.5"))
    assert not scale.has(Decimal("2.25"))


@pytest.mark.parametrize(
    ("towns", "passed"),
    [
        (("Turku", "Tampere", "Oulu"), True),
        (("Åbo", "837", "oulu"), True),
        (("Turku", "Åbo", "853"), False),
        (("Turku", "Tampere", "Salo"), False),
    ],
)
def test_a_thematic_lead_needs_three_innocities(towns: tuple[str, ...], passed: bool):
    rule = to_eligibility_rules(load("lead_2027_1"))["L04"]
    assert isinstance(rule, CitiesAtLeast)
    partners = tuple(
        PartnerFacts(f"P{n}", f"Osapuoli {n}", "", "uas", "02", town)
        for n, town in enumerate(towns, start=1)
    )
    assert rule.check(ApplicationFacts(partners=partners)).passed is passed


def test_in_an_ecosystem_agreement_the_city_selects_and_the_council_grants():
    definition = load("eco_turku_2027_1")
    assert definition.decision_flow == "ecosystem"
    selecting = REGISTERS.get_authority(definition.selecting_authority_key)
    granting = REGISTERS.get_authority(definition.granting_authority_key)
    assert (selecting.names["fi"], selecting.kind) == ("Turun kaupunki", "city")
    assert (granting.names["fi"], granting.kind) == ("Uudenmaan liitto", "regional_council")


def test_the_ecosystem_rubric_mixes_two_scales():
    rubric = to_rubric(load("eco_turku_2027_1"))
    assert [(each.id, each.scale.maximum) for each in rubric.criteria] == [
        ("E1", 5),
        ("E2", 5),
        ("E3", 5),
        ("E4", 3),
        ("HP", 3),
    ]
    assert rubric.maximum_total == 100
