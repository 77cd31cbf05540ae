"""Exact answers about what can be awarded, by the integer solver CP-SAT of OR-tools.

It works in whole cents with integer arithmetic only, so that "feasible" and "optimal" are proofs
and not tolerances. One worker and a fixed seed make answers the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scoring.portfolio.program import Awards, Program

CHUNK = 30
"""Places decided by one solve: their lexicographic order is written in powers of two."""


class Search(StrEnum):
    """How the solver proves its bound; which is fast depends on the instance."""

    PLAIN = "plain"
    TREE = "tree"
    CORE = "core"


WHOLE_SEARCHES = (Search.PLAIN, Search.CORE, Search.TREE)
PART_SEARCHES = (Search.TREE, Search.PLAIN, Search.CORE)
"""Which search is tried first: parts of awards are nearly continuous, where the tree is best."""
EFFORTS = (0.1, 0.5, 2.0, 20.0)
"""Work granted to each search in turn, in the solver's deterministic unit (about a second)."""


class SolverGaveUp(RuntimeError):
    """No search proved an answer; nothing unproven is ever returned."""


STEPS = (1, 100, 10_000, 100_000)
"""Steps in cents in which the smallest raise of limits is looked for, finest first."""


MANY = 60
"""Undecided places beyond which the two finest steps are hardly ever proved and not tried."""


