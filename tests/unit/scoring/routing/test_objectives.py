from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.routing import core, network
from scoring.routing.certificate import Certificate, stage_kinds
from scoring.routing.checker import find_fault
from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.result import Objective, Status
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment
from tests.unit.scoring.routing.small import (
    classes_of,
    every_assignment,
    minimum_of,
    problems,
    read_bids,
    squares_of,
    total_of,
)

STAGED = [Objective.TOTAL, Objective.LEXIMIN, Objective.BALANCED]


def value_of(objective, problem, keys):
    """Return what an objective maximises, as a tuple that compares."""
    fewest = tuple(-count for count in classes_of(problem, keys)[:-1])
    total = total_of(problem, keys)
    return {
        Objective.TOTAL: (total,),
        Objective.MAX_MIN: (minimum_of(problem, keys), total),
        Objective.LEXIMIN: (*fewest, total),
        Objective.BALANCED: (*fewest, total, -squares_of(problem, keys)),
    }[objective]


@settings(max_examples=150, deadline=None)
@given(problem=problems(), objective=st.sampled_from(list(Objective)))
def test_every_objective_equals_brute_force(problem, objective):
    values = [value_of(objective, problem, keys) for keys in every_assignment(problem)]
    if not values:
        with pytest.raises(NoFeasibleAssignment) as caught:
            route(problem, objective)
        assert caught.value.shortage.needed > caught.value.shortage.available
        return
    found = route(problem, objective)
    keys = frozenset(found.keys.tolist())
    assert value_of(objective, problem, keys) == max(values)
    assert (found.status, found.bounds.total) == (Status.OPTIMAL, total_of(problem, keys))
    assert not keys & set(problem.forbidden.tolist())


@settings(max_examples=60, deadline=None)
@given(problem=problems(), objective=st.sampled_from(STAGED))
def test_every_certificate_is_accepted(problem, objective):
    try:
        found = route(problem, objective)
    except NoFeasibleAssignment:
        return
    assert find_fault(problem, found.keys, found.certificate, stage_kinds(objective)) is None


@settings(max_examples=60, deadline=None)
@given(problem=problems(), objective=st.sampled_from(STAGED))
def test_the_hub_changes_no_value(problem, objective):
    written = network.MOST_WRITTEN_PAIRS
    try:
        expected = route(problem, objective)
    except NoFeasibleAssignment:
        expected = None
    network.MOST_WRITTEN_PAIRS = 0
    try:
        found = route(problem, objective)
    except NoFeasibleAssignment:
        assert expected is None
    else:
        assert expected is not None
        assert value_of(objective, problem, frozenset(found.keys.tolist())) == value_of(
            objective, problem, frozenset(expected.keys.tolist())
        )
        assert find_fault(problem, found.keys, found.certificate, stage_kinds(objective)) is None
    finally:
        network.MOST_WRITTEN_PAIRS = written


@settings(max_examples=60, deadline=None)
@given(problem=problems(), objective=st.sampled_from(list(Objective)))
def test_looking_at_a_core_first_changes_no_value(problem, objective):
    try:
        expected = route(problem, objective)
    except NoFeasibleAssignment:
        return
    few, spare = core.FEW_PAIRS, core.SPARE_CANDIDATES
    core.FEW_PAIRS = core.SPARE_CANDIDATES = 0
    try:
        found = route(problem, objective)
    finally:
        core.FEW_PAIRS, core.SPARE_CANDIDATES = few, spare
    assert value_of(objective, problem, frozenset(found.keys.tolist())) == value_of(
        objective, problem, frozenset(expected.keys.tolist())
    )


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(st.integers(0, 100), min_size=12, max_size=12),
    extra=st.lists(st.integers(0, 100), min_size=4, max_size=4),
    objective=st.sampled_from(list(Objective)),
)
def test_one_more_evaluator_never_lowers_the_optimum(scores, extra, objective):
    names, people = ["A", "B", "C", "D"], ["X", "Y", "Z"]
    pairs = [(name, each) for name in names for each in people]
    affinity = {pair: Fraction(score, 100) for pair, score in zip(pairs, scores, strict=True)}
    needs = [Proposal(name, 2) for name in names]
    pool = [Evaluator(name, 3) for name in people]
    fewer = route(build_problem(needs, pool, affinity), objective)
    affinity |= {
        (name, "N"): Fraction(score, 100) for name, score in zip(names, extra, strict=True)
    }
    problem = build_problem(needs, [*pool, Evaluator("N", 2)], affinity)
    more = route(problem, objective)
    before = value_of(objective, fewer.problem, frozenset(fewer.keys.tolist()))
    after = value_of(objective, problem, frozenset(more.keys.tolist()))
    assert after >= before


