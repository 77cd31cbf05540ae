"""Objectives that are sequences of flows, each among the optima of the one before.

``leximin`` counts pairs by affinity class: as few as possible in the worst class, then in the
second worst, and so on, then the greatest total. Leximin over the sums of proposals would be
NP-hard; over pairs it is a linear cost on a flow and stays polynomial (compare Garg, Kavitha,
Kumar, Mehlhorn, Mestre, "Assigning papers to referees", Algorithmica 58, 2010).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from scoring.routing.arrays import Bools, Ints, is_in, np, whole
from scoring.routing.certificate import CLASSES, SPREAD, TOTAL, Stage
from scoring.routing.core import Solved, choose_core, solve_by_core
from scoring.routing.flow import solve_flow
from scoring.routing.hub import find_hidden_pairs
from scoring.routing.network import Flow, Network, make_network, with_arcs
from scoring.routing.potentials import FAR, NotOptimal, Prices, find_prices
from scoring.routing.problem import MILLION, Problem
from scoring.routing.shortage import explain_infeasible

RATIO, FINER = 8, 1000
"""Weights of the first flow: from class to class, and steps within a class."""

STEEPNESS = 4
"""How much more its guess of prices cares for weak pairs than for strong ones."""

FEW_ROUNDS = 60
"""How long the flow at hand is given to prove itself before a stage is solved anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """What earlier stages leave open: a network, a flow in it that is optimal so far, settled keys.

    ``core`` are the pairs to look at first.
    """

    network: Network
    flow: Flow
    settled: Ints
    core: Bools

    def keys(self) -> Ints:
        """Return the chosen keys without locked and submitted ones."""
        return np.sort(np.concatenate((self.settled, self.network.keys()[self.flow.used])))

    def without(self, closed: Ints) -> Face:
        """Return the face without some unused arcs (a mask)."""
        kept = ~closed
        network = replace(
            self.network,
            proposal=self.network.proposal[kept],
            evaluator=self.network.evaluator[kept],
            weight=self.network.weight[kept],
        )
        flow = replace(self.flow, used=self.flow.used[kept])
        return Face(network, flow, self.settled, self.core[kept])

    def narrow(self, weight: Ints, prices: Prices) -> Face:
        """Return the optimal face: fix arcs of non-zero gain and loads of non-zero price."""
        network = self.network
        fixed = prices.gains(network, weight) != 0
        taken = fixed & self.flow.used
        part = np.bincount(network.evaluator[taken], minlength=len(network.high))
        done = np.bincount(network.proposal[taken], minlength=len(network.need))
        smaller = replace(
            network,
            need=network.need - done,
            low=np.where(prices.times > 0, network.high, network.low) - part,
            high=np.where(prices.times < 0, network.low, network.high) - part,
            base=network.base + part,
        )
        settled = np.concatenate((self.settled, network.keys()[taken]))
        return Face(smaller, self.flow, settled, self.core).without(fixed)


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """The chosen keys with those settled before, the proof of every stage, prices of the total."""

    keys: Ints
    stages: tuple[Stage, ...]
    prices: Prices


def solve_stages(problem: Problem, kinds: tuple[int, ...]) -> Staged:
    """Solve the stages one after the other; one of them is the total.

    Raises ``NoFeasibleAssignment``.
    """
    if kinds == (TOTAL,):
        best = solve_total(problem)
        stage = Stage(TOTAL, best.prices.places, best.prices.times)
        keys = best.network.keys()[best.used]
        return Staged(_with_kept(problem, keys), (stage,), best.prices)
    face = _first_face(problem)
    stages: list[Stage] = []
    nothing = Prices(np.zeros_like(problem.demand), np.zeros_like(problem.max_load))
    prices = nothing
    for kind in kinds:
        weight = stage_weight(problem, face.network.weight, kind)
        if kind >= 0 and not weight[face.flow.used].any():
            stages.append(Stage(kind, nothing.places, nothing.times))
            face = face.without(weight != 0)
            continue
        face, found = _solve_stage(face, weight, kind)
        stages.append(Stage(kind, found.places, found.times))
        prices = found if kind == TOTAL else prices
        if kind != SPREAD:
            face = face.narrow(weight, found)
    return Staged(_with_kept(problem, face.keys()), tuple(stages), prices)


