"""The assignment of greatest weight: a minimum-cost flow, solved exactly.

Ahuja, Magnanti, Orlin, "Network Flows" (1993), ch. 9–11. The solver is the cost-scaling
push-relabel of OR-Tools: whole numbers, one thread, the same arcs in the same order, so the same
answer. Minimum loads are part of the same flow (supplies of the evaluators), not a first pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scoring.routing.arrays import Ints, np, whole
from scoring.routing.network import Flow, Network
from scoring.routing.potentials import Prices


def solve_flow(network: Network, weight: Ints, *, spread: bool = False) -> Flow | None:
    """Return the flow of greatest total ``weight`` that fills every place; None if there is none.

    With ``spread`` the sum of the squares of all loads is taken off the total.
    """
    amounts = _solve(network, weight, room=1, spread=spread)
    return None if amounts is None else _flow(network, amounts)


def solve_near(network: Network, weight: Ints, prices: Prices, reach: int) -> Flow | None:
    """Return a flow of greatest ``weight``, unless a reduced gain beyond ``reach`` decides it.

    Gains reduced by prices have the same optima, and at prices that are nearly right nearly all
    of the answer can be seen from their signs. Cut at ``reach`` they lie close together, which
    halves the solver's work; whoever calls proves the flow against the whole weights. No hub.
    """
    gains = np.clip(prices.gains(network, weight), -reach, reach)
    amounts = _solve(network, gains, room=1, spread=False, times=prices.times)
    return None if amounts is None else _flow(network, amounts)


def solve_shares(network: Network, weight: Ints, room: int) -> Ints | None:
    """Return how much of each pair is used where each pair may be used up to ``room`` times."""
    amounts = _solve(network, weight, room=room, spread=False)
    return None if amounts is None else whole(amounts[: len(network.weight)])


def _solve(
    network: Network, weight: Ints, *, room: int, spread: bool, times: Ints | int = 0
) -> Ints | None:
    """Return the amount on every arc; None if places cannot be filled.

    ``times`` is added to the weight for each place of an evaluator.
    """
    if network.low.sum() > network.places:
        return None
    # Heavy, and only a routing run needs it: a web worker never loads it at start.
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    solver = min_cost_flow.SimpleMinCostFlow()
    tails, heads, capacity, costs = _arcs(network, weight, room=room, spread=spread, times=times)
    numbers = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, costs)
    supplies = np.concatenate((network.need, -network.low, [network.low.sum() - network.places]))
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    del tails, heads, capacity, costs
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow solver ended with status {status}")
    return np.asarray(solver.flows(numbers))


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Arcs of one kind; room and cost may be one number for all."""

    tails: Ints
    heads: Ints
    room: Ints | int
    cost: Ints | int


def _arcs(
    network: Network, weight: Ints, *, room: int, spread: bool, times: Ints | int
) -> tuple[Any, Any, Ints, Ints]:
    """Return tail, head, capacity and cost of pairs, hub arcs and arcs to the sink, in this order."""
    proposals, evaluators = len(network.need), len(network.high)
    sink, hub = proposals + evaluators, proposals + evaluators + 1
    rows, columns = whole(np.arange(proposals)), whole(proposals + np.arange(evaluators))
    parts = [_Arcs(network.proposal, network.evaluator + proposals, room, -weight)]
    if network.has_hub:
        parts.append(_Arcs(rows, np.full_like(rows, hub), network.need, 0))
        parts.append(_Arcs(np.full_like(columns, hub), columns, network.high, 0))
    spare = network.high - network.low
    if spread:
        owner = np.repeat(np.arange(evaluators), spare)
        unit = np.arange(len(owner)) - np.repeat(np.cumsum(spare) - spare, spare) + 1
        rising = 2 * (network.base + network.low)[owner] + 2 * unit - 1
        parts.append(_Arcs(columns[owner], np.full_like(owner, sink), 1, rising))
    else:
        parts.append(_Arcs(columns, np.full_like(columns, sink), spare, -times))
    return _joined(parts)


def _joined(parts: list[_Arcs]) -> tuple[Any, Any, Ints, Ints]:
    """Return the arcs of all kinds in the types that the solver takes without a copy."""
    total = sum(len(part.tails) for part in parts)
    tails, heads = np.empty(total, np.int32), np.empty(total, np.int32)
    room, costs = np.empty(total, np.int64), np.empty(total, np.int64)
    start = 0
    for part in parts:
        span = slice(start, start + len(part.tails))
        tails[span], heads[span] = part.tails, part.heads
        room[span], costs[span] = part.room, part.cost
        start = span.stop
    return tails, heads, room, costs


def _flow(network: Network, amounts: Ints) -> Flow:
    pairs, proposals, evaluators = len(network.weight), len(network.need), len(network.high)
    used = amounts[:pairs].astype(bool)
    if not network.has_hub:
        return Flow(used, np.zeros(proposals, np.int64), np.zeros(evaluators, np.int64))
    middle = pairs + proposals
    return Flow(used, amounts[pairs:middle], amounts[middle : middle + evaluators])
