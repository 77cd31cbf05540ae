"""Statistics from files: figures on good input, line and reason on bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from scoring.lottery import LotDraw, commit_secret, draw_order, reveal_seed

VOTES = Path(__file__).parents[1] / "data" / "scoring" / "mock_votes.csv"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def data_of(result: Result):
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_ranks_of_the_mock_panels():
    data = data_of(
        run("scoring", "rank", "--votes", VOTES, "--prior", "snsf2022", "--fundable", 5, "--json")
    )
    rows = {(row["panel"], row["proposal"]): row for row in data["proposals"]}
    assert len(rows) == 30
    first = rows["1", "1"]
    assert first["er"] == pytest.approx(2.4537, abs=1e-3)
    assert (first["q25"], first["q75"], first["group"]) == (1, 3, "accepted")
    assert set(first) >= {"er", "pcer", "sucra", "posterior_mean", "q25", "q75", "p_fund", "group"}
    severities = {row["assessor"]: row["severity"] for row in data["severities"]}
    assert severities["1"] == pytest.approx(1.4883, abs=1e-3)
    assert [each["panel"] for each in data["analyses"]] == ["1", "3"]


def test_pooled_panels_are_one_ranking():
    data = data_of(run("scoring", "rank", "--votes", VOTES, "--panels", "pooled", "--json"))
    assert sum(row["er"] for row in data["proposals"]) == pytest.approx(30 * 31 / 2, abs=1e-6)
    assert {row["p_fund"] for row in data["proposals"]} == {None}
    assert len(data["severities"]) == 10


def test_second_views_of_a_mock_panel(tmp_path):
    lines = VOTES.read_text(encoding="utf-8").splitlines()
    one = tmp_path / "one.csv"
    one.write_text("\n".join(line for line in lines if line[0] in "p1"), encoding="utf-8")
    command = ("scoring", "views", "--votes", one, "--prior", "snsf2022", "--fundable", 5)
    data = data_of(run(*command, "--json"))
    first = next(row for row in data["proposals"] if row["proposal"] == "1")
    assert sum(first["rankogram"]) == pytest.approx(1.0)
    assert sum(first["rankogram"][:5]) == pytest.approx(first["p_fund"])
    assert (first["p_fund"], first["p_bootstrap"]) == pytest.approx((0.920, 0.995), abs=0.01)
    assert [each["assessor"] for each in data["without_one"]] == ["1", "2", "3", "4", "5"]
    assert all(len(each["shifts"]) == 15 for each in data["without_one"])
    assert "without 5" in run(*command).output
    assert run("scoring", "views", "--votes", __file__).exit_code == 2


def test_agreement_of_the_mock_panels():
    data = data_of(run("scoring", "agreement", "--votes", VOTES, "--json"))
    one, three = data["panels"]
    assert one["alpha"]["ordinal"]["value"] == pytest.approx(0.0102, abs=1e-4)
    assert one["kendall_w"] == pytest.approx(0.5724, abs=1e-4)
    assert three["icc"]["icc3_average"]["value"] == pytest.approx(0.8443, abs=1e-4)
    assert one["summary"]["pattern"] == "levels_differ"
    assert len(one["components"]) == 1


def test_tables_for_people_are_printed_without_the_flag():
    assert "accepted" in run("scoring", "rank", "--votes", VOTES, "--fundable", 5).output
    assert "levels_differ" in run("scoring", "agreement", "--votes", VOTES).output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("panel,proposal,assessor,num_grade\n1,1,1,x\n", "line 2"),
        ("# note\npanel,proposal,assessor,num_grade\n1,1,1,5\n1,1,1,4\n", "line 4"),
        ("panel,proposal,assessor,num_grade\n1,1,1\n", "line 2"),
        ("panel,proposal,assessor,num_grade\n1,,1,5\n", "line 2"),
        ("panel,proposal,assessor,num_grade\n1,1,1,nan\n", "line 2"),
        ("panel,proposal,num_grade\n1,1,5\n", "line 1"),
        ("panel,proposal,assessor,num_grade\n", "no votes"),
        ("panel,proposal,assessor,num_grade\n1,1,1,5\n1,2,1,95\n", "apart"),
    ],
)
def test_bad_rows_are_refused_with_line_and_reason(text, message, tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(text, encoding="utf-8")
    result = run("scoring", "rank", "--votes", path, "--json")
    assert result.exit_code == 2
    assert message in result.output


CANDIDATES = {
    "budget": "100.00",
    "threshold": 50,
    "caps": [{"region": "U", "share": 0.5}],
    "floors": {"climate": 0.3},
    "candidates": [
        {"id": "c", "score": 70, "requested": 30, "climate": 1.0},
        {"id": "a", "score": 90, "requested": 40, "region": "U"},
        {"id": "b", "score": 80.5, "requested": "30.00", "region": "U"},
        {"id": "d", "score": 60, "requested": 30, "climate": 0.4},
        {"id": "e", "score": 40, "requested": 10},
    ],
}


def select_from(tmp_path: Path, data: object, *flags: str) -> Result:
    path = tmp_path / "candidates.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return run("scoring", "select", "--candidates", path, *flags)


def test_a_selection_comes_with_its_certificates(tmp_path):
    data = data_of(select_from(tmp_path, CANDIDATES, "--json"))
    assert (data["selected"], data["reserve"]) == (["a", "c", "d"], ["b"])
    assert (data["awarded"], data["left"]) == ("100.00", "0.00")
    assert data["floors"][0]["met"]
    certificate = data["certificates"][0]
    assert (certificate["id"], certificate["reason"]) == ("b", "region_cap")
    assert certificate["relaxations"][0]["limits"] == {"region:U": "20.00"}
    assert "b passed over: region_cap" in select_from(tmp_path, CANDIDATES).output
    data = data_of(select_from(tmp_path, CANDIDATES, "--no-certificates", "--json"))
    assert (data["selected"], data["certificates"]) == (["a", "c", "d"], [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "magic"}, "rule"),
        ({"budget": "lots"}, "budget"),
        ({"floors": {"climate": 30}}, "climate"),
        ({"caps": [{"region": "U"}]}, "caps[0]"),
        ({"surprise": 1}, "surprise"),
        ({"candidates": [{"id": "a", "score": 1}]}, "candidates[0].requested"),
        ({"candidates": [{"id": "a", "score": 1, "requested": 1, "vetoed": "no"}]}, "vetoed"),
    ],
)
def test_bad_candidates_are_refused(change, message, tmp_path):
    result = select_from(tmp_path, CANDIDATES | change, "--json")
    assert result.exit_code == 2
    assert message in result.output


def lottery_record() -> dict[str, object]:
    secret = bytes(range(32))
    commitment = commit_secret(secret)
    ids = ["A-1", "A-2", "A-3", "A-4"]
    draw: LotDraw = draw_order("CALL", ids, reveal_seed(secret, commitment, b"round 9"))
    return {
        "call": "CALL",
        "ids": ids,
        "secret": secret.hex(),
        "public_value": "round 9",
        "commitment": commitment,
        "order": [lot.id for lot in draw.lots],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, 0),
        ({"order": ["A-1", "A-2", "A-3", "A-4"][::-1], "public_value": "round 8"}, 1),
        ({"ids_sha256": "0" * 64}, 1),
        ({"secret": "00" * 32}, 2),
        ({"secret": "no hex"}, 2),
        ({"ids": "A-1"}, 2),
    ],
)
def test_a_recorded_lot_is_drawn_again(change, code, tmp_path):
    path = tmp_path / "lot.json"
    path.write_text(json.dumps(lottery_record() | change), encoding="utf-8")
    result = run("lottery", "verify", "--record", path)
    assert result.exit_code == code, result.output


def test_a_lot_that_ended_a_tie_is_drawn_again_from_its_public_seed(tmp_path):
    draw = draw_order("INNO-2027-1", ["b", "a", "c"], bytes(range(32)))
    record = {
        "call": "INNO-2027-1",
        "ids": ["a", "b", "c"],
        "seed": draw.seed,
        "order": [lot.id for lot in draw.lots],
        "places": draw.positions,
    }
    path = tmp_path / "lot.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert data_of(run("lottery", "verify", "--record", path, "--json"))["same"] is True
    path.write_text(json.dumps(record | {"order": record["order"][::-1]}), encoding="utf-8")
    assert run("lottery", "verify", "--record", path).exit_code == 1
