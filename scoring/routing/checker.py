"""Checks an assignment and its certificate by weak duality, without anything of the solver.

For all prices u (places), v (times): value ≤ Σ need·u + Σ best load at v + Σ max(0, weight - u - v).
"""

from __future__ import annotations

from typing import Any

FAR, TOTAL, SPREAD = 1 << 44, -1, -2


def find_fault(problem: Any, chosen: Any, certificate: Any, kinds: tuple[int, ...]) -> str | None:
    """Return why the chosen keys are not proven feasible and best for ``kinds``; None if they are."""
    import numpy as np  # noqa: PLC0415  # never at the start of a web worker

    size, width, kept = len(problem.proposals), problem.width, problem.kept
    chosen, rising = np.sort(chosen), all((np.diff(x) > 0).all() for x in (problem.keys, kept))
    known = problem.is_open | _is_in(chosen, problem.keys) | _is_in(chosen, kept)
    if not (rising and (np.diff(chosen) > 0).all() and (chosen // max(1, size * width) == 0).all()):
        return "a pair is unknown or listed twice"
    if _is_in(problem.forbidden, chosen).any() or not (_is_in(kept, chosen).all() and known.all()):
        return "a pair is not possible, or a settled pair is missing"
    base, done = np.bincount(kept % width, minlength=len(problem.max_load)), kept // width
    low, high = np.maximum(0, problem.min_load - base), np.maximum(0, problem.max_load - base)
    need = np.maximum(0, problem.demand - np.bincount(done, minlength=size))
    rest = chosen[~_is_in(chosen, kept)]
    load = np.bincount(rest % width, minlength=len(base))
    filled = (np.bincount(rest // width, minlength=size) == need).all()
    if not filled or (load != load.clip(low, high)).any():
        return "a demand or a load is not kept"
    stages, same = certificate.stages, certificate.fingerprint == problem.fingerprint()
    if not same or tuple(each.kind for each in stages) != kinds:
        return "the certificate belongs to another problem or objective"
    extra = rest[~_is_in(rest, problem.keys)]
    keys = np.insert(problem.keys, np.searchsorted(problem.keys, extra), extra)
    least = [s.places.min(initial=FAR) + s.times.min(initial=FAR) + (s.kind == 0) for s in stages]
    if min(least) < 0 and problem.is_open:  # pairs that are not listed may matter: write them out
        keys = np.setdiff1d(np.arange(size * width), problem.forbidden, assume_unique=True)
    keys = keys[~_is_in(keys, kept)]
    pairs = keys // width, keys % width, problem.affinities(keys), _is_in(keys, rest)
    return _find_unproven(np, problem.unit, stages, pairs, (need, low, high, base))


def _is_in(values: Any, pool: Any) -> Any:
    found = pool.searchsorted(values)  # the pool is in ascending order
    return (found < len(pool)) & (pool.take(found, mode="clip") == values if len(pool) else False)


def _find_unproven(np: Any, unit: int, stages: Any, pairs: Any, limits: Any) -> str | None:
    (row, column, affinity, held), (need, low, high, base) = pairs, limits
    for kind, u, v in ((each.kind, each.places, each.times) for each in stages):
        ranks, squares = np.minimum(affinity * 10 // unit, 9), int(kind == SPREAD)
        weight = affinity if kind == TOTAL else -1 * (ranks == kind)
        gain, load = weight - u[row] - v[column], np.bincount(column[held], minlength=len(base))
        at = np.stack([low, high, *(np.clip(v // 2 + x - base, low, high) for x in (0, 1))])
        value = weight[held].sum() - squares * ((base + load) ** 2).sum()
        bound = need @ u + (v * at - squares * (base + at) ** 2).max(0).sum() + gain.clip(0).sum()
        if np.abs(np.append(u, v)).max(initial=0) > FAR or value != bound:
            return f"stage {kind} is not proven"
        taken, free = held & (gain != 0), gain == 0  # the next stage may only use this optimal face
        part = np.bincount(column[taken], minlength=len(base))
        need = need - np.bincount(row[taken], minlength=len(need))
        low, high = np.where(v > 0, high, low) - part, np.where(v < 0, low, high) - part
        row, column, affinity, held = (x[free] for x in (row, column, affinity, held))
        base = base + part
    return None
