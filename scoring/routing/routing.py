"""One door to all objectives: a problem in, the best assignment with its proof out."""

from __future__ import annotations

from dataclasses import replace

from scoring.routing.arrays import np
from scoring.routing.certificate import Certificate, stage_kinds
from scoring.routing.max_min import solve_max_min
from scoring.routing.problem import Problem
from scoring.routing.result import Bounds, Objective, Routing, Status
from scoring.routing.stages import solve_stages, solve_total

SECONDS = 60.0
"""How long each mixed-integer programme may take, unless told otherwise."""


def route(
    problem: Problem, objective: Objective = Objective.BALANCED, *, seconds: float = SECONDS
) -> Routing:
    """Return the best assignment under all rules; its places are always filled.

    ``seconds`` limits each mixed-integer programme of ``max_min``; flows need no limit. Raises
    ``NoFeasibleAssignment``, which names the shortage.
    """
    objective = Objective(objective)
    if objective is Objective.MAX_MIN:
        return _route_max_min(problem, seconds)
    staged = solve_stages(problem, stage_kinds(objective))
    return Routing(
        problem=problem,
        objective=objective,
        keys=staged.keys,
        status=Status.OPTIMAL,
        bounds=Bounds(int(problem.affinities(staged.keys).sum())),
        certificate=Certificate(problem.fingerprint(), staged.stages),
        prices=staged.prices,
    )


def _route_max_min(problem: Problem, seconds: float) -> Routing:
    best = solve_total(problem)
    kept = problem.affinities(problem.kept)
    settled = np.zeros(len(problem.proposals), dtype=np.int64)
    rows = problem.kept // problem.width
    np.add.at(settled, rows, kept)
    counts = np.bincount(rows, minlength=len(settled))
    fair = solve_max_min(best, settled, counts, seconds)
    keys = np.sort(np.concatenate((best.network.keys()[fair.used], problem.kept)))
    bounds = Bounds(fair.total_bound + int(kept.sum()), fair.minimum_bound)
    found = Routing(problem, Objective.MAX_MIN, keys, Status.GAP, bounds, prices=best.prices)
    proven = (int(found.total * problem.unit), int(found.minimum * problem.unit))
    if proven != (bounds.total, bounds.minimum):
        return found
    return replace(found, status=Status.OPTIMAL)
