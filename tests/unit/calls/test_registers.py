from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from calls.problems import InvalidRegister
from calls.register_bodies import Authority
from calls.registers import PACKAGED, Registers, load_registers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED, tmp_path / "registers"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_packaged_registers_are_complete(registers: Registers):
    assert len(registers.regions) == 19
    assert len(registers.intervention_fields) == 189
    assert len(registers.indicators) == 33
    assert len(registers.agreements) == 16
    assert len(registers.innocities) == 20
    assert len(registers.leads) == 6
    assert len(registers.expertise_keywords) == 42
    assert len(registers.dnsh) == 6
    assert len(registers.glossary) == 119


def test_the_theme_body_changed_at_the_turn_of_2026(registers: Registers):
    def bodies(day: date) -> set[str]:
        theme = {"networks_theme_body_until_2025", "networks_theme_body_from_2026"}
        return {each.key for each in registers.list_authorities(day)} & theme

    assert bodies(date(2025, 12, 31)) == {"networks_theme_body_until_2025"}
    assert bodies(date(2026, 1, 1)) == {"networks_theme_body_from_2026"}


def test_every_authority_has_three_names_and_a_marked_placeholder(registers: Registers):
    def is_marked(body: Authority) -> bool:
        return body.registry.placeholder and body.registry.email.endswith(".example")

    assert all(set(body.names) == {"fi", "sv", "en"} for body in registers.authorities)
    assert all(is_marked(body) for body in registers.authorities)


def test_an_ecosystem_agreement_has_a_city_that_selects_and_a_council_that_grants(
    registers: Registers,
):
    flow = registers.find_decision_flow("ecosystem")
    assert flow is not None
    assert (flow.selecting_kind, flow.granting_kind) == ("city", "regional_council")
    for agreement in registers.agreements:
        assert registers.get_authority(agreement.granting_key).kind == "regional_council"


@pytest.mark.parametrize(
    ("name", "old", "new", "column", "reason"),
    [
        ("organisations.csv", "0313471-7", "0313471-8", "y_tunnus", "check digit"),
        ("organisations.csv", ",university,", ",university2,", "Helsingin yliopisto", "not in"),
        ("regions.csv", "FI1B1", "SE1B1", "nuts3_2024", "form"),
        ("regions.csv", "\n02,", "\n01,", "", "already"),
        ("regions.csv", "council_02", "council_99", "02", "not in the registers"),
        ("regions.csv", "seat", "capital", "capital", "unknown column"),
        ("ford.csv", ",Matematiikka,", ",,", "name_fi", "empty"),
        ("intervention_fields.csv", ",0,0,0,", ",0,0,140,", "digital_coeff_pct", "between"),
        ("intervention_fields.csv", ",0,0,0,", ",0,0,some,", "digital_coeff_pct", "not a number"),
        ("ecosystem_agreements.csv", "2021-02-09", "9.2.2021", "valid_from", "not a date"),
        ("thematic_leads.csv", "EA08", "EA88", "TL1", "not in the registers"),
        ("columns.csv", ",roles,", ",ranks,", "role", "not in the registers"),
        ("columns.csv", "role,choice", "role,picker", "type", "not one of"),
        ("codes.csv", "org_types,uas", "org_types,university", "", "already"),
        ("dnsh.csv", "\na,", "\ng,", "code", "form"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place_and_reason(
    folder: Path, name: str, old: str, new: str, column: str, reason: str
):
    edit(folder / name, old, new)
    with pytest.raises(InvalidRegister) as refusal:
        load_registers(folder)
    faults = [each for each in refusal.value.problems if (each.file, each.path) == (name, column)]
    assert faults
    assert reason in faults[0].message


def test_a_fault_names_the_line_of_the_file(folder: Path):
    edit(folder / "ford.csv", ",Matematiikka,", ",,")
    with pytest.raises(InvalidRegister) as refusal:
        load_registers(folder)
    assert [(each.file, each.line) for each in refusal.value.problems] == [("ford.csv", 3)]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("kind: ministry", "kind: empire", "authorities[0].kind"),
        ("placeholder: true", "placeholder: false", "authorities[0].registry"),
        ("'16:15'", "'25:15'", "authorities[0].office_closes"),
        ("key: council_01", "key: city_853", "city_853"),
    ],
)
def test_a_wrong_authority_is_refused(folder: Path, old: str, new: str, path: str):
    edit(folder / "authorities.yaml", old, new)
    with pytest.raises(InvalidRegister) as refusal:
        load_registers(folder)
    assert path in [each.path for each in refusal.value.problems]


@pytest.mark.parametrize("name", ["authorities.yaml", "regions.csv"])
def test_a_missing_register_is_refused(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(InvalidRegister) as refusal:
        load_registers(folder)
    assert ("the register is missing", name) in [
        (each.message, each.file) for each in refusal.value.problems
    ]
