"""The worst-served proposal as well as possible, then the greatest total: exact, by a small MIP.

The sum of a proposal cannot exceed that of its best possible evaluators; the least of these sums
bounds the worst-served one. "Greatest total with every sum at least T" at that bound is usually
possible, which proves it; otherwise T is found by bisection. A MIP sees only pairs whose reduced
gain, at the prices of the greatest total, is within what the answer loses: a pair beyond cannot
be part of a better answer (variable fixing by reduced costs; Nemhauser, Wolsey 1988, § II.5.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scoring.routing.arrays import Bools, Ints, np
from scoring.routing.mip import HALF_A_UNIT, Mip, MipStatus, join_rows, solve_mip, sum_rows
from scoring.routing.network import Network
from scoring.routing.potentials import FAR
from scoring.routing.stages import Best

FIRST_SLACK = 50
"""The first guess of what the answer loses is the unit divided by this."""

MANY_PAIRS = 30_000
"""The core has no more pairs than this; if that proves too few, the gap is told."""


@dataclass(frozen=True, slots=True, eq=False)
class Fair:
    """Used arcs, the proven bound of the minimum, and that of the total at the minimum reached."""

    used: Bools
    minimum_bound: int
    total_bound: int


@dataclass(frozen=True, slots=True, eq=False)
class _Start:
    """The greatest total, sums of settled pairs, and which proposals count (with an evaluator)."""

    best: Best
    settled: Ints
    counted: Bools
    seconds: float

    @property
    def network(self) -> Network:
        return self.best.network

    def sums(self, used: Bools) -> Ints:
        """Return the sum of every proposal; out of reach for those that do not count."""
        sums = self.settled.copy()
        np.add.at(sums, self.network.proposal[used], self.network.weight[used])
        return np.where(self.counted, sums, FAR)

    def minimum(self, used: Bools) -> int:
        """Return the least sum of a proposal that counts."""
        return int(self.sums(used).min(initial=FAR))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The best arcs for one threshold (None: there are none, or none were found)."""

    used: Bools | None
    bound: int
    is_proven: bool


def solve_max_min(best: Best, settled: Ints, kept: Ints, seconds: float) -> Fair:
    """Improve an assignment of greatest total.

    ``settled`` are the sums of locked and submitted pairs by proposal, ``kept`` their numbers.
    ``seconds`` limits each MIP. The bounds are equal to the values where the answer is proven.
    """
    start = _Start(best, settled, (best.network.need + kept) > 0, seconds)
    used, total_bound = best.used, best.total
    if not start.counted.any():
        return Fair(used, 0, total_bound)
    least, most = start.minimum(used), _highest_minimum(start)
    threshold = most
    while least < most:
        found = _solve_threshold(start, threshold)
        if found.used is not None and start.minimum(found.used) >= threshold:
            used, least, total_bound = found.used, start.minimum(found.used), found.bound
        elif found.used is None and found.is_proven:
            most = threshold - 1
        else:
            break
        threshold = (least + most + 1) // 2
    return Fair(used, most, total_bound)


def _highest_minimum(start: _Start) -> int:
    """Return the least, over the proposals, of the sum of its best possible evaluators."""
    network = start.network
    order = np.lexsort((-network.weight, network.proposal))
    first = np.searchsorted(network.proposal, np.arange(len(network.need)))
    rank = np.arange(len(order)) - first[network.proposal[order]]
    best = order[rank < network.need[network.proposal[order]]]
    sums = start.settled.copy()
    np.add.at(sums, network.proposal[best], network.weight[best])
    return int(sums[start.counted].min(initial=FAR))


def _solve_threshold(start: _Start, threshold: int) -> _Found:
    """Find the greatest total with every sum at least the threshold, in a growing core of pairs."""
    best, network = start.best, start.network
    loss_of_change = np.abs(best.prices.gains(network, network.weight))
    poor = start.sums(best.used) < threshold
    most = _largest_slack(loss_of_change)
    slack = int(network.weight.max(initial=0)) // FIRST_SLACK + 1
    while True:
        slack = min(slack, most)
        core = (loss_of_change <= slack) | poor[network.proposal]
        found = _solve_core(start, threshold, core)
        loss = best.total if found.used is None else best.total - best.weigh(found.used)
        everything = bool(core.all()) and best.hidden_loss >= FAR
        if everything or (found.used is None and not found.is_proven):
            return found
        if found.used is not None and loss <= slack and loss < best.hidden_loss:
            bound = max(found.bound, best.total - slack)
            return found if found.is_proven else replace(found, bound=bound)
        if slack >= most:  # as far as it goes: the answer stands, without proof of its total
            return replace(found, bound=best.total, is_proven=False)
        slack = slack * 8 if found.used is None else loss


def _largest_slack(loss_of_change: Ints) -> int:
    """Return the slack at which the core holds no more than ``MANY_PAIRS`` pairs."""
    count = min(MANY_PAIRS, len(loss_of_change))
    return int(np.partition(loss_of_change, count - 1)[count - 1]) if count else 0


def _solve_core(start: _Start, threshold: int, core: Bools) -> _Found:
    """Solve the MIP in which only the core may change."""
    network, columns = start.network, np.flatnonzero(core)
    fixed = start.best.used & ~core
    proposal, evaluator = network.proposal[columns], network.evaluator[columns]
    weight = network.weight[columns]
    need = network.need - np.bincount(network.proposal[fixed], minlength=len(network.need))
    loads = np.bincount(network.evaluator[fixed], minlength=len(network.high))
    sums = start.settled.copy()
    np.add.at(sums, network.proposal[fixed], network.weight[fixed])
    floors = np.where(start.counted, threshold - sums, -1) - HALF_A_UNIT
    endless = np.full(len(need), np.inf)
    number = np.arange(len(columns))
    rows = join_rows(
        [
            sum_rows(proposal, number, need, need),
            sum_rows(evaluator, number, network.low - loads, network.high - loads),
            sum_rows(proposal, number, floors, endless, weight),
        ]
    )
    ones = np.ones(len(columns), dtype=np.int64)
    answer = solve_mip(Mip(weight, ones, ones.astype(bool), rows), seconds=start.seconds)
    if answer.columns is None:
        return _Found(None, start.best.total, answer.status is MipStatus.INFEASIBLE)
    used = fixed.copy()
    used[columns[answer.columns > 0]] = True
    value = int(network.weight[used].sum())
    if answer.status is MipStatus.OPTIMAL:
        return _Found(used, value, is_proven=True)
    apart = int(network.weight[fixed].sum())
    return _Found(
        used, min(start.best.total, apart + int(answer.bound + HALF_A_UNIT)), is_proven=False
    )
