"""Why this evaluator here, and what it would cost to choose otherwise.

Bulk facts come from the prices of the last stage; exact losses from one shortest path (``total``)
or from one run more (all other objectives). Affinities and prices are exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from scoring.routing.arrays import Bools, Ints, is_in, np, whole
from scoring.routing.network import make_network
from scoring.routing.potentials import Prices
from scoring.routing.problem import Pair, Problem
from scoring.routing.residual import Residual
from scoring.routing.result import Objective, Routing
from scoring.routing.routing import route
from scoring.routing.shortage import NoFeasibleAssignment
from scoring.routing.stages import class_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """One pair, seen from its proposal.

    ``rank`` is the place among all ``candidates`` that are allowed (1 is the best fit; equal
    affinities share a place). ``price`` is what one more place of the evaluator would add to the
    total; 0 for an evaluator who has time left. ``alternative`` is the best candidate who was not
    chosen once prices are taken into account. ``loss_at_least`` is what the total loses if the
    alternative steps in; known for the objective ``total`` only.
    """

    proposal: str
    evaluator: str
    affinity: Fraction
    rank: int
    candidates: int
    price: Fraction
    alternative: str | None
    alternative_affinity: Fraction | None
    loss_at_least: Fraction | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The best assignment under one more wish: pairs that change, exact loss of total.

    ``classes`` gives the change in the number of pairs by affinity class, for classes that change.
    A loss below 0 is possible where an objective puts the weakest pairs before the total.
    """

    loss: Fraction
    added: tuple[Pair, ...]
    removed: tuple[Pair, ...]
    classes: Mapping[int, int]


class PairNotPossible(ValueError):
    """The pair is forbidden or settled, so there is nothing to weigh."""


def explain_pairs(found: Routing) -> tuple[Explanation, ...]:
    """Explain every pair that the run has chosen, by proposal and evaluator.

    In a large open problem only listed pairs count as candidates.
    """
    problem, network = found.problem, make_network(found.problem)
    chosen = is_in(network.keys(), found.keys)
    prices = found.prices or Prices(np.zeros_like(problem.demand), np.zeros_like(problem.max_load))
    net = network.weight - prices.times[network.evaluator]
    ranks, counts = _ranks(network.proposal, network.weight, len(problem.proposals))
    others = _best_others(network.proposal, net, chosen, len(problem.proposals))
    exact = found.objective is Objective.TOTAL
    unit = problem.unit
    explanations = []
    for arc in np.flatnonzero(chosen).tolist():
        row, column = int(network.proposal[arc]), int(network.evaluator[arc])
        other = int(others[row])
        explanations.append(
            Explanation(
                problem.proposals[row],
                problem.evaluators[column],
                Fraction(int(network.weight[arc]), unit),
                int(ranks[arc]),
                int(counts[row]),
                Fraction(max(0, int(prices.times[column])), unit),
                None if other < 0 else problem.evaluators[network.evaluator[other]],
                None if other < 0 else Fraction(int(network.weight[other]), unit),
                Fraction(int(net[arc] - net[other]), unit) if exact and other >= 0 else None,
            )
        )
    return tuple(explanations)


def _ranks(proposal: Ints, weight: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the place of every arc among those of its proposal, and the arcs per proposal."""
    order = np.lexsort((-weight, proposal))
    counts = np.bincount(proposal, minlength=size)
    starts = np.cumsum(counts) - counts
    place = np.arange(len(order)) - starts[proposal[order]] + 1
    same = np.zeros(len(order), dtype=bool)
    row, score = proposal[order], weight[order]
    same[1:] = (row[1:] == row[:-1]) & (score[1:] == score[:-1])
    leader = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = place[leader]
    return ranks, whole(counts)


def _best_others(proposal: Ints, net: Ints, chosen: Bools, size: int) -> Ints:
    """Return for every proposal the best arc that was not chosen; -1 if there is none."""
    free = np.flatnonzero(~chosen)
    order = free[np.lexsort((free, -net[free], proposal[free]))]
    rows, first = np.unique(proposal[order], return_index=True)
    others = np.full(size, -1)
    others[rows] = order[first]
    return others


class Alternatives:
    """Answers questions about one assignment, one pair at a time."""

    def __init__(self, found: Routing) -> None:
        self.found = found
        self.network = make_network(found.problem)
        self.keys = self.network.keys()
        self.residual = None
        if found.objective is Objective.TOTAL and found.prices and not self.network.has_hub:
            self.residual = Residual(self.network, found.keys, found.prices)

    def ask(self, pair: Pair) -> WhatIf | None:
        """Weigh the opposite of what was decided: without a chosen pair, or with another one.

        None: no assignment keeps all rules then. Raises ``PairNotPossible``.
        """
        key = self._key(pair)
        arc = int(np.searchsorted(self.keys, key))
        if self.residual is None or arc >= len(self.keys) or self.keys[arc] != key:
            return self._run_again(key)
        is_used = bool(self.residual.used[arc])
        cycle = self.residual.without(arc) if is_used else self.residual.having(arc)
        if cycle is None:
            return None
        added, removed = self.keys[list(cycle.added)], self.keys[list(cycle.removed)]
        return self._answer(added, removed)

    def _key(self, pair: Pair) -> int:
        problem = self.found.problem
        if pair[0] not in problem.proposals or pair[1] not in problem.evaluators:
            raise PairNotPossible(f"{pair[0]} / {pair[1]} is not listed")
        row, column = problem.proposals.index(pair[0]), problem.evaluators.index(pair[1])
        key = row * problem.width + column
        listed = problem.is_open or is_in(whole([key]), problem.keys).any()
        barred = np.union1d(problem.forbidden, problem.kept)
        if not listed or is_in(whole([key]), barred).any():
            raise PairNotPossible(f"{pair[0]} / {pair[1]} is forbidden or settled")
        return key

    def _run_again(self, key: int) -> WhatIf | None:
        problem, before = self.found.problem, self.found.keys
        is_used = bool(is_in(whole([key]), before).any())
        changed = _forbid(problem, key) if is_used else _lock(problem, key)
        try:
            after = route(changed, self.found.objective).keys
        except NoFeasibleAssignment:
            return None
        return self._answer(after[~is_in(after, before)], before[~is_in(before, after)])

    def _answer(self, added: Ints, removed: Ints) -> WhatIf:
        problem = self.found.problem
        new, old = problem.affinities(added), problem.affinities(removed)
        change = np.bincount(class_of(problem, new), minlength=10)
        change = change - np.bincount(class_of(problem, old), minlength=10)
        return WhatIf(
            Fraction(int(old.sum() - new.sum()), problem.unit),
            tuple(problem.pair(key) for key in sorted(added.tolist())),
            tuple(problem.pair(key) for key in sorted(removed.tolist())),
            {number: int(change[number]) for number in np.flatnonzero(change).tolist()},
        )


def _forbid(problem: Problem, key: int) -> Problem:
    rest = problem.keys != key
    place = int(np.searchsorted(problem.forbidden, key))
    return replace(
        problem,
        keys=problem.keys[rest],
        affinity=problem.affinity[rest],
        forbidden=np.insert(problem.forbidden, place, key),
        reasons=(*problem.reasons[:place], "what if", *problem.reasons[place:]),
    )


def _lock(problem: Problem, key: int) -> Problem:
    place = int(np.searchsorted(problem.kept, key))
    return replace(problem, kept=np.insert(problem.kept, place, key))
