"""The nodes of the integral: few, and right also where votes say little."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from scoring.uncertainty.compression import compress
from scoring.uncertainty.expected_rank import Precision, expected_ranks
from scoring.uncertainty.lattices import lay_first
from scoring.uncertainty.model import build_design
from scoring.uncertainty.priors import Piece, Prior
from scoring.uncertainty.quadrature import BASES, Rule
from scoring.uncertainty.ranking import Options, rank_with_doubt
from scoring.votes import Vote, tabulate


def noisy_votes(applications, evaluators, each, level):
    """Votes in which evaluators hardly agree: grades from 1 to 6, nearly by chance."""
    rng = np.random.default_rng(8)
    return [
        Vote(f"P{i}", f"E{j}", Fraction(int(np.clip(rng.normal(3.5 + level * (i % 3), 1.8), 1, 6))))
        for i in range(applications)
        for j in rng.choice(evaluators, each, replace=False)
    ]


@pytest.mark.parametrize(("dimension", "density"), [(2, 2 / 3**0.5), (3, 2**0.5), (4, 2.0)])
def test_a_lattice_resolves_what_a_cubic_one_does_with_fewer_nodes(dimension, density):
    basis = np.array(BASES[dimension], dtype=float)
    dual = np.linalg.inv(basis).T
    steps = [each for each in itertools.product(range(-3, 4), repeat=dimension) if any(each)]
    assert min(np.linalg.norm(dual @ each) for each in steps) == pytest.approx(1.0)
    assert abs(np.linalg.det(basis)) == pytest.approx(density)


@pytest.mark.parametrize("prior", Prior)
def test_votes_by_chance_are_ranked_as_closely_as_others(prior):
    # Their residual reaches beyond 2, where the prior has a corner.
    votes = noisy_votes(8, 4, 3, 0.0)
    frames, _ = lay_first(build_design(tabulate(votes), prior, 1.0), Rule(1.0, 12), 1e-7)
    assert [piece for piece, _ in frames.shapes] == [Piece.BELOW, Piece.ABOVE]
    default, fine = (
        rank_with_doubt(votes, Options(prior=prior, precision=each, draws=100))
        for each in Precision
    )
    for row in default.rows:
        exact = fine.row(row.proposal).expected_rank
        assert row.expected_rank == pytest.approx(exact, abs=1e-3)
    assert fine.accuracy < 1e-5


def test_fewer_nodes_give_the_same_ranks_where_applications_hardly_differ():
    design = build_design(tabulate(noisy_votes(120, 12, 3, 0.2)), Prior.SNSF2022, 1.0)
    _, lattice = lay_first(design, Rule(0.8, 16), 1e-7)
    few = compress(design, lattice, 5)
    assert len(few.weights) <= 21
    assert few.weights @ few.points == pytest.approx(lattice.weights @ lattice.points, abs=0.01)
    moved = expected_ranks(design, few) - expected_ranks(design, lattice)
    assert np.abs(moved).max() < 1e-3
