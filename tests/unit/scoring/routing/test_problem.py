from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.routing.affinity.expertise import expertise, measure_affinity
from scoring.routing.problem import (
    DuplicateIdentifier,
    Evaluator,
    InvalidLoad,
    LockNotAllowed,
    Proposal,
    Settled,
    UnknownIdentifier,
    build_problem,
)
from scoring.routing.result import AssignedPair, Objective
from scoring.routing.routing import route
from tests.unit.scoring import demo_round

A, B = Proposal("A", 1), Proposal("B", 1)
X, Y = Evaluator("X", 1), Evaluator("Y", 1)


def demo_problem(forbidden):
    """Build the demo round's routing; a language that is not read forbids a pair."""
    rows = demo_round.applications()
    scored = [entry["application"] for entry in demo_round.evaluations()["scores"]]
    people = demo_round.evaluations()["evaluators"]
    affinity = {
        (name, each["id"]): measure_affinity(
            expertise(rows[name]["keywords"], rows[name]["ford"]),
            expertise(each["keywords"], each["ford"]),
        ).score
        for name in scored
        for each in people
    }
    unread = {
        (name, each["id"]): "language"
        for name in scored
        for each in people
        if rows[name]["language"] not in each["languages"]
    }
    return build_problem(
        [Proposal(name, 2) for name in scored],
        [Evaluator(each["id"], each["capacity"]) for each in people],
        affinity,
        Settled({**unread, **dict.fromkeys(forbidden, "conflict")}),
    )


@pytest.mark.parametrize("objective", list(Objective))
def test_the_demo_round_is_routed_around_its_conflicts_and_languages(objective):
    forbidden = {
        (each["application"], each["evaluator"])
        for each in demo_round.evaluations()["disqualifications"]
    }
    problem = demo_problem(forbidden)
    found = route(problem, objective)
    chosen = {(pair.proposal, pair.evaluator) for pair in found.pairs()}
    assert chosen.isdisjoint(forbidden)
    assert found.evaluators_of("DEMO-12") == ("EV1", "EV5")
    assert [len(found.evaluators_of(name)) for name in problem.proposals] == [2] * len(
        problem.proposals
    )
    capacities = {each["id"]: each["capacity"] for each in demo_round.evaluations()["evaluators"]}
    assert all(load <= capacities[name] for name, load in found.loads().items())


def test_the_demo_round_has_no_lower_total_than_its_sheets():
    problem = demo_problem(set())
    sheets = {
        (entry["application"], evaluator)
        for entry in demo_round.evaluations()["scores"]
        for evaluator in list(entry["scores"])[:2]
    }
    keys = [
        problem.proposals.index(name) * problem.width + problem.evaluators.index(each)
        for name, each in sheets
    ]
    demo = Fraction(int(problem.affinities(keys).sum()), problem.unit)
    assert route(problem, Objective.TOTAL).total >= demo


def test_the_total_is_maximised_not_each_choice():
    affinity = {("A", "X"): 0.9, ("A", "Y"): 0.8, ("B", "X"): 0.8, ("B", "Y"): 0.1}
    found = route(build_problem([A, B], [X, Y], affinity), Objective.TOTAL)
    assert found.pairs() == (
        AssignedPair("A", "Y", Fraction(4, 5)),
        AssignedPair("B", "X", Fraction(4, 5)),
    )
    assert (found.total, found.minimum) == (Fraction(8, 5), Fraction(4, 5))
    assert (found.loads(), found.evaluators_of("B")) == ({"X": 1, "Y": 1}, ("X",))


def test_a_lock_is_kept_and_marked():
    settled = Settled(locked=frozenset({("A", "Y")}))
    found = route(build_problem([A], [X, Y], {("A", "X"): 1.0}, settled))
    assert found.pairs() == (AssignedPair("A", "Y", Fraction(0), locked=True),)


def test_a_submitted_evaluation_stays_and_counts():
    settled = Settled(submitted=frozenset({("A", "Y")}))
    problem = build_problem([A, B], [X, Y], {("A", "X"): 1.0, ("B", "Y"): 1.0}, settled)
    found = route(problem)
    assert [(each.proposal, each.evaluator) for each in found.pairs()] == [("A", "Y"), ("B", "X")]
    assert [problem.pair(key) for key in problem.submitted] == [("A", "Y")]


def test_a_proposal_may_have_its_own_number_of_places():
    people = [Evaluator(name, 2) for name in ("X", "Y", "Z")]
    found = route(build_problem([Proposal("A", 3), B], people, {}))
    assert found.evaluators_of("A") == ("X", "Y", "Z")
    assert len(found.evaluators_of("B")) == 1


@pytest.mark.parametrize("pair", [("A", "Y"), ("A", "?"), ("?", "X")])
@pytest.mark.parametrize("kind", ["locked", "submitted"])
def test_a_lock_against_a_hard_rule_is_refused(pair, kind):
    settled = replace(Settled({("A", "Y"): "conflict"}), **{kind: frozenset({pair})})
    with pytest.raises(LockNotAllowed) as caught:
        build_problem([A], [X, Y], {}, settled)
    assert caught.value.pair == pair


def test_every_forbidden_pair_keeps_its_reason():
    settled = Settled({("B", "X"): "HL 28.1 § 4", ("A", "Y"): "manual", ("?", "X"): "gone"})
    problem = build_problem([A, B], [X, Y], {}, settled)
    named = dict(zip(map(problem.pair, problem.forbidden), problem.reasons, strict=True))
    assert named == {("B", "X"): "HL 28.1 § 4", ("A", "Y"): "manual"}


@pytest.mark.parametrize(("needs", "people"), [([A, A], [X]), ([A], [X, X])])
def test_an_identifier_used_twice_is_refused(needs, people):
    with pytest.raises(DuplicateIdentifier):
        build_problem(needs, people, {})


@pytest.mark.parametrize(
    ("needs", "people"),
    [([Proposal("A", -1)], [X]), ([A], [Evaluator("X", 1, 2)]), ([A], [Evaluator("X", 1, -1)])],
)
def test_impossible_loads_are_refused(needs, people):
    with pytest.raises(InvalidLoad):
        build_problem(needs, people, {})


def test_an_affinity_of_nobody_is_refused():
    with pytest.raises(UnknownIdentifier):
        build_problem([A], [X], {("A", "?"): 1.0})


def test_any_change_of_the_rules_changes_the_fingerprint():
    base = build_problem([A, B], [X, Y], {("A", "X"): 0.5})
    others = [
        build_problem([A, B], [X, Y], {("A", "X"): 0.500001}),
        build_problem([A, B], [X, Evaluator("Y", 2)], {("A", "X"): 0.5}),
        build_problem([A, B], [X, Y], {("A", "X"): 0.5}, is_open=False),
        build_problem([A, B], [X, Y], {("A", "X"): 0.5}, Settled({("B", "Y"): "manual"})),
        build_problem([A, B], [X, Y], {("A", "X"): 0.5}, Settled({}, frozenset({("B", "Y")}))),
        build_problem([A, Proposal("C", 1)], [X, Y], {("A", "X"): 0.5}),
    ]
    assert len({each.fingerprint() for each in [base, *others]}) == 1 + len(others)
