from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.routing.affinity import expertise, measure_affinity
from scoring.routing.assignment import (
    AssignedPair,
    DuplicateIdentifier,
    LockNotAllowed,
    NoFeasibleAssignment,
    RoutedApplication,
    RoutedEvaluator,
    assign,
)
from scoring.routing.shortage import Shortage
from tests.unit.scoring import demo_round

FI = frozenset({"fi"})


def applications(*ids):
    return [RoutedApplication(each, "fi") for each in ids]


def evaluators(**capacities):
    return [RoutedEvaluator(name, FI, capacity) for name, capacity in capacities.items()]


def chosen(assignment):
    return {(pair.application, pair.evaluator) for pair in assignment.pairs}


def test_the_total_is_maximised_not_each_choice():
    affinity = {
        ("A", "X"): Fraction(9, 10),
        ("A", "Y"): Fraction(8, 10),
        ("B", "X"): Fraction(8, 10),
        ("B", "Y"): Fraction(1, 10),
    }
    found = assign(applications("A", "B"), evaluators(X=1, Y=1), affinity, per_application=1)
    assert found.pairs == (
        AssignedPair("A", "Y", Fraction(4, 5)),
        AssignedPair("B", "X", Fraction(4, 5)),
    )
    assert (found.total, found.loads) == (Fraction(8, 5), {"X": 1, "Y": 1})
    assert found.evaluators_of("B") == ("X",)


def demo_problem():
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
    return (
        [RoutedApplication(name, rows[name]["language"]) for name in scored],
        [
            RoutedEvaluator(each["id"], frozenset(each["languages"]), each["capacity"])
            for each in people
        ],
        affinity,
    )


def test_the_demo_round_is_routed_around_its_conflicts_and_languages():
    routed, people, affinity = demo_problem()
    forbidden = {
        (each["application"], each["evaluator"])
        for each in demo_round.evaluations()["disqualifications"]
    }
    found = assign(routed, people, affinity, forbidden=forbidden)
    assert chosen(found).isdisjoint(forbidden)
    assert found.evaluators_of("DEMO-12") == ("EV1", "EV5")
    assert [len(found.evaluators_of(each.id)) for each in routed] == [2] * len(routed)
    assert all(found.loads[each.id] <= each.capacity for each in people)
    demo = sum(
        affinity[entry["application"], evaluator]
        for entry in demo_round.evaluations()["scores"]
        for evaluator in list(entry["scores"])[:2]
    )
    assert found.total >= demo


def test_the_order_of_the_input_changes_nothing():
    routed, people, affinity = demo_problem()
    assert assign(routed[::-1], people[::-1], affinity).pairs == (
        assign(routed, people, affinity).pairs
    )


def test_a_lock_is_kept_and_marked():
    affinity = {("A", "X"): Fraction(1)}
    found = assign(
        applications("A"), evaluators(X=1, Y=1), affinity, per_application=1, locked={("A", "Y")}
    )
    assert found.pairs == (AssignedPair("A", "Y", Fraction(0), locked=True),)


def test_locks_may_exceed_the_places_and_the_capacity():
    found = assign(
        applications("A", "B"),
        evaluators(X=1, Y=1),
        {},
        per_application=1,
        locked={("A", "X"), ("B", "X"), ("B", "Y")},
    )
    assert found.loads == {"X": 2, "Y": 1}


def test_an_application_may_have_its_own_number_of_places():
    routed = [replace(applications("A")[0], places=3), *applications("B")]
    found = assign(routed, evaluators(X=2, Y=2, Z=2), {}, per_application=1)
    assert found.evaluators_of("A") == ("X", "Y", "Z")
    assert len(found.evaluators_of("B")) == 1


@pytest.mark.parametrize(
    ("lock", "forbidden"),
    [(("A", "X"), {("A", "X")}), (("A", "S"), set()), (("A", "?"), set())],
)
def test_a_lock_against_a_hard_rule_is_refused(lock, forbidden):
    people = [*evaluators(X=1, Y=1), RoutedEvaluator("S", frozenset({"sv"}), 1)]
    with pytest.raises(LockNotAllowed):
        assign(applications("A"), people, {}, forbidden=forbidden, locked={lock})


