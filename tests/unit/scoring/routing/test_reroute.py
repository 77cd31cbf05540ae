from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.reroute import NotAssigned, Rerouter, reroute
from scoring.routing.result import Objective
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment
from tests.unit.scoring.routing.small import every_assignment, problems, total_of


def without(problem, key):
    """Return the problem with one more forbidden pair."""
    rest = problem.keys != key
    return replace(
        problem,
        keys=problem.keys[rest],
        affinity=problem.affinity[rest],
        forbidden=np.union1d(problem.forbidden, [key]),
        reasons=(*problem.reasons, "declined"),
    )


@settings(max_examples=120, deadline=None)
@given(problem=problems(), data=st.data())
def test_a_decline_changes_as_little_as_brute_force_can(problem, data):
    try:
        before = route(problem, data.draw(st.sampled_from([Objective.TOTAL, Objective.BALANCED])))
    except NoFeasibleAssignment:
        return
    movable = np.setdiff1d(before.keys, problem.kept)
    if not len(movable):
        return
    key = int(data.draw(st.sampled_from(movable.tolist())))
    state = Rerouter(problem, before.keys)
    old = set(before.keys.tolist())
    changed = without(problem, key)
    options = [
        (len(keys - old), -total_of(problem, keys), sorted(keys))
        for keys in every_assignment(changed)
    ]
    if not options:
        with pytest.raises(NoFeasibleAssignment) as caught:
            state.decline(problem.pair(key))
        assert caught.value.missing == {problem.pair(key)[0]: 1}
        assert state.keys().tolist() == before.keys.tolist()
        with pytest.raises(NoFeasibleAssignment):
            reroute(changed, before.keys)
        return
    check_decline(state, changed, key, options)


def check_decline(state, changed, key, options):
    """Compare a decline, and a whole run, with the best of all options."""
    problem, old = state.problem, set(state.keys().tolist())
    fewest, negative, _keys = min(options)
    before = np.array(sorted(old))
    change = state.decline(problem.pair(key))
    after = set(state.keys().tolist())
    assert (len(change.added), total_of(problem, frozenset(after))) == (fewest, -negative)
    assert set(map(problem.pair, after - old)) == set(change.added)
    assert set(map(problem.pair, old - after)) == {problem.pair(key), *change.removed}
    assert change.loss * problem.unit == total_of(problem, frozenset(old)) + negative
    whole = reroute(changed, before)
    assert len(whole.added) == fewest
    assert total_of(problem, frozenset(whole.keys.tolist())) == -negative


def three_proposals():
    """A can be evaluated by X and Y only; Y is full with B, who could also have Z."""
    affinity = {
        ("A", "X"): 0.9,
        ("A", "Y"): 0.8,
        ("B", "Y"): 0.7,
        ("B", "Z"): 0.6,
        ("C", "X"): 0.5,
    }
    needs = [Proposal(name, 1) for name in "ABC"]
    people = [Evaluator("X", 2), Evaluator("Y", 1), Evaluator("Z", 1)]
    return needs, people, affinity


def test_a_chain_of_moves_is_told_pair_by_pair():
    needs, people, affinity = three_proposals()
    problem = build_problem(needs, people, affinity, is_open=False)
    state = Rerouter(problem, route(problem, Objective.TOTAL).keys)
    change = state.decline(("A", "X"))
    assert change.added == (("A", "Y"), ("B", "Z"))
    assert change.removed == (("B", "Y"),)
    assert float(change.loss) == pytest.approx(0.2)


def test_submitted_evaluations_stay_put():
    needs, people, affinity = three_proposals()
    settled = Settled(submitted=frozenset({("B", "Y")}))
    problem = build_problem(needs, people, affinity, settled, is_open=False)
    state = Rerouter(problem, route(problem, Objective.TOTAL).keys)
    with pytest.raises(NoFeasibleAssignment) as caught:
        state.decline(("A", "X"))
    assert caught.value.shortage.proposals == ("A",)
    with pytest.raises(NotAssigned):
        state.decline(("B", "Y"))


@pytest.mark.parametrize("pair", [("A", "Z"), ("?", "X"), ("A", "?")])
def test_only_assigned_pairs_can_be_declined(pair):
    needs, people, affinity = three_proposals()
    problem = build_problem(needs, people, affinity)
    state = Rerouter(problem, route(problem, Objective.TOTAL).keys)
    with pytest.raises(NotAssigned):
        state.decline(pair)


def test_an_ill_evaluator_moves_only_what_they_had():
    needs = [Proposal(f"P{number}", 2) for number in range(6)]
    people = [Evaluator(name, 4) for name in "VWXYZ"]
    affinity = {
        (each.id, person.id): ((row * 7 + column * 5) % 11) / 10
        for row, each in enumerate(needs)
        for column, person in enumerate(people)
    }
    problem = build_problem(needs, people, affinity)
    before = route(problem, Objective.TOTAL)
    ill = before.problem.evaluators.index("W")
    changed = replace(problem, max_load=np.where(np.arange(5) == ill, 0, problem.max_load))
    after = reroute(changed, before.keys)
    assert {person for _proposal, person in after.removed} == {"W"}
    assert len(after.added) == before.loads()["W"]