@settings(max_examples=40, deadline=None)
@given(data=st.data(), objective=st.sampled_from(list(Objective)))
def test_the_order_of_the_input_changes_nothing(data, objective):
    names, people = ["A", "B", "C"], ["X", "Y", "Z"]
    affinity = {(n, p): Fraction(data.draw(st.integers(0, 9)), 9) for n in names for p in people}
    needs, pool = [Proposal(n, 2) for n in names], [Evaluator(p, 2) for p in people]
    turned = dict(data.draw(st.permutations(list(affinity.items()))))
    one = route(build_problem(needs, pool, affinity), objective)
    other = route(build_problem(needs[::-1], pool[::-1], turned), objective)
    assert one.pairs() == other.pairs()


PUBLISHED = [
    ("aamas2016", 12, Objective.TOTAL, "949.50", "0.75"),
    ("aamas2016", 12, Objective.LEXIMIN, "927.25", "0.75"),
    ("aamas2016", 12, Objective.BALANCED, "927.25", "0.75"),
    ("aamas2016", 12, Objective.MAX_MIN, "949.25", "1.00"),
    ("preflib3", 6, Objective.MAX_MIN, "454.25", "0.75"),
    ("preflib3", 6, Objective.TOTAL, "454.25", "0.75"),
    ("preflib3", 6, Objective.LEXIMIN, "453.75", "0.75"),
]


@pytest.mark.parametrize(("name", "load", "objective", "total", "minimum"), PUBLISHED)
def test_published_bids_reach_the_known_optimum(name, load, objective, total, minimum):
    problem = read_bids(name, load)
    found = route(problem, objective)
    assert (found.total, found.minimum) == (Fraction(total), Fraction(minimum))
    if objective in STAGED:
        assert find_fault(problem, found.keys, found.certificate, stage_kinds(objective)) is None


def test_leximin_leaves_the_fewest_weak_pairs_of_aamas_2016():
    problem = read_bids("aamas2016", 12)
    weak = {
        objective: int((problem.affinities(route(problem, objective).keys) <= 250_000).sum())
        for objective in STAGED
    }
    assert weak == {Objective.TOTAL: 148, Objective.LEXIMIN: 101, Objective.BALANCED: 101}


def test_nothing_to_route_gives_an_empty_assignment():
    for objective in Objective:
        found = route(build_problem([], [Evaluator("X", 1)], {}), objective)
        assert (found.pairs(), found.total, found.loads()) == ((), 0, {"X": 0})


def test_locks_may_exceed_the_places_and_the_capacity():
    settled = Settled(locked=frozenset({("A", "X"), ("B", "X"), ("B", "Y")}))
    problem = build_problem(
        [Proposal("A", 1), Proposal("B", 1)], [Evaluator("X", 1), Evaluator("Y", 1)], {}, settled
    )
    for objective in Objective:
        found = route(problem, objective)
        assert found.loads() == {"X": 2, "Y": 1}
        assert all(pair.locked for pair in found.pairs())


@settings(max_examples=100, deadline=None)
@given(problem=problems(), data=st.data(), objective=st.sampled_from(STAGED))
def test_a_changed_pair_or_load_is_always_caught(problem, data, objective):
    """Any other set of keys must be refused unless it is another proven optimum."""
    assignments = list(every_assignment(problem))
    if not assignments:
        return
    found = route(problem, objective)
    kinds = stage_kinds(objective)
    best = value_of(objective, problem, frozenset(found.keys.tolist()))
    every = len(problem.proposals) * len(problem.evaluators)
    other = frozenset(data.draw(st.sets(st.integers(0, every - 1), max_size=every)))
    if other in assignments and value_of(objective, problem, other) == best:
        return
    fault = find_fault(problem, np.array(sorted(other), np.int64), found.certificate, kinds)
    assert fault is not None


def test_a_worse_assignment_with_moved_prices_is_refused():
    problem = read_bids("preflib1", 12)
    found = route(problem, Objective.TOTAL)
    (stage,) = found.certificate.stages
    for step in (-1, 1):
        places = stage.places.copy()
        places[3] += step * 1_000_000
        moved = Certificate(found.certificate.fingerprint, (replace(stage, places=places),))
        assert find_fault(problem, found.keys, moved, (-1,)) == "stage -1 is not proven"
    other = replace(problem, max_load=problem.max_load + 1)
    assert "another problem" in str(find_fault(other, found.keys, found.certificate, (-1,)))
