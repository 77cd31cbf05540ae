"""Whole calculations on plain data: the same votes give the same figures, here and in a process beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.services.decision.calculation import CalculationRefused, calculate
from scoring.calculations import answer

VOTES = [
    [proposal, assessor, grade]
    for proposal, grades in (("a", "90 85"), ("b", "60 75"), ("c", "70 40"), ("d", "20 30"))
    for assessor, grade in zip(("EV1", "EV2"), grades.split(), strict=True)
]
CANDIDATES = [
    {"id": name, "score": score, "requested": "100.00", "region": region}
    for name, score, region in (("a", 87, "x"), ("b", 67, "x"), ("c", 55, "y"), ("d", 25, "y"))
]
TERMS = {"budget": "200.00", "rule": "lexicographic_constrained", "caps": [], "floors": {}}


def votes_of(votes: list[list[str]]) -> dict[str, Any]:
    walked = TERMS | {"rule": "stop_at_first_misfit", "candidates": CANDIDATES}
    return {
        "votes": votes,
        "criteria": {"C1": votes, "C2": []},
        "unit": "20",
        "ranked": ["a", "b", "c"],
        "candidates": walked,
    }


def test_an_analysis_does_not_depend_on_the_order_of_the_votes() -> None:
    given = answer({"task": "analyse", "given": votes_of(VOTES)})
    assert given == answer({"task": "analyse", "given": votes_of(VOTES[::-1])})
    assert [row["proposal"] for row in given["ranking"]["proposals"]] == ["a", "b", "c"]
    assert given["ranking"]["fundable"] == 2
    assert [each["assessor"] for each in given["severities"]] == ["EV1", "EV2"]
    assert given["criteria"]["C2"] is None
    assert json.loads(json.dumps(given)) == given


def test_a_selection_from_the_process_beside_is_the_same() -> None:
    caps = [{"region": "x", "amount": "100.00"}]
    given = {"candidates": TERMS | {"caps": caps, "candidates": CANDIDATES}}
    here = answer({"task": "select", "given": given})
    assert here == calculate("select", given)
    assert here["selected"] == ["a", "c"]
    (certificate,) = here["certificates"]
    assert (certificate["id"], certificate["reason"]) == ("b", "region_cap")
    assert certificate["relaxations"][0]["limits"] == {"region:x": "100.00"}


def test_terms_that_cannot_be_used_are_refused_with_the_reason() -> None:
    given = {"candidates": TERMS | {"budget": "-1", "candidates": CANDIDATES}}
    with pytest.raises(CalculationRefused) as refused:
        calculate("select", given)
    assert "budget" in refused.value.data["reason"]


def test_many_departures_are_explained_up_to_a_number_and_the_rest_named() -> None:
    many = [
        {"id": f"n{number}", "score": 90 - number, "requested": "100.00", "region": "x"}
        for number in range(15)
    ]
    last = {"id": "last", "score": 10, "requested": "100.00", "region": "y"}
    caps = [{"region": "x", "amount": "0.00"}]
    found = answer(
        {
            "task": "select",
            "given": {"candidates": TERMS | {"caps": caps, "candidates": [*many, last]}},
        }
    )
    assert found["selected"] == ["last"]
    assert (len(found["certificates"]), found["unexplained"]) == (12, ["n12", "n13", "n14"])
