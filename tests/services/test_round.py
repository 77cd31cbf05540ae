"""The demo round through the use cases, on both databases, against the published expectations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import Application, Decision, Evaluation, Event
from app.queries.round_report import report_round
from app.services.record.events import find_break
from app.services.record.tools import Tools, make_tools
from app.services.round.state import RoundResult
from tests.builders.rounds import DATA, run_demo
from tests.support.apps import settings_for

OUTCOMES = {
    "DEMO-01": "grant",
    "DEMO-02": "grant",
    "DEMO-03": "grant",
    "DEMO-04": "grant",
    "DEMO-05": "conditional_grant",
    "DEMO-06": "grant",
    "DEMO-07": "reject_threshold",
    "DEMO-08": "reject_ineligible",
    "DEMO-09": "reserve",
    "DEMO-10": "not_examined",
    "DEMO-11": "grant_reduced",
    "DEMO-12": "grant",
}


def expected() -> Any:
    """Return the published scores and ranking of the demo round."""
    return json.loads((DATA / "demo_evaluations.json").read_text(encoding="utf-8"))


@pytest.fixture
def tools(database_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of an empty database, on SQLite and on PostgreSQL."""
    made = make_tools(settings_for(database_url, tmp_path / "data"))
    yield made
    made.database.dispose()


def report_of(tools: Tools, result: RoundResult) -> dict[str, Any]:
    """Return the report of a round with the names of the input."""
    names = {value: key for key, value in result.applications.items()}
    with tools.database.reading() as session:
        return report_round(session, result.call_id, names)


def test_the_demo_round_ends_as_its_data_say_and_two_people_decide_each_matter(
    tools: Tools,
) -> None:
    result = run_demo(tools)
    report = report_of(tools, result)
    applications = {each["id"]: each for each in report["applications"]}
    assert {name: each["outcome"] for name, each in applications.items()} == OUTCOMES
    published = expected()
    assert [
        (row["position"], row["application"], row["total"], row["support_cents"], row["left_cents"])
        for row in report["ranking"]
    ] == [
        (
            row["position"],
            row["application"],
            row["total"],
            int(Decimal(row["support_eur"]) * 100),
            int(Decimal(row["left_eur"]) * 100),
        )
        for row in published["ranking"]
    ]
    for sheets in published["scores"]:
        each = applications[sheets["application"]]
        assert each["total"] == sheets["final_total"]
        assert each["threshold_failures"] == sheets["threshold_failures"]
        assert {key: Decimal(value) for key, value in each["results"].items()} == {
            key: Decimal(str(value)) for key, value in sheets["final"].items()
        }
        done = {row["evaluator"]: row["total"] for row in each["evaluators"] if row["total"]}
        assert done == sheets["evaluator_totals"]
        assert any(row["third"] for row in each["evaluators"]) == sheets["third_evaluator_needed"]
    assert (report["awarded_cents"], report["left_cents"]) == (462_220_876, 17_779_124)
    assert report["state"] == "decided"
    assert all(each["letter_sha256"] for each in applications.values())
    assert_two_people_decided(tools)


def assert_two_people_decided(tools: Tools) -> None:
    """Assert that every decision was presented by one person and approved by another."""
    with tools.database.reading() as session:
        rows = session.execute(sa.select(Decision.presenter_id, Decision.approver_id)).all()
    assert len(rows) == len(OUTCOMES)
    assert all(presenter and approver and presenter != approver for presenter, approver in rows)


def test_the_record_of_a_round_is_whole_and_cannot_be_changed(tools: Tools) -> None:
    run_demo(tools, stop_before="evaluate")
    with tools.database.reading() as session:
        assert find_break(session) is None
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) > 50
    for statement in (
        sa.update(Event).where(Event.seq == 2).values(action="forged"),
        sa.delete(Event).where(Event.seq == 2),
    ):
        with pytest.raises(sa.exc.DBAPIError), tools.database.unit_of_work() as session:
            session.execute(statement)


def test_each_conflict_of_the_demo_is_on_record_with_its_ground(tools: Tools) -> None:
    result = run_demo(tools, stop_before="reduce")
    conflicts = {
        (each["id"], row["evaluator"]): (row["ground"], row["source"])
        for each in report_of(tools, result)["applications"]
        for row in each["disqualified"]
    }
    assert conflicts == {
        ("DEMO-02", "EV2"): ("HL 28.1 § 4", "automatic"),
        ("DEMO-04", "EV7"): ("HL 28.1 § 3", "declared"),
        ("DEMO-06", "EV4"): ("HL 28.1 § 7", "declared"),
    }
    with tools.database.reading() as session:
        reading = session.scalars(
            sa.select(Evaluation.state).where(
                Evaluation.application_id == result.applications["DEMO-06"],
                Evaluation.evaluator_id == result.evaluators["EV4"],
            )
        ).all()
    assert [state.value for state in reading] == ["declined"]


def test_record_numbers_follow_the_order_of_arrival(tools: Tools) -> None:
    run_demo(tools, stop_before="eligibility")
    with tools.database.reading() as session:
        numbers = session.scalars(
            sa.select(Application.record_number).order_by(Application.submitted_at)
        ).all()
    assert numbers == [f"IOV/{number}/2027" for number in range(1, 13)]
