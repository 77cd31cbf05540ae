from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from scoring.routing.network import make_network
from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment, Shortage, ShortageKind
from tests.unit.scoring.routing.small import every_assignment, problems


def shortage_of(problem):
    """Return the error of an infeasible problem."""
    with pytest.raises(NoFeasibleAssignment) as caught:
        route(problem)
    return caught.value


def test_too_few_evaluators_are_counted_and_named():
    needs = [Proposal(name, 2) for name in "ABC"]
    people = [Evaluator("X", 3), Evaluator("Y", 3), Evaluator("S", 1)]
    language = {(name, each): "language" for name in "AB" for each in "XY"}
    error = shortage_of(build_problem(needs, people, {("C", "S"): 1.0}, Settled(language)))
    assert error.missing.keys() == {"A", "B"}
    assert error.places == 3
    assert error.shortage == Shortage(ShortageKind.EVALUATORS, ("A", "B"), ("S",), 4, 1)
    assert error.shortage.lacking == 3


def test_without_evaluators_every_place_is_missing():
    error = shortage_of(build_problem([Proposal("A", 2), Proposal("B", 2)], [], {}))
    assert error.missing == {"A": 2, "B": 2}
    assert error.shortage == Shortage(ShortageKind.EVALUATORS, ("A", "B"), (), 4, 0)


def test_minimum_loads_beyond_all_places_are_named():
    people = [Evaluator("X", 3, 2), Evaluator("Y", 3, 1), Evaluator("Z", 3)]
    error = shortage_of(build_problem([Proposal("A", 1), Proposal("B", 1)], people, {}))
    assert error.shortage == Shortage(ShortageKind.PROPOSALS, ("A", "B"), ("X", "Y"), 3, 2)


def test_a_minimum_load_that_conflicts_leave_no_work_for_is_named():
    people = [Evaluator("X", 2, 2), Evaluator("Y", 2)]
    settled = Settled({("A", "X"): "conflict"})
    error = shortage_of(build_problem([Proposal("A", 1), Proposal("B", 1)], people, {}, settled))
    assert error.shortage == Shortage(ShortageKind.PROPOSALS, ("B",), ("X",), 2, 1)


def test_one_proposal_cannot_have_one_evaluator_twice():
    error = shortage_of(build_problem([Proposal("A", 2)], [Evaluator("X", 5)], {}))
    assert (error.places, error.shortage.needed, error.shortage.available) == (1, 2, 1)


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_the_named_group_really_is_too_small(problem):
    """Count again, from the problem alone, what the group can get."""
    try:
        route(problem)
    except NoFeasibleAssignment as error:
        shortage = error.shortage
    else:
        return
    assert not list(every_assignment(problem))
    network = make_network(problem)
    rows = np.isin(problem.proposals, shortage.proposals)
    people = np.isin(problem.evaluators, shortage.evaluators)
    arc_rows, arc_people = rows[network.proposal], people[network.evaluator]
    if shortage.kind is ShortageKind.EVALUATORS:
        outside = np.count_nonzero(arc_rows & ~arc_people)
        assert shortage.needed == network.need[rows].sum()
        assert shortage.available == network.high[people].sum() + outside
    else:
        assert shortage.needed == network.low[people].sum()
        most = np.bincount(network.proposal[arc_people], minlength=len(rows))
        assert shortage.available in (network.places, np.minimum(most, network.need).sum())
    assert shortage.needed > shortage.available


def test_a_large_open_problem_names_its_shortage_through_the_hub(monkeypatch):
    monkeypatch.setattr("scoring.routing.network.MOST_WRITTEN_PAIRS", 0)
    needs = [Proposal("A", 2), Proposal("B", 1)]
    problem = build_problem(needs, [Evaluator("X", 1), Evaluator("Y", 1)], {("A", "X"): 1.0})
    error = shortage_of(problem)
    assert (error.shortage.needed, error.shortage.available) == (3, 2)
    assert shortage_of(replace(problem, is_open=False)).places == 2