@dataclass(frozen=True, slots=True)
class Overshoot:
    """Raises of limits in cents by limit; one ``step`` (cents) less in sum would not do."""

    raises: dict[str, int]
    step: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Awards of all places that meet every constraint, and the value that was maximised."""

    awards: dict[int, int]
    value: int


def maximise(
    program: Program,
    fixed: Awards,
    per_cent: Mapping[int, int],
    *,
    whole: Sequence[int] = (),
    some: bool = False,
) -> Answer | None:
    """Return the best completion of fixed awards, or ``None`` if there is none.

    What is maximised is Σ ``per_cent`` × cents, or, with ``whole``, whether these places are
    funded in full, the first before all others (at most ``CHUNK``). With ``some`` nothing at all
    is not an answer.
    """
    if program.overshoots(fixed):
        return None
    model = _Model(program, fixed)
    if some:
        model.forbid_nothing()
    return model.solve(per_cent, whole)


def smallest_overshoot(program: Program, fixed: Awards) -> Overshoot | None:
    """Return the raises of limits of least sum that make fixed awards completable.

    ``None`` if no raise of limits does, because a floor cannot be met. The least sum to the cent
    can be a subset-sum puzzle; then it is found in coarser steps, which the answer names.
    """
    direct = program.overshoots(fixed)
    if not program.unmet(fixed):
        return Overshoot(direct, STEPS[0])
    undecided = sum(program.open) - len(fixed)
    for step in STEPS if undecided <= MANY else STEPS[2:]:
        model = _Model(program, fixed, elastic=step)
        try:
            raises = model.solve_elastic(EFFORTS if step == STEPS[-1] else EFFORTS[:1])
        except SolverGaveUp:
            continue
        return None if raises is None else Overshoot(raises, step)
    raise SolverGaveUp("no proof of the smallest raise of limits")


class _Model:
    """A CP-SAT model of the places that are still undecided."""

    def __init__(self, program: Program, fixed: Awards, *, elastic: int = 0) -> None:
        # Heavy, and only a funding line needs it: a web worker never loads it at start.
        from ortools.sat.python import cp_model  # noqa: PLC0415

        self._cp = cp_model
        self._program = program
        self._fixed = dict(fixed)
        self._model = cp_model.CpModel()
        self._funded: dict[int, Any] = {}
        self._amount: dict[int, Any] = {}
        self._raises: dict[str, Any] = {}
        for place in program.places:
            if place not in self._fixed and program.open[place]:
                self._add_place(place, elastic=bool(elastic))
        self._step = elastic
        self._constrain()

    def _add_place(self, place: int, *, elastic: bool) -> None:
        least, full = self._program.least[place], self._program.full[place]
        if not elastic and self._program.room(self._fixed, place) < least:
            return
        self._funded[place] = self._model.new_bool_var(f"funded{place}")
        if least < full:
            amount = self._model.new_int_var(0, full, f"amount{place}")
            self._model.add(amount <= full * self._funded[place])
            self._model.add(amount >= least * self._funded[place])
            self._amount[place] = amount

    def _sum(self, weights: Mapping[int, int]) -> Any:
        """Return Σ weight × cents over undecided places."""
        variables, factors = [], []
        for place, funded in self._funded.items():
            weight = weights.get(place, 0)
            if weight and place in self._amount:
                variables.append(self._amount[place])
                factors.append(weight)
            elif weight:
                variables.append(funded)
                factors.append(weight * self._program.full[place])
        return self._cp.LinearExpr.weighted_sum(variables, factors)

    def _constrain(self) -> None:
        for limit in self._program.limits:
            used = sum(c for place, c in self._fixed.items() if place in limit.members)
            spent = self._sum(dict.fromkeys(limit.members, 1))
            if self._step:
                most = used + sum(self._program.full[place] for place in limit.members)
                steps = self._model.new_int_var(0, most // self._step + 1, f"raise {limit.key}")
                self._raises[limit.key] = steps
                spent = spent - self._step * steps
            self._model.add(spent <= limit.cents - used)
        for floor in self._program.floors:
            weights = dict(enumerate(floor.weights))
            decided = sum(weights[place] * cents for place, cents in self._fixed.items())
            self._model.add(self._sum(weights) >= -decided)

    def forbid_nothing(self) -> None:
        """Demand at least one award."""
        if not any(self._fixed.values()):
            self._model.add_bool_or(list(self._funded.values()))

    def solve(self, per_cent: Mapping[int, int], whole: Sequence[int]) -> Answer | None:
        """Return the best awards, or ``None``."""
        if whole:
            self._model.maximize(self._in_order(whole))
        elif per_cent:
            self._model.maximize(self._sum(per_cent))
        solver = self._run()
        if solver is None:
            return None
        awards = dict.fromkeys(self._program.places, 0) | self._fixed
        for place, funded in self._funded.items():
            if place in self._amount:
                awards[place] = int(solver.value(self._amount[place]))
            elif solver.value(funded):
                awards[place] = self._program.full[place]
        value = sum(per_cent.get(place, 0) * cents for place, cents in awards.items())
        return Answer(awards, value)

    def _in_order(self, whole: Sequence[int]) -> Any:
        """Return an expression that is larger when an earlier place is funded in full."""
        variables, factors = [], []
        for step, place in enumerate(whole):
            if place not in self._funded:
                continue
            wanted = self._funded[place]
            if place in self._amount:
                wanted = self._model.new_bool_var(f"whole{place}")
                self._model.add(self._amount[place] >= self._program.full[place] * wanted)
            variables.append(wanted)
            factors.append(2 ** (len(whole) - 1 - step))
        return self._cp.LinearExpr.weighted_sum(variables, factors)

    def solve_elastic(self, efforts: Sequence[float]) -> dict[str, int] | None:
        """Return the smallest raises of limits in cents, or ``None``."""
        self._model.minimize(sum(self._raises.values()))
        solver = self._run(efforts)
        if solver is None:
            return None
        raises = {key: self._step * int(solver.value(each)) for key, each in self._raises.items()}
        return {key: cents for key, cents in raises.items() if cents}

    def _run(self, efforts: Sequence[float] = EFFORTS) -> Any:
        """Return a solver with a proven answer, or ``None`` if it is proven that there is none."""
        searches = PART_SEARCHES if self._amount else WHOLE_SEARCHES
        for limit in efforts:
            for search in searches:
                solver = self._cp.CpSolver()
                solver.parameters.num_workers = 1
                solver.parameters.random_seed = 1
                solver.parameters.linearization_level = 2
                solver.parameters.max_deterministic_time = limit
                solver.parameters.optimize_with_lb_tree_search = search is Search.TREE
                solver.parameters.optimize_with_core = search is Search.CORE
                status = solver.solve(self._model)
                if status == self._cp.INFEASIBLE:
                    return None
                if status == self._cp.OPTIMAL:
                    return solver
        raise SolverGaveUp(f"no proof after {efforts[-1]} units of work")


def complete_in_order(program: Program, fixed: Awards) -> dict[int, int] | None:
    """Decide all undecided places, each in full if what follows can still meet every constraint.

    Otherwise it gets the largest part that leaves a completion, if parts are allowed, else
    nothing. ``None`` if even the fixed awards cannot be completed.
    """
    awards = dict(fixed)
    undecided = [place for place in program.places if place not in awards]
    if not undecided:
        return None if program.overshoots(awards) or program.unmet(awards) else awards
    if maximise(program, awards, {}) is None:
        return None
    while undecided:
        place = undecided[0]
        if not program.open[place] or program.room(awards, place) < program.least[place]:
            awards[undecided.pop(0)] = 0
            continue
        chunk = [each for each in undecided if program.open[each]][:CHUNK]
        answer = maximise(program, awards, {}, whole=chunk)
        if answer is None:
            raise RuntimeError("awards that could be completed cannot be completed")
        undecided = _take(program, awards, undecided, chunk, answer)
    return awards


def _take(
    program: Program,
    awards: dict[int, int],
    undecided: list[int],
    chunk: Sequence[int],
    answer: Answer,
) -> list[int]:
    """Write decisions into ``awards`` up to the first part; return what is still undecided."""
    last = chunk[-1]
    for step, place in enumerate(undecided):
        if place > last:
            return undecided[step:]
        full = program.full[place]
        if answer.awards[place] < full and _may_get_part(program, awards, place):
            part = maximise(program, awards, {place: 1})
            awards[place] = part.awards[place] if part else 0
            return undecided[step + 1 :]
        awards[place] = answer.awards[place] if answer.awards[place] == full else 0
    return []


def _may_get_part(program: Program, awards: Awards, place: int) -> bool:
    least = program.least[place]
    return (
        program.open[place]
        and least < program.full[place]
        and (program.room(awards, place) >= least)
    )
