"""Prices that prove a flow best: shortest distances in its residual network.

An optimal flow leaves no cycle of negative cost, so the method of Bellman and Ford ends. Here a
round handles all arcs at once, and only those whose start has changed since. In the terms of
linear programming the result is the dual: what one more place costs, and what one more hour of an
evaluator is worth (Ahuja, Magnanti, Orlin 1993, § 9.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.routing.arrays import Ints, np, ranges
from scoring.routing.network import Flow, Network

FAR = 1 << 60


class NotOptimal(ArithmeticError):
    """A flow has no prices that prove it."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Duals in units of the weight.

    ``places``: what a place at a proposal is worth. ``times``: the price of an evaluator's time,
    above 0 only at the maximum load and below 0 only at the minimum.
    """

    places: Ints
    times: Ints

    def gains(self, network: Network, weight: Ints) -> Ints:
        """Return the reduced gain of every arc: at most 0 if unused, at least 0 if used."""
        return weight - self.places[network.proposal] - self.times[network.evaluator]


class _Labels:
    """Distances of all nodes; every method lowers them along one kind of residual arcs."""

    def __init__(self, network: Network, flow: Flow, weight: Ints, spread: bool) -> None:
        self.network, self.flow, self.weight = network, flow, weight
        self.rows = np.searchsorted(network.proposal, np.arange(len(network.need) + 1))
        self.held = np.flatnonzero(flow.used)
        loads = flow.loads(network)
        self.can_rise, self.can_fall = loads < network.high, loads > network.low
        total = network.base + loads
        self.rise = 2 * total + 1 if spread else np.zeros_like(total)
        self.fall = 2 * total - 1 if spread else np.zeros_like(total)
        self.proposal = np.zeros(len(network.need), dtype=np.int64)
        self.evaluator = np.zeros(len(network.high), dtype=np.int64)
        self.sink = self.hub = 0

    def push_pairs(self, changed: Ints) -> None:
        """Lower evaluators by the unused arcs of the changed proposals."""
        arcs = ranges(self.rows[changed], self.rows[changed + 1])
        arcs = arcs[~self.flow.used[arcs]]
        reach = self.proposal[self.network.proposal[arcs]] - self.weight[arcs]
        np.minimum.at(self.evaluator, self.network.evaluator[arcs], reach)

    def push_shared(self) -> None:
        """Lower what hangs together through the hub and through the sink."""
        if self.network.has_hub:
            ways = self.evaluator[self.flow.from_hub > 0]
            self.hub = min(self.hub, _least(self.proposal), _least(ways))
            np.minimum(self.evaluator, self.hub, out=self.evaluator)
        self.sink = min(self.sink, _least((self.evaluator + self.rise)[self.can_rise]))
        lowered = np.where(self.can_fall, self.sink - self.fall, FAR)
        np.minimum(self.evaluator, lowered, out=self.evaluator)

    def pull_back(self) -> None:
        """Lower proposals by giving up used arcs."""
        arcs = self.held
        reach = self.evaluator[self.network.evaluator[arcs]] + self.weight[arcs]
        np.minimum.at(self.proposal, self.network.proposal[arcs], reach)
        if self.network.has_hub:
            lowered = np.where(self.flow.to_hub > 0, self.hub, FAR)
            np.minimum(self.proposal, lowered, out=self.proposal)


def find_prices(
    network: Network,
    flow: Flow,
    weight: Ints,
    *,
    spread: bool = False,
    rounds: int | None = None,
) -> Prices:
    """Return whole-number prices of an optimal flow.

    Raises ``NotOptimal``; ``rounds`` gives up earlier than that is certain.
    """
    labels = _Labels(network, flow, weight, spread)
    changed = np.arange(len(network.need))
    certain = 2 * (len(network.need) + len(network.high)) + 4
    for _ in range(rounds or certain):
        before = labels.proposal.copy(), labels.evaluator.copy(), labels.sink, labels.hub
        labels.push_pairs(changed)
        labels.push_shared()
        labels.pull_back()
        changed = np.flatnonzero(labels.proposal < before[0])
        still = not len(changed) and np.array_equal(labels.evaluator, before[1])
        if still and (labels.sink, labels.hub) == before[2:]:
            return Prices(labels.proposal - labels.sink, labels.sink - labels.evaluator)
    raise NotOptimal("the residual network has a negative cycle, or too long paths to be sure")


def _least(values: Ints) -> int:
    return int(values.min()) if len(values) else FAR
