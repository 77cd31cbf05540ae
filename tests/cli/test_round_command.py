"""The round command: good input gives letters and tables, bad input is refused with file and path."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main

DATA = Path(__file__).parents[1] / "data"
CALL = DATA / "call_inno_2027_1.yaml"
APPLICATIONS = DATA / "demo_applications.json"
EVALUATIONS = DATA / "demo_evaluations.json"


def run_round(
    out: Path, call: Path = CALL, applications: Path = APPLICATIONS, evaluations: Path = EVALUATIONS
) -> Result:
    """Run the command."""
    arguments = ["round", "--call", call, "--applications", applications]
    arguments += ["--evaluations", evaluations, "--out", out]
    return CliRunner().invoke(main, [str(each) for each in arguments])


def changed(path: Path, folder: Path, change: Callable[[Any], None]) -> Path:
    """Return a changed copy of a JSON file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    target = folder / path.name
    target.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return target


def test_a_round_writes_a_letter_for_each_application_a_ranking_and_a_report(
    tmp_path: Path,
) -> None:
    result = run_round(tmp_path / "out")
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "out" / "round.json").read_text(encoding="utf-8"))
    assert (report["budget_cents"], report["left_cents"]) == (480_000_000, 17_779_124)
    names = [each["id"] for each in report["applications"]]
    letters = sorted(path.name for path in (tmp_path / "out" / "letters").iterdir())
    assert letters == sorted(f"{name}.pdf" for name in names)
    with (tmp_path / "out" / "ranking.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["application"] for row in rows][-1] == "DEMO-09"
    assert rows[0]["support_eur"] == "622560.48"


def test_the_budget_of_the_call_decides_who_is_funded(tmp_path: Path) -> None:
    call = tmp_path / "call.yaml"
    text = CALL.read_text(encoding="utf-8")
    call.write_text(text.replace("total_public_eur: 4800000", "total_public_eur: 1300000"), "utf-8")
    result = run_round(tmp_path / "out", call=call)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "out" / "round.json").read_text(encoding="utf-8"))
    assert [row["application"] for row in report["ranking"] if row["outcome"] == "funded"] == [
        "DEMO-01",
        "DEMO-02",
    ]


BAD_APPLICATIONS: dict[str, tuple[Callable[[Any], None], str]] = {
    "unknown field": (
        lambda data: data["applications"][0].update(colour="blue"),
        "demo_applications.json: applications[0].colour",
    ),
    "wrong type": (
        lambda data: data["applications"][2].update(period="soon"),
        "demo_applications.json: applications[2].period",
    ),
    "sum that does not add up": (
        lambda data: data["applications"][1]["partners"][0]["costs"].update(total="1.00"),
        "demo_applications.json: applications[1].partners[0].costs.total",
    ),
    "duplicate id": (
        lambda data: data["applications"].append(data["applications"][0]),
        "demo_applications.json: applications[12].id",
    ),
}


@pytest.mark.parametrize("case", BAD_APPLICATIONS)
def test_bad_applications_are_refused_with_file_and_path(case: str, tmp_path: Path) -> None:
    change, place = BAD_APPLICATIONS[case]
    result = run_round(tmp_path / "out", applications=changed(APPLICATIONS, tmp_path, change))
    assert result.exit_code == 2
    assert any(line.startswith(place) for line in result.output.splitlines()), result.output
    assert not (tmp_path / "out").exists()


BAD_EVALUATIONS: dict[str, tuple[Callable[[Any], None], str]] = {
    "unknown evaluator": (
        lambda data: data["scores"][0]["scores"].update(EV9=data["scores"][0]["scores"]["EV1"]),
        "demo_evaluations.json: scores[0].scores.EV9",
    ),
    "score outside the scale": (
        lambda data: data["scores"][0]["scores"]["EV1"].update(C1=6),
        "demo_evaluations.json: scores[0].scores.EV1.C1",
    ),
    "half point on a scale of whole points": (
        lambda data: data["scores"][0]["scores"]["EV1"].update(C1=4.5),
        "demo_evaluations.json: scores[0].scores.EV1.C1",
    ),
    "missing score": (
        lambda data: data["scores"][0]["scores"]["EV1"].pop("H1"),
        "demo_evaluations.json: scores[0].scores.EV1.H1",
    ),
}


@pytest.mark.parametrize("case", BAD_EVALUATIONS)
def test_bad_evaluations_are_refused_with_file_and_path(case: str, tmp_path: Path) -> None:
    change, place = BAD_EVALUATIONS[case]
    result = run_round(tmp_path / "out", evaluations=changed(EVALUATIONS, tmp_path, change))
    assert result.exit_code == 2
    assert any(line.startswith(place) for line in result.output.splitlines()), result.output
    assert not (tmp_path / "out").exists()


def test_the_expected_values_of_the_input_change_nothing(tmp_path: Path) -> None:
    def forget(data: Any) -> None:
        data["ranking"] = []
        for sheets in data["scores"]:
            for name in ("final", "final_total", "evaluator_totals", "threshold_failures"):
                sheets.pop(name)

    def contradict(data: Any) -> None:
        for each in data["applications"]:
            each["expected"] = "not_examined"

    result = run_round(
        tmp_path / "out",
        applications=changed(APPLICATIONS, tmp_path, contradict),
        evaluations=changed(EVALUATIONS, tmp_path, forget),
    )
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "out" / "round.json").read_text(encoding="utf-8"))
    assert report["awarded_cents"] == 462_220_876


def test_every_packaged_call_passes_its_own_check() -> None:
    folder = Path(__file__).parents[2] / "calls" / "data" / "calls"
    for file in sorted(folder.glob("*.yaml")):
        result = CliRunner().invoke(main, ["call", "check", str(file)])
        assert result.exit_code == 0, result.output
