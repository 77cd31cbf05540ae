"""The routing command: tables in, a proven assignment out; bad tables are refused by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main

AFFINITY = "proposal,evaluator,affinity\nA,X,0.9\nA,Y,0.8\nB,X,0.8\nB,Y,0.1\n"
PROPOSALS = "proposal,region\nA,Uusimaa\nB,Lappi\n"
EVALUATORS = "evaluator,min_load,max_load,language\nX,0,1,fi\nY,,1,sv\n"


def assign(folder: Path, *more: str, **tables: str) -> Result:
    """Write the tables and run the command for one evaluator per proposal."""
    texts = {"affinity": AFFINITY, "proposals": PROPOSALS, "evaluators": EVALUATORS, **tables}
    arguments = ["routing", "assign"]
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_bytes(text.encode())
        arguments += [f"--{name}", str(path)]
    return CliRunner().invoke(main, [*arguments, "--per-proposal", "1", *more])


def report_of(result: Result) -> Any:
    """Return the JSON that was printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("objective", ["total", "max_min", "leximin", "balanced"])
def test_json_tells_pairs_values_loads_and_proof(tmp_path: Path, objective: str) -> None:
    report = report_of(assign(tmp_path, "--objective", objective, "--json"))
    assert report["assignments"] == [
        {"proposal": "A", "evaluator": "Y", "affinity": 0.8},
        {"proposal": "B", "evaluator": "X", "affinity": 0.8},
    ]
    assert (report["objective"], report["status"]) == (objective, "optimal")
    assert (report["total"], report["bound"], report["minimum"]) == (1.6, 1.6, 0.8)
    assert report["loads"] == {"X": 1, "Y": 1}
    assert report["minimum_per_proposal"] == report["sums"] == {"A": 0.8, "B": 0.8}
    assert report["seconds"] > 0
    assert report["peak_memory_mb"] > 0
    proof = report.get("certificate", {}).get("verified")
    assert proof is (None if objective == "max_min" else True)


def test_without_json_a_table_is_printed(tmp_path: Path) -> None:
    lines = assign(tmp_path, "--objective", "total").output.splitlines()
    assert lines[:3] == [
        "proposal  sum       evaluators",
        "A         0.800000  Y (0.8)",
        "B         0.800000  X (0.8)",
    ]
    assert lines[-2] == (
        "total: optimal, total 1.600000 (bound 1.600000), minimum 0.800000, certificate verified"
    )


def test_a_conflict_forbids_and_a_missing_affinity_is_zero(tmp_path: Path) -> None:
    conflicts = 'proposal,evaluator,reason\nB,X,"same, employer"\n'
    affinity = "proposal,evaluator,affinity\nA,Y,0.8\nB,X,0.8\n"
    report = report_of(assign(tmp_path, "--json", conflicts=conflicts, affinity=affinity))
    assert [(each["proposal"], each["evaluator"]) for each in report["assignments"]] == [
        ("A", "X"),
        ("B", "Y"),
    ]
    assert report["total"] == 0


def test_a_proposal_may_ask_for_its_own_number(tmp_path: Path) -> None:
    report = report_of(assign(tmp_path, "--json", proposals="proposal,demand\nA,2\nB,0\n"))
    assert [each["evaluator"] for each in report["assignments"]] == ["X", "Y"]


def test_blanks_quotes_empty_lines_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    affinity = '\ufeffaffinity,evaluator, proposal\r\n0.5, X ,A\r\n\r\n"0.25","Y","B"\r\n'
    report = report_of(assign(tmp_path, "--json", affinity=affinity))
    assert report["total"] == 0.75


def test_more_than_six_decimals_are_kept(tmp_path: Path) -> None:
    affinity = "proposal,evaluator,affinity\nA,X,0.123456789\n"
    assert report_of(assign(tmp_path, "--json", affinity=affinity))["total"] == 0.123456789


BAD = [
    ("affinity", "proposal,evaluator\n", 1, "no column affinity"),
    ("affinity", "", 1, "no column"),
    ("affinity", "proposal,evaluator,affinity\nA,X,0.5\nA,Q,0.5\n", 3, "evaluator 'Q'"),
    ("affinity", "proposal,evaluator,affinity\nA,X,0.5\n\nQ,X,0.5\n", 4, "proposal 'Q'"),
    ("affinity", "proposal,evaluator,affinity\nA,X,much\n", 2, "'much'"),
    ("affinity", "proposal,evaluator,affinity\nA,X,nan\n", 2, "'nan'"),
    ("affinity", "proposal,evaluator,affinity\nA,X,-0.5\n", 2, "'-0.5'"),
    ("affinity", "proposal,evaluator,affinity\nA,X,\n", 2, "''"),
    ("affinity", "proposal,evaluator,affinity\nA,X,0.5\nA,X,0.5\n", 3, "twice"),
    ("affinity", "proposal,evaluator,affinity\nA,X\n", 2, "2 fields instead of 3"),
    ("affinity", 'proposal,evaluator,affinity\nA,"X,1\n', 2, "no CSV"),
    ("proposals", "proposal\nA\nB\nA\n", 4, "proposal A is listed twice"),
    ("proposals", "proposal,demand\nA,two\nB,1\n", 2, "demand 'two'"),
    ("evaluators", "evaluator,max_load\nX,1\n", 1, "no column min_load"),
    ("evaluators", "evaluator,min_load,max_load\nX,2,1\nY,0,1\n", 2, "above max_load"),
    ("evaluators", "evaluator,min_load,max_load\nX,0,-1\nY,0,1\n", 2, "max_load '-1'"),
    ("evaluators", "evaluator,min_load,max_load\n,0,1\n", 2, "no evaluator"),
    ("conflicts", "proposal,evaluator\nA,Q\n", 2, "evaluator 'Q'"),
]


@pytest.mark.parametrize(("table", "text", "line", "reason"), BAD)
def test_a_bad_table_is_refused_by_line_and_reason(
    tmp_path: Path, table: str, text: str, line: int, reason: str
) -> None:
    result = assign(tmp_path, "--json", **{table: text})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {table}.csv: line {line}: ")
    assert reason in result.stderr


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    assign(tmp_path)
    (tmp_path / "affinity.csv").write_bytes(b"proposal,evaluator,affinity\nA,\xff,1\n")
    paths = [
        part
        for name in ("affinity", "proposals", "evaluators")
        for part in (f"--{name}", str(tmp_path / f"{name}.csv"))
    ]
    result = CliRunner().invoke(main, ["routing", "assign", *paths, "--per-proposal", "1"])
    assert result.exit_code == 2
    assert "line" in result.stderr


def test_a_shortage_is_named_and_nothing_is_under_assigned(tmp_path: Path) -> None:
    conflicts = "proposal,evaluator\nA,X\nB,X\n"
    result = assign(tmp_path, "--json", conflicts=conflicts)
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert report["status"] == "infeasible"
    assert report["shortage"] == {
        "kind": "evaluators",
        "proposals": ["A", "B"],
        "evaluators": ["Y"],
        "needed": 2,
        "available": 1,
    }
    assert "1 too few" in result.stderr


def test_minimum_loads_without_work_are_named(tmp_path: Path) -> None:
    result = assign(tmp_path, evaluators="evaluator,min_load,max_load\nX,2,2\nY,1,1\n")
    assert result.exit_code == 3
    assert "lower the minimum loads by 1" in result.stderr
