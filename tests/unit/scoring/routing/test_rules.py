from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.routing import ruled
from scoring.routing.problem import Evaluator, Proposal, Settled, build_problem
from scoring.routing.result import Status
from scoring.routing.ruled import RulesNotKept, route_with_rules
from scoring.routing.rules import Breach, Coverage, Quota, keep_apart
from scoring.routing.shortage import NoFeasibleAssignment
from tests.unit.scoring.routing.small import every_assignment, problems, total_of


def breaches_of(problem, rules, keys):
    """Count, for every rule, the places by which it is missed."""
    missed = []
    for rule in rules:
        places = 0
        for row, name in enumerate(problem.proposals):
            if rule.proposals is not None and name not in rule.proposals:
                continue
            people = [
                problem.evaluators[key % problem.width]
                for key in keys
                if key // problem.width == row
            ]
            if isinstance(rule, Coverage):
                wanted = rule.count if problem.demand[row] else 0
                places += max(0, wanted - sum(each in rule.members for each in people))
            else:
                groups = [rule.groups[each] for each in people if each in rule.groups]
                settled = [key for key in problem.kept.tolist() if key // problem.width == row]
                for group in set(groups):
                    kept = sum(
                        rule.groups.get(problem.evaluators[key % problem.width]) == group
                        for key in settled
                    )
                    places += max(0, groups.count(group) - max(rule.count, kept))
        missed.append(places)
    return missed


@st.composite
def rule_lists(draw, problem):
    """Give up to four crossing rules over a problem, hard or with a price."""
    people = list(problem.evaluators)
    price = st.sampled_from([None, Fraction(1, 10), Fraction(3)])
    some = st.one_of(st.none(), st.frozensets(st.sampled_from(problem.proposals), min_size=1))
    least = st.builds(
        Coverage,
        st.just("skilled"),
        st.frozensets(st.sampled_from(people)),
        st.integers(1, 2),
        some,
        price,
    )
    groups = st.dictionaries(st.sampled_from(people), st.sampled_from("OQ"))
    most = st.builds(Quota, st.just("home"), groups, st.integers(0, 2), some, price)
    return draw(st.lists(st.one_of(least, most), max_size=4))


@settings(max_examples=80, deadline=None)
@given(problem=problems(), data=st.data())
def test_rules_equal_brute_force(problem, data):
    rules = data.draw(rule_lists(problem))
    options = []
    for keys in every_assignment(problem):
        missed = breaches_of(problem, rules, keys)
        if any(places and rule.price is None for places, rule in zip(missed, rules, strict=True)):
            continue
        prices = sum(
            places * (rule.price or 0) * problem.unit
            for places, rule in zip(missed, rules, strict=True)
        )
        options.append(total_of(problem, keys) - prices)
    if not options:
        with pytest.raises((RulesNotKept, NoFeasibleAssignment)):
            route_with_rules(problem, rules)
        return
    found = route_with_rules(problem, rules)
    assert (found.value, found.bound) == (max(options), max(options))
    assert found.routing.status is Status.OPTIMAL
    keys = frozenset(found.routing.keys.tolist())
    assert sum(breaches_of(problem, rules, keys)) == sum(each.places for each in found.breaches)


def one_proposal():
    affinity = {("A", "G"): 0.9, ("A", "H"): 0.8, ("A", "D"): 0.2, ("A", "B"): 0.5}
    people = [Evaluator(name, 1) for name in "BDGH"]
    return build_problem([Proposal("A", 2)], people, affinity)


def chosen(found):
    return found.routing.evaluators_of("A")


def test_one_person_may_cover_two_rules():
    problem = one_proposal()
    green = Coverage("green", frozenset("GB"))
    digital = Coverage("digital", frozenset("DB"))
    assert chosen(route_with_rules(problem, [])) == ("G", "H")
    assert chosen(route_with_rules(problem, [green, digital])) == ("B", "G")


def test_two_from_one_organisation_do_not_meet():
    rule = Quota("organisation", {"G": "o1", "H": "o1", "D": "o2"})
    assert chosen(route_with_rules(one_proposal(), [rule])) == ("B", "G")


def test_people_who_are_kept_apart_do_not_meet():
    rules = keep_apart("couple", [("G", "H")])
    assert chosen(route_with_rules(one_proposal(), rules)) == ("B", "G")


def test_a_soft_rule_is_missed_when_it_costs_more_than_its_price():
    cheap = Coverage("digital", frozenset("D"), price=Fraction(1, 10))
    found = route_with_rules(one_proposal(), [cheap])
    assert chosen(found) == ("G", "H")
    assert found.breaches == (Breach("digital", "A", None, 1),)
    assert found.value == 1_600_000
    dear = replace(cheap, price=Fraction(2))
    assert chosen(route_with_rules(one_proposal(), [dear])) == ("D", "G")


def test_a_hard_rule_that_cannot_be_kept_is_named():
    settled = Settled({("A", "D"): "conflict"})
    base = one_proposal()
    problem = build_problem(
        [Proposal("A", 2)], [Evaluator(name, 1) for name in base.evaluators], {}, settled
    )
    with pytest.raises(RulesNotKept) as caught:
        route_with_rules(problem, [Coverage("digital", frozenset("D"))])
    assert caught.value.breaches == (Breach("digital", "A", None, 1),)


def test_a_core_that_may_not_grow_tells_its_gap(monkeypatch):
    monkeypatch.setattr(ruled, "MANY_PAIRS", 3)
    rng = np.random.default_rng(5)
    names, people = [f"P{n:02}" for n in range(8)], [f"E{n:02}" for n in range(10)]
    affinity = {(p, e): round(float(rng.random()), 6) for p in names for e in people}
    problem = build_problem(
        [Proposal(name, 3) for name in names], [Evaluator(name, 4) for name in people], affinity
    )
    price = Fraction(1, 3)
    rules = [
        Coverage("green", frozenset(people[:3]), price=price),
        Coverage("digital", frozenset(people[4:7]), price=price),
        Quota("home", {name: str(n // 3) for n, name in enumerate(people)}, price=price),
    ]
    found = route_with_rules(problem, rules)
    monkeypatch.undo()
    exact = route_with_rules(problem, rules)
    assert exact.routing.status is Status.OPTIMAL
    assert found.value <= exact.value <= found.bound
    assert (found.routing.status is Status.OPTIMAL) == (found.value == found.bound)


def test_a_call_without_applications_routes_nothing() -> None:
    problem = build_problem([], [Evaluator("a", 2), Evaluator("b", 2)], {})
    rules = [
        Coverage("skilled", frozenset({"a"})),
        Quota("one organisation", {"a": "x", "b": "x"}),
    ]
    assert route_with_rules(problem, rules).routing.keys.tolist() == []
