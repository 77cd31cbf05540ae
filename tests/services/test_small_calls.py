"""Other instruments are other data: thematic leads and an ecosystem agreement run to their letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import Decision, SelectionAct
from app.queries.round_report import report_round
from app.services.record.tools import Tools, make_tools
from app.services.round.rounds import run_round
from calls import load
from tests.builders.rounds import DATA
from tests.builders.small_calls import build_round
from tests.support.apps import settings_for


@pytest.fixture
def tools(sqlite_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of an empty database."""
    made = make_tools(settings_for(sqlite_url, tmp_path / "data"))
    yield made
    made.database.dispose()


def run_small_round(
    tools: Tools, file: str, names: dict[str, Any], scores: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Run a round of a packaged call and return its report."""
    definition = load.load_call(load.PACKAGED / file, tools.registers)
    networks = load.load_call(DATA / "call_inno_2027_1.yaml", tools.registers)
    result = run_round(tools, build_round(definition, networks, names, scores))
    by_id = {value: key for key, value in result.applications.items()}
    with tools.database.reading() as session:
        return report_round(session, result.call_id, by_id)


def test_a_thematic_lead_needs_actors_of_three_innokaupunki_cities(tools: Tools) -> None:
    report = run_small_round(
        tools,
        "lead_2027_1.yaml",
        {
            "DEMO-05": {"municipalities": ("Mikkeli", "Kuopio", "Kajaani")},
            "DEMO-10": {"municipalities": ("Seinäjoki", "Kauhajoki", "Turku")},
        },
        {"DEMO-05": ("3.5", "4", "3.5", "3.5", "3", "2")},
    )
    outcomes = {each["id"]: each["outcome"] for each in report["applications"]}
    assert outcomes == {"DEMO-05": "grant", "DEMO-10": "reject_ineligible"}
    granted = next(each for each in report["applications"] if each["id"] == "DEMO-05")
    assert granted["results"]["V1"] == "3.5"
    assert granted["letter_sha256"] is not None


def test_in_an_ecosystem_agreement_the_city_selects_and_the_council_grants(tools: Tools) -> None:
    report = run_small_round(
        tools,
        "eco_turku_2027_1.yaml",
        {"DEMO-12": {}, "DEMO-10": {}},
        {"DEMO-12": ("4", "4", "3", "2", "2"), "DEMO-10": ("2", "4", "4", "2", "2")},
    )
    outcomes = {each["id"]: each["outcome"] for each in report["applications"]}
    assert outcomes == {"DEMO-12": "grant", "DEMO-10": "reject_threshold"}
    with tools.database.reading() as session:
        act = session.scalars(sa.select(SelectionAct)).one()
        decision = session.scalars(sa.select(Decision).where(Decision.kind == "grant")).one()
        letter = json.loads(decision.content or "{}")
        assert act.authority_key == "city_853"
        assert act.selected_by != decision.approver_id
        assert letter["authority"]["name"] != letter["selecting_body"]["name"]
        assert letter["selecting_body"]["date"] < letter["decision"]["date"]
