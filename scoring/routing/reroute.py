"""After a decline: the fewest changes that fill the place again, then the greatest total.

Taking a pair away leaves a flow that is optimal for "fewest new pairs" (it has none). So one
shortest path in its residual network restores an optimum (successive shortest paths; Ahuja,
Magnanti, Orlin 1993, § 9.7). New pairs count 1 and given-up pairs 0, so nodes are reached layer
by layer, and the first layer with spare time is the proof that fewer changes are impossible.
Locked and submitted pairs are no part of the network: they stay.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

from scoring.routing.arrays import Ints, is_in, np, ranges, whole
from scoring.routing.flow import solve_flow
from scoring.routing.network import make_network
from scoring.routing.potentials import FAR, find_prices
from scoring.routing.problem import Pair, Problem
from scoring.routing.shortage import (
    NoFeasibleAssignment,
    Shortage,
    ShortageKind,
    explain_infeasible,
)

NOBODY, SINK = -1, -2


class NotAssigned(ValueError):
    """The pair that is declined is not part of the assignment, or is submitted already."""


@dataclass(frozen=True, slots=True)
class Change:
    """New pairs, pairs given up (without the declined ones), and what the total loses.

    ``len(added)`` is proven minimal; ``loss`` is the least at that number.
    """

    added: tuple[Pair, ...]
    removed: tuple[Pair, ...]
    loss: Fraction


class Rerouter:
    """A live assignment that absorbs declines one by one, each in milliseconds."""

    def __init__(self, problem: Problem, keys: Ints) -> None:
        self.problem = problem
        self.network = make_network(problem)
        self.free_keys = self.network.keys()
        self.used = is_in(self.free_keys, np.sort(keys))
        self.closed = np.zeros(len(self.used), dtype=bool)
        size, width = len(self.network.need), len(self.network.high)
        self.rows = np.searchsorted(self.network.proposal, np.arange(size + 1))
        self.order = np.argsort(self.network.evaluator, kind="stable")
        self.columns = np.searchsorted(self.network.evaluator[self.order], np.arange(width + 1))
        self.loads = np.bincount(self.network.evaluator[self.used], minlength=width)
        if self.network.has_hub:
            raise ValueError("a problem of this size must list its pairs, or be rerouted whole")

    def keys(self) -> Ints:
        """Return the keys of the present assignment, locked and submitted pairs included."""
        return np.sort(np.concatenate((self.free_keys[self.used], self.problem.kept)))

    def decline(self, pair: Pair) -> Change:
        """Take a pair away for good and fill its place again.

        Raises ``NotAssigned``, and ``NoFeasibleAssignment`` if nobody can step in; then the pair
        stays in the assignment.
        """
        arc = self._find(pair)
        evaluator = int(self.network.evaluator[arc])
        self._set(arc, used=False)
        self.closed[arc] = True
        search = _Search(self, int(self.network.proposal[arc]), evaluator)
        end = search.run()
        if end == NOBODY:
            self._set(arc, used=True)
            self.closed[arc] = False
            raise search.shortage()
        added, removed = search.path(end)
        for each in added:
            self._set(each, used=True)
        for each in removed:
            self._set(each, used=False)
        weight = self.network.weight
        loss = weight[arc] + weight[whole(removed)].sum() - weight[whole(added)].sum()
        return Change(
            tuple(self.problem.pair(self.free_keys[each]) for each in added),
            tuple(self.problem.pair(self.free_keys[each]) for each in removed),
            Fraction(int(loss), self.problem.unit),
        )

    def _find(self, pair: Pair) -> int:
        names = self.problem.proposals, self.problem.evaluators
        row, column = (bisect_index(known, name) for known, name in zip(names, pair, strict=True))
        key = row * self.problem.width + column
        arc = int(np.searchsorted(self.free_keys, key))
        found = min(row, column) >= 0 and arc < len(self.used) and self.free_keys[arc] == key
        if not (found and self.used[arc]):
            raise NotAssigned(f"{pair[1]} does not evaluate {pair[0]}, or has done so already")
        return arc

    def _set(self, arc: int, *, used: bool) -> None:
        self.used[arc] = used
        self.loads[self.network.evaluator[arc]] += 1 if used else -1


def bisect_index(names: tuple[str, ...], name: str) -> int:
    """Return the place of a name among names in ascending order; -1 if it is not there."""
    place = bisect_left(names, name)
    return place if place < len(names) and names[place] == name else -1


class _Search:
    """Layers of proposals that lack an evaluator and evaluators who could take them."""

    def __init__(self, state: Rerouter, proposal: int, evaluator: int) -> None:
        self.state, network = state, state.network
        self.low = state.loads > network.low
        self.spare = state.loads < network.high
        self.refill = evaluator if state.loads[evaluator] < network.low[evaluator] else NOBODY
        self.value = np.full(len(network.high), -FAR)
        self.came_by = np.full(len(network.high), NOBODY)
        self.given_up = np.full(len(network.need), NOBODY)
        self.worth = np.full(len(network.need), -FAR)
        self.worth[proposal] = 0
        self.layer = whole([proposal])
        self.sink, self.sink_from = -FAR, NOBODY

    def run(self) -> int:
        """Return the evaluator at the end of the best of the shortest paths, or NOBODY."""
        while len(self.layer):
            reached = self._take()
            if self.refill != NOBODY:
                if self.came_by[self.refill] != NOBODY:
                    return self.refill
                reached = self._through_sink(reached)
            else:
                ends = reached[self.spare[reached]]
                if len(ends):
                    return int(ends[np.argmax(self.value[ends])])
            self._give_up(reached)
        return NOBODY

    def _take(self) -> Ints:
        """Label evaluators whom the layer's proposals could have."""
        state, network = self.state, self.state.network
        arcs = ranges(state.rows[self.layer], state.rows[self.layer + 1])
        open_ = ~state.used[arcs] & ~state.closed[arcs]
        arcs = arcs[open_ & (self.came_by[network.evaluator[arcs]] == NOBODY)]
        value = self.worth[network.proposal[arcs]] + network.weight[arcs]
        return _label(network.evaluator[arcs], value, arcs, self.value, self.came_by)

    def _give_up(self, reached: Ints) -> None:
        """Label proposals that the reached evaluators could pass on; they are the next layer."""
        state, network = self.state, self.state.network
        places = ranges(state.columns[reached], state.columns[reached + 1])
        arcs = state.order[places]
        arcs = arcs[state.used[arcs] & (self.worth[network.proposal[arcs]] == -FAR)]
        value = self.value[network.evaluator[arcs]] - network.weight[arcs]
        self.layer = _label(network.proposal[arcs], value, arcs, self.worth, self.given_up)

    def _through_sink(self, reached: Ints) -> Ints:
        """Someone takes one more so that another, above the minimum, can take one less."""
        ends = reached[self.spare[reached]]
        if self.sink_from != NOBODY or not len(ends):
            return reached
        self.sink_from = int(ends[np.argmax(self.value[ends])])
        self.sink = int(self.value[self.sink_from])
        fresh = (self.came_by == NOBODY) | (is_in(np.arange(len(self.value)), np.sort(reached)))
        better = np.flatnonzero(self.low & fresh & (self.value < self.sink))
        self.value[better], self.came_by[better] = self.sink, SINK
        return np.union1d(reached, better)

    def path(self, end: int) -> tuple[list[int], list[int]]:
        """Return the arcs to add and to remove, from the end back to the declined proposal."""
        added: list[int] = []
        removed: list[int] = []
        evaluator = end
        while True:
            arc = int(self.came_by[evaluator])
            if arc == SINK:
                evaluator = self.sink_from
                continue
            added.append(arc)
            proposal = int(self.state.network.proposal[arc])
            back = int(self.given_up[proposal])
            if back == NOBODY:
                return added[::-1], removed[::-1]
            removed.append(back)
            evaluator = int(self.state.network.evaluator[back])

    def shortage(self) -> NoFeasibleAssignment:
        """Name what the search has reached: all of these evaluators are full."""
        problem, network = self.state.problem, self.state.network
        rows = np.flatnonzero(self.worth > -FAR)
        first = int(rows[self.given_up[rows] == NOBODY][0])
        columns = np.flatnonzero(self.came_by != NOBODY)
        needed = int(network.need[rows].sum())
        shortage = Shortage(
            ShortageKind.EVALUATORS,
            tuple(problem.proposals[row] for row in rows),
            tuple(problem.evaluators[column] for column in columns),
            needed,
            needed - 1,
        )
        return NoFeasibleAssignment({problem.proposals[first]: 1}, shortage)


