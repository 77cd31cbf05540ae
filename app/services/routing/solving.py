"""Solving a routing problem by the objective and the rules of its call, and weighing one change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from app.domain.records import sha256_text
from scoring.routing.arrays import is_in
from scoring.routing.explanation import Alternatives, PairNotPossible, WhatIf
from scoring.routing.instance import find_key, with_wishes
from scoring.routing.lots import Lots
from scoring.routing.problem import Pair, Problem
from scoring.routing.result import Objective, Routing
from scoring.routing.routing import route
from scoring.routing.ruled import RulesNotKept, route_with_rules
from scoring.routing.rules import Breach, Rule
from scoring.routing.shortage import NoFeasibleAssignment

T = TypeVar("T")


class Recent(Generic[T]):
    """The last few things that were computed, by all that they depend on; for pages that ask again."""

    def __init__(self, most: int = 4) -> None:
        """Remember at most so many; the one used longest ago goes first."""
        self._most, self._lock = most, threading.Lock()
        self._known: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what is known under a key, else compute it; an error is not remembered."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        value = compute()
        with self._lock:
            self._known[key] = value
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return value


def digest_problem(problem: Problem, rules: Sequence[Rule], *terms: object) -> str:
    """Return a hash of everything that decides what is best, and of the reasons that are told with it."""
    return sha256_text(repr((problem.fingerprint(), problem.reasons, _list_parts(rules), terms)))


def _list_parts(rules: Sequence[Rule]) -> list[object]:
    """Return all that rules say, sets and mappings in a fixed order."""
    parts = [part for rule in rules for part in (type(rule).__name__, *astuple(rule))]
    listed = [sorted(each.items()) if isinstance(each, dict) else each for each in parts]
    return [sorted(each) if isinstance(each, frozenset) else each for each in listed]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The best assignment: value and bound in units, soft rules that are missed; ``lots`` if it was drawn."""

    routing: Routing
    rules: Sequence[Rule]
    value: int
    bound: int
    breaches: Sequence[Breach] = ()
    lots: Lots | None = None


def solve(problem: Problem, objective: str, rules: Sequence[Rule]) -> Solved:
    """Return the best assignment.

    Raises:
        NoFeasibleAssignment: naming the shortage.
        RulesNotKept: if places can be filled, but no assignment keeps every hard rule.
    """
    if rules:
        found = route_with_rules(problem, rules)
        return Solved(found.routing, rules, found.value, found.bound, found.breaches)
    routing = route(problem, Objective(objective))
    value = int(problem.affinities(routing.keys).sum())
    return Solved(routing, (), value, routing.bounds.total)


class Weighing:
    """Answers what one change of a solved assignment costs, one pair at a time."""

    def __init__(self, solved: Solved) -> None:
        """Remember the assignment that changes are compared with."""
        self.solved = solved
        self._alternatives = None if solved.rules else Alternatives(solved.routing)

    def ask(self, pair: Pair) -> WhatIf | None:
        """Return the best assignment without a chosen pair, or with another; None if there is none.

        Raises:
            PairNotPossible: if the pair is unknown, forbidden or settled.
        """
        if self._alternatives is not None:
            return self._alternatives.ask(pair)
        problem, before = self.solved.routing.problem, self.solved.routing.keys
        key = find_key(problem, pair)
        if key is None or key in problem.forbidden or key in problem.kept:
            raise PairNotPossible(f"{pair[0]} / {pair[1]} is unknown, forbidden or settled")
        is_used = key in before
        changed = with_wishes(problem, () if is_used else [pair], {pair: ""} if is_used else {})
        objective = self.solved.routing.objective
        try:
            after = solve(changed, objective.value, self.solved.rules)
        except (NoFeasibleAssignment, RulesNotKept):
            return None
        keys = after.routing.keys
        return WhatIf(
            problem_loss(self.solved, after),
            tuple(problem.pair(each) for each in keys[~is_in(keys, before)].tolist()),
            tuple(problem.pair(each) for each in before[~is_in(before, keys)].tolist()),
            {},
        )


def problem_loss(before: Solved, after: Solved) -> Fraction:
    """Return what the value loses, in affinity."""
    return Fraction(before.value - after.value, before.routing.problem.unit)
