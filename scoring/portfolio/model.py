"""The integer model of what is still undecided, solved by CP-SAT of OR-tools.

It works in whole cents with integer arithmetic only, so that "feasible" and "optimal" are proofs
and not tolerances. One worker and a fixed seed make answers the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scoring.portfolio.program import Awards, Program


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


SETTLED_EFFORTS = (2.0, 20.0)
"""The same for what bounds have left over: small, and best searched plainly until it is done."""


class SolverGaveUp(RuntimeError):
    """No search proved an answer; nothing unproven is ever returned."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Awards of all places that meet every constraint, and the value that was maximised."""

    awards: dict[int, int]
    value: int


class Model:
    """A CP-SAT model of the places that are still undecided."""

    def __init__(
        self,
        program: Program,
        fixed: Awards,
        *,
        elastic: int = 0,
        states: Mapping[int, bool] | None = None,
    ) -> None:
        # Heavy, and only a funding line needs it: a web worker never loads it at start.
        from ortools.sat.python import cp_model  # noqa: PLC0415

        self._cp = cp_model
        self._program = program
        self._fixed = dict(fixed)
        self._model = cp_model.CpModel()
        self._funded: dict[int, Any] = {}
        self._amount: dict[int, Any] = {}
        self._raises: dict[str, Any] = {}
        for place, room in enumerate(program.rooms(self._fixed)):
            is_possible = elastic or room >= program.least[place]
            if place not in self._fixed and program.open[place] and is_possible:
                self._add_place(place)
        for place, is_funded in (states or {}).items():
            self._model.add(self._funded[place] == int(is_funded))
        self._step = elastic
        self._constrain()

    def _add_place(self, place: int) -> None:
        least, full = self._program.least[place], self._program.full[place]
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

    def demand(self, per_cent: Mapping[int, int], worth: int) -> None:
        """Demand a value of the undecided places."""
        self._model.add(self._sum(per_cent) >= worth)

    def forbid_nothing(self) -> None:
        """Demand at least one award."""
        if not any(self._fixed.values()):
            self._model.add_bool_or(list(self._funded.values()))

    def solve(
        self,
        per_cent: Mapping[int, int],
        whole: Sequence[int],
        efforts: Sequence[float] = EFFORTS,
    ) -> Answer | None:
        """Return the best awards, or ``None``."""
        if whole:
            self._model.maximize(self._in_order(whole))
        elif per_cent:
            self._model.maximize(self._sum(per_cent))
        solver = self._run(efforts)
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
