"""A bound for assignments under rules: the rules are priced into a flow.

Lagrangian relaxation (Held, Karp 1971; Fisher 1981): for any multipliers the greatest total of
the priced flow, less their bounds, is at least the best value under the rules. Multipliers follow
a subgradient with Polyak's step. Everything is in whole units, so the bound is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.routing.arrays import Bools, Ints, np
from scoring.routing.core import Solved, choose_core, solve_by_core
from scoring.routing.network import Network
from scoring.routing.potentials import Prices
from scoring.routing.rules import RuleRows

STEPS = 60
NEAR = 0.02
"""The first guess of how far, as a share, the best value lies below the bound."""

PATIENCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The least bound found, the reduced gains of all arcs there, and its flow."""

    bound: int
    gains: Ints
    used: Bools


def bound_by_flow(network: Network, rows: RuleRows, steps: int = STEPS) -> Relaxed | None:
    """Return the best bound after some steps; None if not even the flow is feasible."""
    multipliers = np.zeros(len(rows.bound), dtype=np.int64)
    core = choose_core(network, network.weight)
    best: Relaxed | None = None
    near: Prices | None = None
    scale, since = 1.0, 0
    for _ in range(max(1, steps)):
        weight = network.weight + rows.weigh(multipliers, len(network.weight))
        found = solve_by_core(network, weight, core, near)
        if found is None:
            return None
        core, near = found.core, found.prices
        value = int(weight[found.flow.used].sum()) - int(multipliers @ rows.bound)
        if best is None or value < best.bound:
            gains = found.prices.gains(network, weight)
            best, since = Relaxed(value, gains, found.flow.used), 0
        else:
            since += 1
        if since >= PATIENCE:
            scale, since = scale / 2, 0
        moved = _move(rows, multipliers, found, value, scale * NEAR)
        if moved is None:
            break
        multipliers = moved
    return best


def _move(rows: RuleRows, multipliers: Ints, found: Solved, value: int, near: float) -> Ints | None:
    """Return the next multipliers; None where no row pulls any more."""
    sums = np.bincount(rows.row[found.flow.used[rows.arc]], minlength=len(rows.bound))
    pull = rows.bound - rows.sense * sums
    idle = (pull < 0) & (multipliers == 0)
    length = int((pull[~idle] ** 2).sum())
    if not length:
        return None
    step = near * abs(value) / length
    moved = np.rint(multipliers + step * pull).astype(np.int64)
    return np.clip(moved, 0, rows.price)
