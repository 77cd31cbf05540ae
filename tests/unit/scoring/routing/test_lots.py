from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.lottery import SeedTooShort
from scoring.routing.lots import SHARES, CapTooLow, draw, make_lots
from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.result import Objective
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment
from tests.unit.scoring.routing.small import problems, read_bids

HALF = Fraction(1, 2)


def square(size=4, demand=1, load=1, settled=None):
    affinity = {
        (f"P{row}", f"E{column}"): Fraction(9 if row == column else 5, 10)
        for row in range(size)
        for column in range(size)
    }
    return build_problem(
        [Proposal(f"P{row}", demand) for row in range(size)],
        [Evaluator(f"E{column}", load) for column in range(size)],
        affinity,
        settled,
    )


def test_no_pair_is_more_likely_than_the_cap_and_the_expected_total_is_the_greatest():
    lots = make_lots(square(), HALF)
    assert max(lots.probabilities().values()) == HALF
    # half of each favourite at 0.9, the rest at 0.5
    assert lots.total == 4 * (HALF * Fraction(9, 10) + HALF * HALF)


def test_a_cap_of_one_is_the_greatest_total():
    lots = make_lots(square(), Fraction(1))
    assert lots.total == route(square(), Objective.TOTAL).total
    assert len(draw(lots, bytes(16))) == 4


def test_the_same_seed_draws_the_same_and_another_seed_something_else():
    lots = make_lots(read_bids("preflib1", 6), HALF)
    one, again = draw(lots, b"2027-03-01, draw 1"), draw(lots, b"2027-03-01, draw 1")
    assert np.array_equal(one, again)
    assert not np.array_equal(one, draw(lots, b"2027-03-01, draw 2"))


def test_pairs_are_drawn_as_often_as_they_should_be():
    lots = make_lots(square(), HALF)
    counts = dict.fromkeys(lots.keys.tolist(), 0)
    draws = 600
    for number in range(draws):
        for key in draw(lots, number.to_bytes(16, "big")).tolist():
            counts[key] += 1
    for key, share in zip(lots.keys.tolist(), lots.shares.tolist(), strict=True):
        # five standard deviations of 600 draws at one half
        assert abs(counts[key] / draws - share / SHARES) < 0.11


def test_settled_pairs_are_certain_and_not_drawn():
    settled = Settled(locked=frozenset({("P0", "E1")}))
    problem = square(settled=settled)
    lots = make_lots(problem, HALF)
    assert ("P0", "E1") not in lots.probabilities()
    assert set(problem.kept.tolist()) <= set(draw(lots, bytes(16)).tolist())


def test_a_cap_that_leaves_places_empty_is_told_apart_from_a_shortage():
    with pytest.raises(CapTooLow):
        make_lots(square(size=2), Fraction(1, 3))
    with pytest.raises(NoFeasibleAssignment):
        make_lots(square(size=2, demand=2), HALF)
    with pytest.raises(ValueError, match="above 0"):
        make_lots(square(), Fraction(0))


def test_a_seed_that_could_be_searched_is_refused():
    with pytest.raises(SeedTooShort):
        draw(make_lots(square(), HALF), b"short")


@settings(deadline=None)
@given(
    problems(),
    st.sampled_from([HALF, Fraction(2, 3), Fraction(1)]),
    st.binary(min_size=16, max_size=16),
)
def test_every_draw_keeps_demands_loads_and_conflicts(problem, cap, seed):
    try:
        lots = make_lots(problem, cap)
    except (CapTooLow, NoFeasibleAssignment):
        return
    keys = draw(lots, seed)
    assert len(np.unique(keys)) == len(keys)
    assert not np.isin(keys, problem.forbidden).any()
    assert set(keys.tolist()) <= {*lots.keys.tolist(), *problem.kept.tolist()}
    taken = np.bincount(problem.kept // problem.width, minlength=len(problem.proposals))
    served = np.bincount(keys // problem.width, minlength=len(problem.proposals))
    assert np.array_equal(served, np.maximum(problem.demand, taken))
    loads = np.bincount(keys % problem.width, minlength=len(problem.evaluators))
    base = np.bincount(problem.kept % problem.width, minlength=len(problem.evaluators))
    assert (loads >= problem.min_load).all()
    assert (loads <= np.maximum(problem.max_load, base)).all()
