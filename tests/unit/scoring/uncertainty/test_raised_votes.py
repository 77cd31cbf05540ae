"""What raising one vote does to the rank of that application, where evaluators saw different ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.uncertainty.expected_rank import expected_ranks
from scoring.uncertainty.model import build_design
from scoring.uncertainty.priors import Prior
from scoring.uncertainty.quadrature import Quadrature
from scoring.uncertainty.ranking import Options, rank_with_doubt
from scoring.votes import Vote, tabulate
from tests.unit.scoring.mock_votes import votes_of


@st.composite
def sparse_panels(draw):
    """Panels in which every cell may be empty."""
    cells = draw(
        st.dictionaries(
            st.tuples(st.integers(0, 6), st.integers(0, 4)), st.integers(1, 6), min_size=3
        )
    )
    return [Vote(f"P{p}", f"E{e}", Fraction(grade)) for (p, e), grade in sorted(cells.items())]


@settings(max_examples=150, deadline=None)
@given(
    sparse_panels(),
    st.data(),
    st.tuples(*[st.floats(0.01, 2.0)] * 3),
    st.sampled_from(list(Prior)),
)
def test_with_known_spreads_a_raised_vote_never_worsens_the_rank(votes, data, spreads, prior):
    place = data.draw(st.integers(0, len(votes) - 1))
    vote = votes[place]
    assume(vote.grade < 6)
    higher = [*votes[:place], replace(vote, grade=Fraction(6)), *votes[place + 1 :]]

    def rank(cast):
        table = tabulate(cast)
        design = build_design(table, prior, 1.0)
        node = Quadrature(np.array([spreads[: len(design.axes)]]), np.ones(1), 0.0)
        found = expected_ranks(design, node)
        return found[table.proposals.index(vote.proposal)]

    assert rank(higher) <= rank(votes) + 1e-9


def test_a_vote_that_ends_a_disagreement_can_cost_a_little_where_spreads_are_estimated():
    # Two grades that lie further apart say that all grades are uncertain; closer ones make the model
    # surer that P1, which the first evaluator put below the others, is below them.
    before = votes_of({"P0": {"A": 4}, "P1": {"A": 3, "B": 1}, "P2": {"A": 4}})
    after = votes_of({"P0": {"A": 4}, "P1": {"A": 3, "B": 2}, "P2": {"A": 4}})
    for prior, loss in ((Prior.SNSF2022, 0.0225), (Prior.HIERARCHICAL, 0.0167)):
        ranks = [
            rank_with_doubt(votes, Options(prior=prior)).row("P1").expected_rank
            for votes in (before, after)
        ]
        assert ranks[1] - ranks[0] == pytest.approx(loss, abs=1e-3)