def test_too_few_evaluators_are_counted_and_named():
    routed = [RoutedApplication("A", "sv"), RoutedApplication("B", "sv"), *applications("C")]
    people = [*evaluators(X=3, Y=3), RoutedEvaluator("S", frozenset({"sv", "fi"}), 1)]
    with pytest.raises(NoFeasibleAssignment) as caught:
        assign(routed, people, {("C", "S"): Fraction(1)})
    assert caught.value.places == 3
    assert sum(caught.value.missing.values()) == 3
    assert set(caught.value.missing) == {"A", "B"}
    assert caught.value.shortage == Shortage(("A", "B"), ("S",), 1)


def test_without_evaluators_every_place_is_missing():
    with pytest.raises(NoFeasibleAssignment) as caught:
        assign(applications("A", "B"), [], {})
    assert caught.value.missing == {"A": 2, "B": 2}
    assert caught.value.shortage == Shortage(("A", "B"), (), 0)


def test_nothing_to_route_gives_an_empty_assignment():
    found = assign([], evaluators(X=1), {})
    assert (found.pairs, found.total, found.loads) == ((), 0, {"X": 0})


@pytest.mark.parametrize(
    ("routed", "people"),
    [(applications("A", "A"), evaluators(X=1)), (applications("A"), evaluators(X=1) * 2)],
)
def test_an_identifier_used_twice_is_refused(routed, people):
    with pytest.raises(DuplicateIdentifier):
        assign(routed, people, {})


def best_total(names, people, affinity, forbidden, places):
    """Try every choice of evaluators for every application."""
    groups = [
        [
            group
            for group in combinations(sorted(people), places)
            if not any((name, evaluator) in forbidden for evaluator in group)
        ]
        for name in names
    ]
    totals = [
        sum(
            (
                affinity[name, each]
                for name, group in zip(names, choice, strict=True)
                for each in group
            ),
            Fraction(0),
        )
        for choice in product(*groups)
        if all(sum(name in group for group in choice) <= people[name] for name in people)
    ]
    return max(totals, default=None)


@st.composite
def problems(draw):
    names = [f"A{number}" for number in range(draw(st.integers(1, 4)))]
    people = {f"E{number}": draw(st.integers(0, 3)) for number in range(draw(st.integers(1, 4)))}
    pairs = list(product(names, people))
    affinity = {pair: draw(st.fractions(0, 1, max_denominator=30)) for pair in pairs}
    forbidden = draw(st.sets(st.sampled_from(pairs), max_size=4))
    return names, people, affinity, forbidden, draw(st.integers(1, 2))


@given(problems())
def test_the_total_equals_brute_force(problem):
    names, people, affinity, forbidden, places = problem
    best = best_total(names, people, affinity, forbidden, places)

    def run():
        return assign(
            applications(*names),
            evaluators(**people),
            affinity,
            forbidden=forbidden,
            per_application=places,
        )

    if best is None:
        with pytest.raises(NoFeasibleAssignment) as caught:
            run()
        shortage = caught.value.shortage
        assert shortage.capacity == sum(people[name] for name in shortage.evaluators)
        return
    found = run()
    assert found.total == best
    assert chosen(found).isdisjoint(forbidden)
    assert all(load <= people[name] for name, load in found.loads.items())


@given(problems())
def test_one_more_evaluator_never_lowers_the_optimum(problem):
    names, people, affinity, forbidden, places = problem
    if best_total(names, people, affinity, forbidden, places) is None:
        return
    fewer = assign(
        applications(*names),
        evaluators(**people),
        affinity,
        forbidden=forbidden,
        per_application=places,
    )
    more = assign(
        applications(*names),
        evaluators(**people, Z=4),
        affinity,
        forbidden=forbidden,
        per_application=places,
    )
    assert more.total >= fewer.total
