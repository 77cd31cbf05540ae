"""What is left to decide once locked and submitted pairs are settled: a bipartite network.

Proposal → evaluator → sink, an arc for every pair that is possible. In a large open problem the
pairs that are not listed share one node, the hub (proposal → hub → evaluator), because tens of
millions of arcs of affinity 0 would fill the memory. The hub relaxes two rules (each pair once,
forbidden pairs); ``scoring.routing.hub`` restores them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scoring.routing.arrays import Bools, Ints, is_in, np
from scoring.routing.problem import Problem

MOST_WRITTEN_PAIRS = 2_000_000
"""Up to this many pairs an open problem is written out; beyond it the hub stands for the rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Arcs in ascending order of proposal and evaluator, needs and loads that are left.

    ``base`` are the loads of settled pairs. ``low`` and ``high`` bound what comes on top.
    """

    proposal: Ints
    evaluator: Ints
    weight: Ints
    need: Ints
    low: Ints
    high: Ints
    base: Ints
    has_hub: bool = False

    @property
    def places(self) -> int:
        """The number of pairs to be chosen."""
        return int(self.need.sum())

    def keys(self) -> Ints:
        """Return the key of every arc, as in the problem."""
        return self.proposal * max(1, len(self.high)) + self.evaluator


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Which arcs are used, and how many places go through the hub on either side."""

    used: Bools
    to_hub: Ints
    from_hub: Ints

    def loads(self, network: Network) -> Ints:
        """Return the load of every evaluator on top of the settled pairs."""
        counts = np.bincount(network.evaluator[self.used], minlength=len(network.high))
        return counts + self.from_hub


def make_network(problem: Problem, *, written: bool = False) -> Network:
    """Return what is left to decide; ``written`` writes out every pair of an open problem."""
    rows, columns = np.divmod(problem.kept, problem.width)
    taken = np.bincount(rows, minlength=len(problem.proposals))
    base = np.bincount(columns, minlength=len(problem.evaluators))
    pairs = len(problem.proposals) * len(problem.evaluators)
    write = problem.is_open and (written or pairs <= MOST_WRITTEN_PAIRS)
    keys = problem.keys
    if write:
        every = np.ones(pairs, dtype=bool)
        every[problem.forbidden] = False
        keys = np.flatnonzero(every)
    keys = keys[~is_in(keys, problem.kept)]
    low = np.maximum(0, problem.min_load - base)
    proposal, evaluator = np.divmod(keys, problem.width)
    return Network(
        proposal=proposal,
        evaluator=evaluator,
        weight=problem.affinities(keys),
        need=np.maximum(0, problem.demand - taken),
        low=low,
        high=np.maximum(low, np.minimum(problem.max_load - base, len(problem.proposals))),
        base=base,
        has_hub=problem.is_open and not write,
    )


def with_arcs(network: Network, keys: Ints) -> Network:
    """Return the network without the hub and with some of its pairs as arcs of affinity 0."""
    width = max(1, len(network.high))
    every = np.concatenate((network.keys(), keys))
    order = np.argsort(every, kind="stable")
    proposal, evaluator = np.divmod(every[order], width)
    weight = np.concatenate((network.weight, np.zeros(len(keys), dtype=np.int64)))[order]
    return replace(network, proposal=proposal, evaluator=evaluator, weight=weight, has_hub=False)
