"""Bounds that are proofs: what no completion can exceed, from prices of the constraints.

For any prices λ ≥ 0 of limits and floors, Σ max(0, own value − its price) plus what the constraints
are worth is at least the value of every completion (Lagrange). The prices come from the linear
relaxation (HiGHS) and are rounded to whole numbers; the bound is then computed in whole numbers,
so that it holds whatever the prices are: bad ones only make it weak.

Where the bound leaves no gain, a place whose change would fall below the best known value keeps its
state. What is left for the integer solver is small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.portfolio.program import Awards, Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import optimize
else:
    np = Deferred("numpy")
    optimize = Deferred("scipy.optimize")

SCALE = 2**40
"""Prices are multiples of 1/SCALE."""


@dataclass(frozen=True, slots=True)
class Row:
    """Σ weight × cents over undecided places is at most ``most``."""

    weights: tuple[int, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The undecided places of a program, in order, with a value per cent and the constraints."""

    places: tuple[int, ...]
    least: tuple[int, ...]
    full: tuple[int, ...]
    value: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """No completion is worth more than ``worth``; ``reduced`` is the gain of each place in full.

    Both are multiples of 1/``SCALE``.
    """

    worth: int
    reduced: tuple[int, ...]


def relax(program: Program, fixed: Awards, per_cent: Mapping[int, int]) -> Relaxation:
    """Return the places that are undecided after ``fixed``, with what is left of each constraint."""
    places = tuple(
        place
        for place, room in enumerate(program.rooms(fixed))
        if place not in fixed and program.open[place] and room >= program.least[place]
    )
    rows = []
    for limit in program.limits:
        used = sum(cents for place, cents in fixed.items() if place in limit.members)
        rows.append(Row(tuple(int(p in limit.members) for p in places), limit.cents - used))
    for floor in program.floors:
        decided = sum(floor.weights[place] * cents for place, cents in fixed.items())
        rows.append(Row(tuple(-floor.weights[place] for place in places), decided))
    return Relaxation(
        places,
        tuple(program.least[place] for place in places),
        tuple(program.full[place] for place in places),
        tuple(per_cent.get(place, 0) for place in places),
        tuple(rows),
    )


def find_bound(relaxation: Relaxation) -> Bound | None:
    """Return a proven bound, or ``None`` if the linear relaxation has no solution to price."""
    prices = _prices(relaxation)
    return None if prices is None else bound_at(relaxation, prices)


def bound_at(relaxation: Relaxation, prices: Sequence[int]) -> Bound:
    """Return the bound at prices (multiples of 1/``SCALE``), in whole numbers throughout."""
    worth = sum(price * row.most for price, row in zip(prices, relaxation.rows, strict=True))
    reduced = []
    for index, full in enumerate(relaxation.full):
        price = sum(
            each * row.weights[index] for each, row in zip(prices, relaxation.rows, strict=True)
        )
        gain = (relaxation.value[index] * SCALE - price) * full
        reduced.append(gain)
        worth += max(0, gain)
    return Bound(worth, tuple(reduced))


def _prices(relaxation: Relaxation) -> list[int] | None:
    """Return the prices of the constraints in the linear relaxation."""
    if not relaxation.places:
        return [0] * len(relaxation.rows)
    table = _Table(relaxation)
    solved = optimize.linprog(
        -table.value, A_ub=table.rows, b_ub=table.most, bounds=(0, 1), method="highs"
    )
    if solved.status != 0:
        return None
    marginals: NDArray[np.float64] = -solved.ineqlin.marginals * table.value_unit / table.units
    return [max(0, round(float(price) * SCALE)) for price in marginals]


def settle(relaxation: Relaxation, bound: Bound, known: int) -> dict[int, bool]:
    """Return the places whose state is proven in every completion worth more than ``known``.

    ``True``: an award, in full or in part; ``False``: none. ``known`` is what a completion found so
    far is worth over the undecided places.
    """
    spare = bound.worth - (known + 1) * SCALE
    found = {}
    for index, place in enumerate(relaxation.places):
        gain, full, least = bound.reduced[index], relaxation.full[index], relaxation.least[index]
        if gain < 0 and -gain * least > spare * full:
            found[place] = False
        elif gain > spare:
            found[place] = True
    return found


def narrow(relaxation: Relaxation, bound: Bound, size: int) -> tuple[Relaxation, frozenset[int]]:
    """Return the core, the places whose gain is nearest to zero, and who is funded in full outside it.

    Prices leave little doubt about the others (Balas and Zemel 1980); nothing is proven by that.
    """
    order = sorted(range(len(relaxation.places)), key=lambda index: abs(bound.reduced[index]))
    core, funded = sorted(order[:size]), [each for each in order[size:] if bound.reduced[each] > 0]

    def pick(values: Sequence[int]) -> tuple[int, ...]:
        return tuple(values[index] for index in core)

    rows = tuple(
        Row(
            pick(row.weights),
            row.most - sum(row.weights[index] * relaxation.full[index] for index in funded),
        )
        for row in relaxation.rows
    )
    inner = Relaxation(
        pick(relaxation.places),
        pick(relaxation.least),
        pick(relaxation.full),
        pick(relaxation.value),
        rows,
    )
    return inner, frozenset(relaxation.places[index] for index in funded)


def guess_awards(relaxation: Relaxation) -> frozenset[int] | None:
    """Return the places that the best completion funds, as floating-point arithmetic sees it.

    Nothing is proven by it: it is a good start, and has to be checked in whole cents.
    """
    if not relaxation.places:
        return frozenset()
    size, table = len(relaxation.places), _Table(relaxation)
    # A hair's breadth inside: what rounding takes away must not break a limit.
    rows = [optimize.LinearConstraint(table.rows, ub=table.most - CENTS_INSIDE / table.units)]
    objective, whole = -table.value, np.ones(size)
    if relaxation.least != relaxation.full:
        eye, none = np.eye(size), np.zeros((len(table.most), size))
        least = np.diag(np.array(relaxation.least) / np.array(relaxation.full))
        rows = [
            optimize.LinearConstraint(np.hstack([rows[0].A, none]), ub=rows[0].ub),
            optimize.LinearConstraint(np.hstack([eye, -eye]), ub=0.0),
            optimize.LinearConstraint(np.hstack([eye, -least]), lb=0.0),
        ]
        objective = np.concatenate([objective, np.zeros(size)])
        whole = np.concatenate([np.zeros(size), whole])
    solved = optimize.milp(
        objective,
        constraints=rows,
        integrality=whole,
        bounds=optimize.Bounds(0.0, 1.0),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if solved.x is None:
        return None
    states = solved.x[-size:]
    return frozenset(
        place for place, state in zip(relaxation.places, states, strict=True) if state > HALF
    )


class _Table:
    """The constraints in floating point, each divided by its largest entry; the value likewise."""

    def __init__(self, relaxation: Relaxation) -> None:
        full = np.array(relaxation.full, dtype=float)
        table = np.array([row.weights for row in relaxation.rows], dtype=float) * full
        value = np.array(relaxation.value, dtype=float) * full
        self.units = np.maximum(np.abs(table).max(axis=1), 1.0)
        self.rows = table / self.units[:, None]
        self.most = np.array([row.most for row in relaxation.rows], dtype=float) / self.units
        self.value_unit = float(np.abs(value).max()) or 1.0
        self.value = value / self.value_unit


HALF = 0.5
GAP = 1e-6
NODES = 200
"""Branches after which the search for a start ends: counted, not timed, so that it repeats."""
CENTS_INSIDE = 0.4
