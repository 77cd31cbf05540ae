"""What it costs to insist: shortest cycles in the residual network of a greatest total.

With optimal prices every residual arc costs 0 or more, so Dijkstra's algorithm (1959) finds the
cheapest way to do without a pair, or with another one, while everything else is arranged anew.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from scoring.routing.arrays import Ints, is_in, np, ranges
from scoring.routing.network import Network
from scoring.routing.potentials import FAR, Prices

NOT_AN_ARC = -1


@dataclass(frozen=True, slots=True)
class Cycle:
    """The least loss of total in units, and the arcs that change; None where it is impossible."""

    loss: int
    added: tuple[int, ...]
    removed: tuple[int, ...]


class Residual:
    """The residual network of an optimal flow: proposals, then evaluators, then the sink."""

    def __init__(self, network: Network, chosen: Ints, prices: Prices) -> None:
        self.network, self.prices = network, prices
        self.used = is_in(network.keys(), chosen)
        self.size, self.width = len(network.need), len(network.high)
        self.gains = prices.gains(network, network.weight)
        loads = np.bincount(network.evaluator[self.used], minlength=self.width)
        self.spare = loads < network.high
        self.givers = np.flatnonzero(loads > network.low)
        self.rows = np.searchsorted(network.proposal, np.arange(self.size + 1))
        self.held = np.flatnonzero(self.used)
        self.held = self.held[np.argsort(network.evaluator[self.held], kind="stable")]
        holders = network.evaluator[self.held]
        self.columns = np.searchsorted(holders, np.arange(self.width + 1))

    def without(self, arc: int) -> Cycle | None:
        """Return the cheapest rearrangement that gives up a used arc."""
        return self._cycle(arc, self._proposal(arc), self._evaluator(arc))

    def having(self, arc: int) -> Cycle | None:
        """Return the cheapest rearrangement that uses an arc that is not used."""
        return self._cycle(arc, self._evaluator(arc), self._proposal(arc))

    def _proposal(self, arc: int) -> int:
        return int(self.network.proposal[arc])

    def _evaluator(self, arc: int) -> int:
        return self.size + int(self.network.evaluator[arc])

    def _cycle(self, arc: int, start: int, end: int) -> Cycle | None:
        came = self._search(start, end, arc)
        if came is None:
            return None
        arcs, node = [arc], end
        while node != start:
            node, by = came[node]
            if by != NOT_AN_ARC:
                arcs.append(by)
        added = tuple(each for each in arcs if not self.used[each])
        removed = tuple(each for each in arcs if self.used[each])
        weight = self.network.weight
        loss = int(weight[list(removed)].sum() - weight[list(added)].sum())
        return Cycle(loss, added, removed)

    def _search(self, start: int, end: int, barred: int) -> dict[int, tuple[int, int]] | None:
        """Return for each node on the way the node before it and the arc between (Dijkstra)."""
        distance = np.full(self.size + self.width + 1, FAR)
        distance[start] = 0
        came: dict[int, tuple[int, int]] = {}
        waiting = [(0, start)]
        while waiting:
            far, node = heapq.heappop(waiting)
            if node == end:
                return came
            if far > distance[node]:
                continue
            for nodes, costs, arcs in self._steps(node, barred):
                reach = far + costs
                for place in np.flatnonzero(reach < distance[nodes]).tolist():
                    nearer = int(nodes[place])
                    distance[nearer] = reach[place]
                    came[nearer] = node, int(arcs[place])
                    heapq.heappush(waiting, (int(reach[place]), nearer))
        return None

    def _steps(self, node: int, barred: int) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Give the residual arcs of a node: ends, reduced costs, arcs of the network."""
        size, network = self.size, self.network
        if node < size:
            arcs = np.arange(self.rows[node], self.rows[node + 1])
            arcs = arcs[~self.used[arcs] & (arcs != barred)]
            yield network.evaluator[arcs] + size, -self.gains[arcs], arcs
        elif node < size + self.width:
            column = node - size
            arcs = self.held[ranges(self.columns[[column]], self.columns[[column + 1]])]
            arcs = arcs[arcs != barred]
            yield network.proposal[arcs], self.gains[arcs], arcs
            if self.spare[column]:
                sink = np.array([size + self.width])
                yield sink, -self.prices.times[[column]], np.array([NOT_AN_ARC])
        else:
            nothing = np.full(len(self.givers), NOT_AN_ARC)
            yield self.givers + size, self.prices.times[self.givers], nothing