def _label(node: Ints, value: Ints, arc: Ints, best: Ints, by: Ints) -> Ints:
    """Give every node its greatest value and the arc that brings it; return the nodes."""
    order = np.lexsort((arc, -value, node))
    node = node[order]
    first = np.ones(len(node), dtype=bool)
    first[1:] = node[1:] != node[:-1]
    chosen = order[first]
    nodes = node[first]
    best[nodes], by[nodes] = value[chosen], arc[chosen]
    return nodes


@dataclass(frozen=True, slots=True, eq=False)
class Rerouted:
    """A whole assignment again, with the pairs that are new and those that were given up."""

    keys: Ints
    added: tuple[Pair, ...]
    removed: tuple[Pair, ...]


def reroute(problem: Problem, previous: Ints) -> Rerouted:
    """Return the assignment with the fewest new pairs, and of these one of greatest total.

    For everything that a single decline does not cover: an evaluator falls ill, conflicts found
    late, other loads, other demands. ``previous`` are keys of the same proposals and evaluators;
    pairs that the problem now forbids are given up. Raises ``NoFeasibleAssignment``.
    """
    network = make_network(problem)
    if network.has_hub:
        network = make_network(problem, written=True)
    keys, before = network.keys(), np.sort(previous)
    bonus = network.places * int(network.weight.max(initial=0)) + 1
    weight = network.weight + bonus * is_in(keys, before)
    flow = solve_flow(network, weight)
    if flow is None:
        raise explain_infeasible(problem, network)
    find_prices(network, flow, weight)  # raises unless the number of changes is proven minimal
    after = np.sort(np.concatenate((keys[flow.used], problem.kept)))
    return Rerouted(
        after,
        _pairs(problem, after[~is_in(after, before)]),
        _pairs(problem, before[~is_in(before, after)]),
    )


def _pairs(problem: Problem, keys: Ints) -> tuple[Pair, ...]:
    return tuple(problem.pair(key) for key in keys.tolist())
