from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.routing.explanation import Alternatives, PairNotPossible, explain_pairs
from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.result import Objective
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment
from tests.unit.scoring.routing.small import every_assignment, problems, total_of


def two_proposals(objective=Objective.TOTAL):
    affinity = {("A", "X"): 0.9, ("A", "Y"): 0.8, ("B", "X"): 0.8, ("B", "Y"): 0.1}
    settled = Settled({("B", "Z"): "conflict"})
    needs = [Proposal("A", 1), Proposal("B", 1)]
    people = [Evaluator("X", 1), Evaluator("Y", 2), Evaluator("Z", 1)]
    return route(build_problem(needs, people, affinity, settled), objective)


def test_a_pair_tells_its_rank_its_price_and_its_best_alternative():
    first, second = explain_pairs(two_proposals())
    assert (first.proposal, first.evaluator, first.rank, first.candidates) == ("A", "Y", 2, 3)
    assert (first.price, first.alternative) == (0, "X")
    assert (second.proposal, second.evaluator, second.rank, second.candidates) == ("B", "X", 1, 2)
    assert (second.alternative, second.alternative_affinity) == ("Y", Fraction(1, 10))
    assert Fraction(1, 10) <= second.price <= Fraction(7, 10)


def test_what_if_tells_the_exact_loss_and_all_moves():
    answer = Alternatives(two_proposals()).ask(("A", "X"))
    assert (answer.loss, answer.classes) == (Fraction(6, 10), {1: 1, 8: -2, 9: 1})
    assert answer.added == (("A", "X"), ("B", "Y"))
    assert answer.removed == (("A", "Y"), ("B", "X"))


def test_an_impossible_wish_has_no_answer():
    needs, people = [Proposal("A", 1), Proposal("B", 1)], [Evaluator("X", 1), Evaluator("Y", 1)]
    settled = Settled({("B", "Y"): "conflict"})
    found = route(build_problem(needs, people, {}, settled), Objective.TOTAL)
    assert Alternatives(found).ask(("A", "X")) is None


@pytest.mark.parametrize("pair", [("B", "Z"), ("A", "?"), ("?", "X")])
def test_a_forbidden_or_unknown_pair_is_not_weighed(pair):
    with pytest.raises(PairNotPossible):
        Alternatives(two_proposals()).ask(pair)


@settings(max_examples=120, deadline=None)
@given(problem=problems(), data=st.data())
def test_every_what_if_equals_brute_force(problem, data):
    try:
        found = route(problem, Objective.TOTAL)
    except NoFeasibleAssignment:
        return
    alternatives = Alternatives(found)
    if not len(alternatives.keys):
        return
    key = int(data.draw(st.sampled_from(alternatives.keys.tolist())))
    wanted = key not in found.keys
    options = [
        total_of(problem, keys) for keys in every_assignment(problem) if (key in keys) is wanted
    ]
    answer = alternatives.ask(problem.pair(key))
    if not options:
        assert answer is None
        return
    assert answer.loss * problem.unit == found.bounds.total - max(options)
    assert (problem.pair(key) in answer.added) is wanted


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_the_told_loss_is_never_too_high(problem):
    try:
        found = route(problem, Objective.TOTAL)
    except NoFeasibleAssignment:
        return
    for each in explain_pairs(found):
        if each.alternative is None:
            continue
        swapped = [
            total_of(problem, keys)
            for keys in every_assignment(problem)
            if index_of(problem, each.proposal, each.evaluator) not in keys
            and index_of(problem, each.proposal, each.alternative) in keys
        ]
        assert all(
            found.bounds.total - total >= each.loss_at_least * problem.unit for total in swapped
        )


def index_of(problem, proposal, evaluator):
    """Return the key of a pair."""
    row = problem.proposals.index(proposal)
    return row * problem.width + problem.evaluators.index(evaluator)


def test_other_objectives_are_weighed_by_one_run_more():
    found = two_proposals(Objective.BALANCED)
    answer = Alternatives(found).ask(("B", "X"))
    assert ("B", "X") in answer.removed
    assert answer.loss == found.total - Fraction(9, 10) - Fraction(1, 10)
    assert all(each.loss_at_least is None for each in explain_pairs(found))
    assert np.array_equal(found.keys, two_proposals(Objective.LEXIMIN).keys)
