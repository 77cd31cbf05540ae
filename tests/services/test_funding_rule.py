"""The funding line by a rule that the call declares: exact, and every departure explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import Application, Ranking
from app.services.record.tools import Tools, make_tools
from calls.funding import FundingCap, FundingFloors, FundingSettings
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for


@pytest.fixture
def tools(sqlite_url: str, tmp_path: Path) -> Iterator[Tools]:
    made = make_tools(settings_for(sqlite_url, tmp_path / "data"))
    yield made
    made.database.dispose()


@pytest.mark.slow
def test_a_ceiling_of_the_call_passes_over_and_the_ranking_says_why_and_at_whose_cost(
    tools: Tools,
) -> None:
    funding = FundingSettings(
        rule="lexicographic_constrained",
        caps=(FundingCap(region="07", amount_eur="100000"),),
        floors=FundingFloors(climate_pct="10"),
    )
    run_demo(tools, funding=funding, stop_before="decisions")
    with tools.database.reading() as session:
        content = json.loads(session.scalars(sa.select(Ranking.content)).one())
        regions = {
            str(row.id): row.lead_region for row in session.scalars(sa.select(Application)).all()
        }
    funded = [row for row in content["rows"] if row["outcome"] == "funded"]
    assert (content["algorithm"], content["rule"]) == ("funding-line/1", funding.rule)
    assert content["selection"]["terms"]["caps"] == [{"region": "07", "amount": "100000.00"}]
    assert [floor["met"] for floor in content["selection"]["floors"]] == [True]
    in_region = [row for row in funded if regions[row["application"]] == "07"]
    assert sum(float(row["support"]) for row in in_region) <= 100_000
    skipped = [row for row in content["rows"] if row["outcome"] == "skipped"]
    assert {row["certificate"]["reason"] for row in skipped} == {"region_cap"}
    assert all(row["certificate"]["passed_by"] for row in skipped)
