from __future__ import annotations

from fractions import Fraction

import pytest

from scoring.calibration import FEW_VOTES, Tendency, calibrate, report_connectivity
from scoring.uncertainty.priors import Prior
from scoring.uncertainty.ranking import Options
from scoring.votes import tabulate
from tests.unit.scoring.mock_votes import panel, random_votes, votes_of


def test_the_lenient_and_the_severe_evaluator_of_panel_one_are_named():
    found = calibrate(panel("1"))
    tendencies = {each.assessor.id: each.tendency for each in found.severities}
    assert tendencies == {
        "1": Tendency.LENIENT,
        "2": Tendency.UNCLEAR,
        "3": Tendency.UNCLEAR,
        "4": Tendency.UNCLEAR,
        "5": Tendency.SEVERE,
    }
    assert all(each.enough_votes and each.votes == 15 for each in found.severities)
    assert found.connectivity.is_connected


def test_the_official_score_stands_unchanged_beside_the_calibrated_one():
    official = {str(each): Fraction(100 - each) for each in range(1, 16)}
    found = calibrate(panel("1"), official, Options(prior=Prior.SNSF2022))
    assert {each.proposal: each.official for each in found.results} == official
    assert [each.official_rank for each in found.results] == list(range(1, 16))
    assert [each.calibrated_rank for each in found.results[:5]] == [1, 2, 2, 2, 5]
    first = found.results[0]
    assert first.shift == pytest.approx(first.calibrated - float(first.mean))
    assert first.interval.lower < first.calibrated < first.interval.upper
    with pytest.raises(KeyError):
        calibrate(panel("1"), {"1": Fraction(1)})


def test_a_severe_evaluator_costs_an_application_nothing_after_calibration():
    rows = {f"P{i}": {"A": 4, "B": 4 + i % 2, "C": 4} for i in range(10)}
    for i in range(10):
        rows[f"P{i}"] |= {"S": 2} if i < 5 else {}
    found = {each.proposal: each for each in calibrate(votes_of(rows)).results}
    assert found["P0"].mean < found["P6"].mean
    assert found["P0"].shift > 0 > found["P6"].shift


def test_parts_that_share_no_vote_are_reported():
    votes = votes_of({"P": {"A": 3, "B": 4}, "Q": {"B": 5}, "R": {"C": 2}, "S": {"C": 4}})
    parts = report_connectivity(tabulate(votes))
    assert [(part.proposals, tuple(a.id for a in part.assessors), part.shared)
            for part in parts.components] == [
        (("P", "Q"), ("A", "B"), 1),
        (("R", "S"), ("C",), 0),
    ]  # fmt: skip
    assert not parts.is_connected
    assert parts.are_comparable("P", "Q")
    assert not parts.are_comparable("P", "R")
    found = calibrate(votes)
    assert [each.component for each in found.results] == [0, 0, 1, 1]
    assert not any(each.enough_votes for each in found.severities if each.votes < FEW_VOTES)


def test_a_connected_round_has_one_part():
    assert report_connectivity(tabulate(random_votes(40, 8, 3))).is_connected
