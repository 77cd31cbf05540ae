"""Turns places that went through the hub into pairs that are really possible.

In a large open problem the hub lets a proposal take any evaluator at affinity 0, also one that is
forbidden or chosen already. If real pairs can carry the same amounts, the relaxed optimum is the
optimum. That is the rule, because nearly every pair that is not listed is possible.
"""

from __future__ import annotations

from scoring.routing.arrays import Ints, is_in, np, whole
from scoring.routing.flow import solve_flow
from scoring.routing.network import Flow, Network
from scoring.routing.problem import Problem


def find_hidden_pairs(problem: Problem, network: Network, flow: Flow) -> Ints | None:
    """Return keys of pairs of affinity 0 that replace the hub; None if there are none that do."""
    rows, columns = np.flatnonzero(flow.to_hub), np.flatnonzero(flow.from_hub)
    if not len(rows):
        return whole([])
    keys = (rows[:, None] * problem.width + columns[None, :]).ravel()
    taken = network.keys()[flow.used]
    for barred in (problem.forbidden, problem.kept, taken):
        keys = keys[~is_in(keys, barred)]
    demand, loads = flow.to_hub[rows], flow.from_hub[columns]
    small = Network(
        proposal=np.searchsorted(rows, keys // problem.width),
        evaluator=np.searchsorted(columns, keys % problem.width),
        weight=-problem.affinities(keys),
        need=demand,
        low=loads,
        high=loads,
        base=np.zeros_like(loads),
    )
    found = solve_flow(small, small.weight)
    return None if found is None else np.sort(keys[found.used])
