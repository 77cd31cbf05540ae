"""Small routing problems, and the best assignments found by trying every one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from scoring.routing.problem import Evaluator, Pair, Problem, Proposal, Settled, build_problem

DATA = Path(__file__).parents[3] / "data" / "routing"


def read_bids(name: str, max_load: int, demand: int = 3) -> Problem:
    """Read a PrefLib-style file as a closed problem; a zero forbids the pair."""
    lines = (DATA / f"{name}.in").read_text(encoding="utf-8").splitlines()
    rows, columns = (int(part) for part in lines[0].split())
    matrix = np.array([line.split() for line in lines[1:] if line.strip()], dtype=float)
    scores = np.rint(matrix * 1_000_000).astype(np.int64)
    keys = np.flatnonzero(scores.ravel())
    nothing = np.empty(0, dtype=np.int64)
    return Problem(
        proposals=tuple(f"P{row:03}" for row in range(rows)),
        evaluators=tuple(f"E{column:03}" for column in range(columns)),
        demand=np.full(rows, demand),
        min_load=np.zeros(columns, dtype=np.int64),
        max_load=np.full(columns, max_load),
        keys=keys,
        affinity=scores.ravel()[keys],
        forbidden=nothing,
        reasons=(),
        kept=nothing,
        submitted=nothing,
        is_open=False,
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Give problems of up to four proposals and five evaluators with every kind of rule."""
    names = [f"A{number}" for number in range(draw(st.integers(1, 4)))]
    people = [f"E{number}" for number in range(draw(st.integers(1, 5)))]
    pairs = list(product(names, people))
    scores = st.sampled_from([0.0, 0.05, 0.25, 0.3, 0.5, 0.75, 0.999999, 1.0])
    affinity = {pair: draw(scores) for pair in draw(st.sets(st.sampled_from(pairs)))}
    forbidden = draw(st.sets(st.sampled_from(pairs), max_size=4))
    locked = draw(st.sets(st.sampled_from(pairs), max_size=2)) - forbidden
    loads = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in people]
    return build_problem(
        [Proposal(name, draw(st.integers(0, 2))) for name in names],
        [
            Evaluator(name, low + more, low if draw(st.booleans()) else 0)
            for name, (low, more) in zip(people, loads, strict=True)
        ],
        affinity,
        Settled(dict.fromkeys(forbidden, "conflict"), frozenset(locked)),
        is_open=draw(st.booleans()),
    )


def every_assignment(problem: Problem) -> Iterator[frozenset[int]]:
    """Give every set of keys that keeps all rules."""
    kept = set(problem.kept.tolist())
    width, size = problem.width, len(problem.proposals)
    possible = set(range(size * len(problem.evaluators))) if problem.is_open else set()
    possible = (possible | set(problem.keys.tolist())) - set(problem.forbidden.tolist()) - kept
    base = np.bincount(problem.kept % width, minlength=len(problem.evaluators))
    options = []
    for row in range(size):
        done = sum(key // width == row for key in kept)
        free = sorted(key for key in possible if key // width == row)
        options.append(list(combinations(free, max(0, int(problem.demand[row]) - done))))
    for choice in product(*options):
        keys = frozenset(kept.union(*choice))
        loads = np.bincount([key % width for key in keys], minlength=len(problem.evaluators))
        if (loads >= problem.min_load).all() and (
            loads <= np.maximum(problem.max_load, base)
        ).all():
            yield keys


def total_of(problem: Problem, keys: frozenset[int]) -> int:
    """Return the sum of affinities in units."""
    return int(problem.affinities(np.array(sorted(keys), dtype=np.int64)).sum())


def minimum_of(problem: Problem, keys: frozenset[int]) -> int:
    """Return the sum, in units, of the worst-served proposal that has an evaluator."""
    rows = {key // problem.width for key in keys}
    sums = [
        total_of(problem, frozenset(key for key in keys if key // problem.width == row))
        for row in rows
    ]
    return min(sums, default=0)


def classes_of(problem: Problem, keys: frozenset[int]) -> tuple[int, ...]:
    """Return the number of unsettled pairs in each class, the worst first."""
    free = sorted(keys - set(problem.kept.tolist()))
    scores = problem.affinities(np.array(free, dtype=np.int64))
    return tuple(np.bincount(np.minimum(scores * 10 // problem.unit, 9), minlength=10).tolist())


def squares_of(problem: Problem, keys: frozenset[int]) -> int:
    """Return the sum of the squares of all loads."""
    loads = np.bincount([key % problem.width for key in sorted(keys)] or [0])
    return int((loads**2).sum()) if keys else 0


def pairs_of(problem: Problem, keys: frozenset[int]) -> list[Pair]:
    """Return the identifiers of the keys."""
    return [problem.pair(key) for key in sorted(keys)]