def stage_weight(problem: Problem, affinity: Ints, kind: int) -> Ints:
    """Return what a stage maximises, for pairs of the given affinities."""
    if kind == TOTAL:
        return affinity
    if kind == SPREAD:
        return np.zeros_like(affinity)
    return whole(-1 * (class_of(problem, affinity) == kind))


def class_of(problem: Problem, affinity: Ints) -> Ints:
    """Return the class of every affinity: 0 the worst, ``CLASSES`` - 1 the best."""
    return np.minimum(affinity * CLASSES // problem.unit, CLASSES - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The greatest total: a network without hub, its used arcs and their prices.

    Using a pair that is possible but not in the network would cost ``hidden_loss`` or more.
    """

    network: Network
    used: Bools
    prices: Prices
    hidden_loss: int = FAR

    @property
    def total(self) -> int:
        """The sum of the used arcs."""
        return self.weigh(self.used)

    def weigh(self, used: Bools) -> int:
        """Return the sum of some arcs."""
        return int(self.network.weight[used].sum())


def solve_total(problem: Problem) -> Best:
    """Return the assignment of greatest total. Raises ``NoFeasibleAssignment``."""
    network = make_network(problem)
    found = solve_by_core(network, network.weight)
    if found is None:
        raise explain_infeasible(problem, network)
    hidden = find_hidden_pairs(problem, network, found.flow) if network.has_hub else whole([])
    if hidden is None:
        network, hidden = make_network(problem, written=True), whole([])
        found = solve_by_core(network, network.weight)
        if found is None:
            raise explain_infeasible(problem, network)
    used, prices = found.flow.used, found.prices
    if not network.has_hub:
        return Best(network, used, prices)
    chosen = np.sort(np.concatenate((network.keys()[used], hidden)))
    network = with_arcs(network, hidden)
    hidden_loss = int(prices.places.min() + prices.times.min())
    return Best(network, is_in(network.keys(), chosen), prices, hidden_loss)


def _first_face(problem: Problem) -> Face:
    """Return a face without hub, with a flow that is nearly always optimal for every class."""
    network = make_network(problem)
    found = _solve_roughly(problem, network)
    if found is not None and network.has_hub:
        if not found.flow.to_hub.any() and class_of(problem, network.weight[found.flow.used]).all():
            network = replace(network, has_hub=False)
        else:
            network = make_network(problem, written=True)
            found = _solve_roughly(problem, network)
    if found is None:
        raise explain_infeasible(problem, network)
    return Face(network, found.flow, whole([]), found.core)


def _solve_roughly(problem: Problem, network: Network) -> Solved | None:
    """Weigh a pair in a class like eight in the next; the worst class weighs 0, as the hub does."""
    penalty = RATIO ** (CLASSES - 1 - class_of(problem, network.weight))
    finer = np.minimum(network.weight * FINER // problem.unit, FINER - 1)
    weight = whole((RATIO ** (CLASSES - 1) - penalty) * FINER + finer)
    short = 1 - np.minimum(1.0, network.weight / problem.unit)
    bent = whole(np.rint((1 - short**STEEPNESS) * MILLION))
    core = choose_core(network, network.weight) | choose_core(network, bent)
    return solve_by_core(network, weight, core)


def _solve_stage(face: Face, weight: Ints, kind: int) -> tuple[Face, Prices]:
    """Return the face with a flow that is optimal for the stage, and the prices that prove it."""
    if kind == SPREAD:
        flow = solve_flow(face.network, weight, spread=True)
        if flow is None:
            raise ArithmeticError("the optimal face of a stage is empty")
        prices = find_prices(face.network, flow, weight, spread=True)
        return replace(face, flow=flow), prices
    if kind != TOTAL:
        with contextlib.suppress(NotOptimal):
            return face, find_prices(face.network, face.flow, weight, rounds=FEW_ROUNDS)
    found = solve_by_core(face.network, weight, face.core | face.flow.used)
    if found is None:
        raise ArithmeticError("the optimal face of a stage is empty")
    return replace(face, flow=found.flow, core=found.core), found.prices


def _with_kept(problem: Problem, keys: Ints) -> Ints:
    return np.sort(np.concatenate((keys, problem.kept)))
