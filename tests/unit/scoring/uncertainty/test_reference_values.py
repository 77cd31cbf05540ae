"""The mock panels against the table made for the published model, and against a plain integral."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from scoring.uncertainty import model
from scoring.uncertainty.expected_rank import Precision
from scoring.uncertainty.priors import Parameters, Piece, Prior
from scoring.uncertainty.ranking import Options, UncertainRanking, rank_with_doubt
from scoring.votes import tabulate
from tests.unit.scoring.mock_votes import panel

SNSF = Options(prior=Prior.SNSF2022, fundable=5)
# Computed at 20 nodes and printed to four decimals: right to 0.00011 (see the plain integral below).
TABLE_ERROR = 1.2e-4
ER = {
    "1": "2.4537 4.0949 4.0949 4.0949 5.0979 6.1750 7.2848 7.2848 8.3894 9.4584 10.4699 11.4082"
    " 13.0156 13.0156 13.6618",
    "3": "1.4294 2.6343 3.1721 4.4507 5.9775 6.8094 6.8094 7.6638 8.5204 9.3607 10.9426 11.6711"
    " 12.9791 13.5437 14.0358",
}
QUALITY = {
    "1": ".8076 .5291 .5291 .5291 .3899 .2506 .1114 .1114 -.0278 -.1671 -.3063 -.4456 -.7241"
    " -.7241 -.8633",
    "3": "1.7108 1.2141 1.0485 .7174 .3863 .2207 .2207 .0552 -.1104 -.2759 -.6071 -.7726 -1.1037"
    " -1.2693 -1.4349",
}
HALF = {
    "1": "1–3 2–6 2–6 2–6 3–7 4–8 5–9 5–9 7–10 8–11 9–12 10–13 12–14 12–14 13–15",
    "3": "1–2 2–3 2–4 3–5 5–7 5–8 5–8 6–9 7–10 8–11 10–12 11–13 12–14 13–15 13–15",
}
CHANCE = {
    "1": ".920 .740 .742 .741 .592 .421 .267 .267 .154 .082 .041 .020 .005 .005 .003",
    "3": ".997 .963 .926 .760 .449 .292 .289 .173 .092 .046 .009 .004 .001 0 0",
}
GROUPS = {"1": "ARRRRRRRXXXXXXX", "3": "AAAARRRXXXXXXXX"}
LENIENCY = {"1": "1.4883 .0760 .4020 -.2499 -1.7165", "3": ".3616 .3099 .2583 .3099 -1.2397"}
DEVIATIONS = {"1": (0.6741, 0.9220), "3": (1.0922, 1.0436)}
LETTER = {"accepted": "A", "random_selection": "R", "rejected": "X"}
PANELS = pytest.mark.parametrize("name", ["1", "3"])


def numbers(text: str) -> list[float]:
    return [float(each) for each in text.split()]


def in_data_order(ranking: UncertainRanking):
    return sorted(ranking.rows, key=lambda row: int(row.proposal))


@PANELS
@pytest.mark.parametrize(
    ("precision", "bound"), [(Precision.DEFAULT, 1e-3), (Precision.FINE, TABLE_ERROR)]
)
def test_expected_ranks_are_those_of_the_table(name, precision, bound):
    rows = in_data_order(rank_with_doubt(panel(name), replace(SNSF, precision=precision)))
    assert [row.expected_rank for row in rows] == pytest.approx(numbers(ER[name]), abs=bound)


@PANELS
def test_everything_else_is_that_of_the_table(name):
    ranking = rank_with_doubt(panel(name), SNSF)
    rows = in_data_order(ranking)
    assert [row.quality for row in rows] == pytest.approx(numbers(QUALITY[name]), abs=2e-4)
    assert [f"{low}–{high}" for low, high in (row.rank_half for row in rows)] == HALF[name].split()
    assert [row.funding_probability for row in rows] == pytest.approx(
        numbers(CHANCE[name]), abs=0.007
    )
    assert "".join(LETTER[row.group] for row in rows) == GROUPS[name]
    leniency = [each.mean for each in ranking.evaluators]
    assert leniency == pytest.approx(numbers(LENIENCY[name]), abs=1e-4)
    assert [value for _, value in ranking.deviations] == pytest.approx(DEVIATIONS[name], abs=1e-3)


def test_sucra_and_pcer_follow_from_the_expected_rank():
    rows = in_data_order(rank_with_doubt(panel("1"), SNSF))
    sucra = numbers(
        ".8962 .7789 .7789 .7789 .7073 .6304 .5511 .5511 .4722 .3958 .3236 .2566 .1417 .1417 .0956"
    )
    assert [row.sucra for row in rows] == pytest.approx(sucra, abs=1e-4)
    assert [row.pcer for row in rows] == pytest.approx(
        [100 * (row.expected_rank - 0.5) / 15 for row in rows]
    )
    cumulated = [sum(np.cumsum(row.rankogram)[:-1]) / 14 for row in rows]
    assert cumulated == pytest.approx(sucra, abs=3e-3)


def expected_at(at, weights):
    covariance = at.spread.transpose(0, 2, 1) @ at.spread
    total = at.variance + np.diagonal(covariance, axis1=1, axis2=2)
    apart = total[:, :, None] + total[:, None, :] - 2 * covariance
    lead = at.mean[:, None, :] - at.mean[:, :, None]
    apart[:, np.arange(15), np.arange(15)] = 1.0
    return 0.5 + np.einsum("g,gik->i", weights, special.ndtr(lead / np.sqrt(apart)))


@PANELS
def test_fine_ranks_are_those_of_a_plain_integral(name, monkeypatch):
    design = model.build_design(tabulate(panel(name)), Prior.SNSF2022, 1.0)
    nodes, weights = np.polynomial.legendre.leggauss(80)
    tau, s = (nodes + 1), math.sqrt(2) * (nodes + 1)
    grid = np.stack([each.ravel() for each in np.meshgrid(tau, s, indexing="ij")], axis=1)
    prior = np.log(grid[:, 1])
    prior += np.log(np.maximum(1e-300, 1 - 4 / np.pi * np.arccos(np.minimum(1, 2 / grid[:, 1]))))

    def as_they_are(points, _axes, _piece):
        count = len(points)
        at = Parameters(points[:, 0], points[:, 1], np.full(count, 0.5), np.ones(count))
        return at, np.zeros(count)

    monkeypatch.setattr(model, "parameters_at", as_they_are)
    height = model.log_posterior(design, grid, Piece.BELOW) + prior
    share = np.exp(height - height.max()) * np.outer(weights, weights).ravel()
    share /= share.sum()
    kept = share > 1e-13
    exact = expected_at(model.condition(design, grid[kept]), share[kept])
    monkeypatch.undo()
    fine = rank_with_doubt(panel(name), replace(SNSF, precision=Precision.FINE))
    found = {row.proposal: row.expected_rank for row in fine.rows}
    assert [found[each] for each in tabulate(panel(name)).proposals] == pytest.approx(
        exact, abs=1e-5
    )
