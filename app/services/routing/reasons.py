"""Why a run has chosen each pair, and what speaks for those that it has not chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.services.routing.routing_inputs import Inputs
from app.services.routing.solving import Solved, Weighing
from scoring.routing.arrays import is_in, np
from scoring.routing.explanation import Explanation, explain_pairs
from scoring.routing.problem import Pair
from scoring.routing.result import Routing

EXACT_PAIRS = 60
"""Up to so many new pairs each reason gets the exact loss of its best alternative at once."""
MOST_OTHERS = 8
"""So many candidates of each application who were not chosen are explained too, the best ones."""
MOST_EXPLAINED = 2_000
"""In a large call, so many of them in all."""


def write_reasons(solved: Solved, inputs: Inputs) -> dict[str, Any]:
    """Return why each pair was chosen, and what the best others have: by application, then by evaluator."""
    loads = solved.routing.loads()
    explained = {(each.proposal, each.evaluator): each for each in explain_pairs(solved.routing)}
    is_weighed = len(explained) <= EXACT_PAIRS and solved.lots is None
    weighing = Weighing(solved) if is_weighed else None
    chances = solved.lots.probabilities() if solved.lots else {}
    reasons: dict[str, Any] = {}
    pairs = {(each.proposal, each.evaluator): each for each in solved.routing.pairs()}
    for key, fit in inputs.affinities.tell(pairs):
        reason = {**fit.to_json(), "load": loads[key[1]], "settled": pairs[key].locked}
        if key in explained:
            reason |= _write_explanation(explained[key], weighing)
        if key in chances:
            reason["probability"] = str(chances[key])
        reasons.setdefault(key[0], {})[key[1]] = reason
    for application, evaluator in _list_others(solved.routing):
        fit = inputs.affinities[application, evaluator]
        reasons.setdefault(application, {})[evaluator] = fit.to_json()
    return reasons


def _list_others(found: Routing) -> Iterator[Pair]:
    """Yield the best candidates of each application who are allowed and were not chosen."""
    problem = found.problem
    each = min(MOST_OTHERS, MOST_EXPLAINED // max(1, len(problem.proposals)))
    is_free = ~is_in(problem.keys, found.keys)
    keys, scores = problem.keys[is_free], problem.affinity[is_free]
    order = np.lexsort((-scores, keys // problem.width))
    taken: dict[int, int] = {}
    for key in keys[order].tolist():
        row = key // problem.width
        taken[row] = taken.get(row, 0) + 1
        if taken[row] <= each:
            yield problem.pair(key)


def _write_explanation(each: Explanation, weighing: Weighing | None) -> dict[str, Any]:
    reason: dict[str, Any] = {
        "rank": each.rank,
        "candidates": each.candidates,
        "price": str(each.price),
        "alternative": each.alternative,
    }
    if each.alternative is not None:
        reason["alternative_affinity"] = str(each.alternative_affinity)
    if weighing is not None and each.alternative is not None:
        answer = weighing.ask((each.proposal, each.alternative))
        reason["loss"] = None if answer is None else str(answer.loss)
    return reason
