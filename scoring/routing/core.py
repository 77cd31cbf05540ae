"""Solves a large flow on the few pairs that matter, and proves that the others do not.

Prices of evaluators' time are guessed by a few steps of a subgradient; the pairs that look best at
these prices are the core. Its optimum has exact prices; pairs outside that would gain at them are
added, until there are none (column generation, Gilmore, Gomory 1961; the guess is Held, Karp 1971).
The result is the optimum of the whole network: its prices prove it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from scoring.routing.arrays import Bools, Floats, Ints, np
from scoring.routing.flow import solve_flow, solve_near
from scoring.routing.network import Flow, Network
from scoring.routing.potentials import NotOptimal, Prices, find_prices

FEW_PAIRS = 50_000
"""Smaller networks are solved whole."""

STEPS = 12
ROUNDS = 12
REACH, NEAR = 2, 16
"""Later rounds look at gains up to ``REACH`` times the best that was missed, and add pairs that
fall short by less than a part in ``NEAR`` of it too: they will be wanted next."""

FEW_ROUNDS = 100
"""How long a flow that was solved from old prices is given to prove itself."""

SPARE_CANDIDATES = 9
"""How many pairs a proposal has in the core beyond its need."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """An optimal flow, prices that prove it, and the pairs that were looked at."""

    flow: Flow
    prices: Prices
    core: Bools


def solve_by_core(
    network: Network, weight: Ints, core: Bools | None = None, start: Prices | None = None
) -> Solved | None:
    """Return a flow of greatest weight and its prices; None if there is no flow.

    ``core`` may tell which pairs to look at first, ``start`` prices of a problem that is much
    alike. The hub needs no core: it stands for many pairs.
    """
    core = choose_core(network, weight) if core is None else core
    reach = int(np.ptp(weight)) if len(weight) else 0
    for _ in range(ROUNDS):
        part = _part(network, core)
        found = _solve_part(part, weight[core], start, reach)
        if found is None:
            break
        flow, start = found
        gains = start.gains(network, weight)
        most = int(gains[~core].max(initial=0))
        if most == 0:
            return Solved(_whole_flow(flow, core), start, core)
        reach = most * REACH
        core = core | (gains > -most // NEAR)
    if core.all():
        return None
    whole = solve_flow(network, weight)
    if whole is None:
        return None
    return Solved(whole, find_prices(network, whole, weight), np.ones_like(core))


def _solve_part(
    part: Network, weight: Ints, start: Prices | None, reach: int
) -> tuple[Flow, Prices] | None:
    """Return a flow of greatest weight and its prices, from prices that are nearly right or anew."""
    if start is not None and not part.has_hub:
        flow = solve_near(part, weight, start, reach)
        if flow is None:
            return None
        with contextlib.suppress(NotOptimal):
            return flow, find_prices(part, flow, weight, rounds=FEW_ROUNDS)
    flow = solve_flow(part, weight)
    return None if flow is None else (flow, find_prices(part, flow, weight))


def _whole_flow(flow: Flow, core: Bools) -> Flow:
    used = np.zeros(len(core), dtype=bool)
    used[np.flatnonzero(core)[flow.used]] = True
    return replace(flow, used=used)


def _part(network: Network, core: Bools) -> Network:
    return replace(
        network,
        proposal=network.proposal[core],
        evaluator=network.evaluator[core],
        weight=network.weight[core],
    )


def choose_core(network: Network, weight: Ints, spare: int = SPARE_CANDIDATES) -> Bools:
    """Return for every proposal the pairs that look best at guessed prices; all of a few pairs."""
    if len(weight) <= FEW_PAIRS or network.has_hub:
        return np.ones(len(weight), dtype=bool)
    size = len(network.need)
    counts = np.bincount(network.proposal, minlength=size)
    starts = np.cumsum(counts) - counts
    place = network.proposal * int(counts.max()) + np.arange(len(weight)) - starts[network.proposal]
    table = np.full(size * int(counts.max()), -np.inf)
    table[place] = weight
    owner = np.zeros(len(table), dtype=np.int64)
    owner[place] = network.evaluator
    shape = size, int(counts.max())
    table, owner = table.reshape(shape), owner.reshape(shape)
    most = int(network.need.max(initial=0))
    net = table - _guess_prices(network, table, owner, most)[owner]
    return np.asarray((net >= _bar(net, most + spare)).ravel()[place])


def _bar(net: Floats, count: int) -> Floats:
    """Return the value of each row's ``count``-th best entry, as a column."""
    kept = max(0, net.shape[1] - max(1, count))
    return np.partition(net, kept, axis=1)[:, [kept]]


def _guess_prices(network: Network, table: Floats, owner: Ints, most: int) -> Floats:
    """Raise the price of those whom too many proposals want, step by step."""
    prices = np.zeros(len(network.high))
    span = np.ptp(table[np.isfinite(table)])
    for step in range(STEPS):
        net = table - prices[owner]
        wanted = (net >= _bar(net, most)).ravel()
        loads = np.bincount(owner.ravel()[wanted], minlength=len(prices))
        stride = span / (6 * (step + 4) * np.maximum(1, network.high))
        prices = np.maximum(0, prices + (loads - network.high) * stride)
    return prices
