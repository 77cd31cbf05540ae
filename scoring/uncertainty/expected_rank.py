"""Expected ranks and posterior moments: the integral over the standard deviations, to a tolerance.

Given the standard deviations, ``ER_i = 1 + Σ_{k≠i} Φ((μ_k − μ_i)/√(V_ii + V_kk − 2V_ik))``.
Lattices are made finer until the ranks of a sample of applications stop moving; for many
applications the lattice is then compressed, because a node costs N² normal probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.compression import CHUNK, compress
from scoring.uncertainty.model import Conditional, Design, log_posterior, restrict
from scoring.uncertainty.nodes import BATCH_CELLS, Nodes, weighted_conditionals
from scoring.uncertainty.priors import Axis, parameters_at
from scoring.uncertainty.quadrature import Quadrature, Rule, find_shape, lay_lattice, leave_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import special
else:
    np = Deferred("numpy")
    special = Deferred("scipy.special")


class Precision(StrEnum):
    """How closely the integral over the standard deviations is computed."""

    DEFAULT = "default"
    """Expected ranks within 0.001 of the exact ones."""
    FINE = "fine"
    """Within 0.00001, at several times the cost."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Lattices to try in turn and when to stop.

    The search ends when ranks move less than ``tolerance`` or the next lattice would have more
    than ``most_nodes``. A lattice that would cost more than ``budget`` (microseconds, roughly) is
    compressed to the polynomial ``degree``. Nodes that hold ``negligible`` of the weight together
    are left out.
    """

    rules: tuple[Rule, ...]
    tolerance: float
    degree: int
    budget: float
    most_nodes: int
    negligible: float


EFFORTS = {
    Precision.DEFAULT: Effort(
        (Rule(1.0, 12), Rule(0.9, 14), Rule(0.8, 16), Rule(0.7, 18), Rule(0.6, 20)),
        tolerance=3e-4,
        degree=5,
        budget=4e6,
        most_nodes=60_000,
        negligible=1e-7,
    ),
    Precision.FINE: Effort(
        (Rule(0.8, 18), Rule(0.7, 21), Rule(0.6, 24), Rule(0.5, 27), Rule(0.42, 30)),
        tolerance=2e-6,
        degree=8,
        budget=4e7,
        most_nodes=500_000,
        negligible=1e-9,
    ),
}
WIDTHS = {Axis.QUALITY: 1.2, Axis.RESIDUAL: 1.1, Axis.EVALUATOR: 0.8, Axis.PANEL: 0.45}
"""How much wider than a rule says the nodes of an axis may stand. Few panels say little about how
much they differ: the density along that axis is far from normal and needs the closest nodes."""
MANY, MANY_SHARE = 250, 0.03
"""With more applications than ``MANY`` the posterior is narrow and compression loses next to
nothing (below 1e-6 measured), so only this share of the budget is spent on whole lattices."""
DRAWN_DEGREE = 5
"""Nodes that only carry draws and intervals keep the integrals of polynomials up to this degree."""
SAMPLE = 40
"""Applications whose ranks are watched while the lattice is made finer."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Means and standard deviations of a quantity, one entry for each of its bearers."""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solution:
    """What the model says, in units, in the order of the design.

    ``nodes`` are few that carry draws and intervals, ``moved`` is how far the watched ranks moved at the last
    refinement (an upper estimate of the error), ``deviations`` the posterior means of the
    standard deviations.
    """

    expected_rank: NDArray[np.float64]
    quality: Moments
    evaluators: Moments
    deviations: dict[Axis, float]
    nodes: Nodes
    moved: float


def solve(design: Design, precision: Precision) -> Solution:
    """Integrate the model over its unknown standard deviations."""
    effort = EFFORTS[precision]
    found = _refine(design, effort)
    deviations = _deviations(design, found.lattice)
    if _is_affordable(design, found.lattice, effort):
        used = found.lattice
        base = used if len(used.weights) <= CHUNK else found.rougher
        few = compress(base, _deviations(design, base), DRAWN_DEGREE)
    else:
        used = few = compress(found.lattice, deviations, effort.degree)
    nodes = Nodes.at(design, few)
    quality, evaluators = _moments(nodes)
    ranks = _expected_ranks(len(design.counts), nodes) if used is few else None
    return Solution(
        expected_rank=expected_ranks(design, used) if ranks is None else ranks,
        quality=quality,
        evaluators=evaluators,
        deviations={
            axis: float(found.lattice.weights @ deviations[:, column])
            for column, axis in enumerate(design.axes)
        },
        nodes=nodes,
        moved=found.moved,
    )


@dataclass(frozen=True, slots=True)
class _Refined:
    """The finest lattice, the one before it, and how far ranks moved from one to the other."""

    lattice: Quadrature
    rougher: Quadrature
    moved: float


def _refine(design: Design, effort: Effort) -> _Refined:
    """Return the first lattice that leaves the ranks of a sample where the one before put them."""

    def density(points: NDArray[np.float64]) -> NDArray[np.float64]:
        size = max(1, BATCH_CELLS // (len(design.nuisance_sums) + 1) ** 2)
        parts = np.array_split(points, -(-len(points) // size))
        return np.concatenate([log_posterior(design, part) for part in parts])

    shape = find_shape(density, len(design.axes)).stretched([WIDTHS[each] for each in design.axes])
    sample = restrict(design, _sample(design))
    scale = len(design.counts) / len(sample.counts)
    lattice = rougher = leave_out(lay_lattice(density, shape, effort.rules[0]), effort.negligible)
    ranks, moved = _watch(design, sample, lattice, effort), float(np.inf)
    for before, rule in pairwise(effort.rules):
        growth = (before.spacing / rule.spacing) ** len(design.axes)
        if growth * len(lattice.weights) > effort.most_nodes:
            break
        rougher, watched = lattice, ranks
        lattice = leave_out(lay_lattice(density, shape, rule), effort.negligible)
        ranks = _watch(design, sample, lattice, effort)
        moved = float(np.abs(ranks - watched).max()) * scale
        if moved <= effort.tolerance:
            break
    return _Refined(lattice, rougher, moved)


def _watch(
    design: Design, sample: Design, lattice: Quadrature, effort: Effort
) -> NDArray[np.float64]:
    """Return the ranks of the watched applications, on fewer nodes where all get these too."""
    if not _is_affordable(design, lattice, effort):
        lattice = compress(lattice, _deviations(sample, lattice), effort.degree)
    return expected_ranks(sample, lattice)


def _is_affordable(design: Design, lattice: Quadrature, effort: Effort) -> bool:
    """Tell whether all nodes may be used for all applications."""
    budget = effort.budget if len(design.counts) <= MANY else effort.budget * MANY_SHARE
    return _cost(design, lattice) <= budget


def _cost(design: Design, lattice: Quadrature) -> float:
    """Return about how many microseconds the ranks of all applications take (as measured once)."""
    pairs = len(design.counts) ** 2 / 2
    per_node = 8.0 + 0.025 * pairs + 0.05 * len(design.nuisance_sums) ** 2
    return len(lattice.weights) * per_node


def _sample(design: Design) -> NDArray[np.int64]:
    """Return some applications, spread evenly from the lowest to the highest mean."""
    order = np.argsort(design.sums / design.counts, kind="stable")
    size = min(SAMPLE, len(order))
    return np.unique(order[np.linspace(0, len(order) - 1, size).round().astype(int)])


def _deviations(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    at, _ = parameters_at(quadrature.points, design.axes)
    return np.stack([getattr(at, axis.value) for axis in design.axes], axis=1)


def expected_ranks(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    """Return the expected rank of every application of the design among them (1 is best)."""
    return _expected_ranks(len(design.counts), weighted_conditionals(design, quadrature))


def _expected_ranks(
    size: int, nodes: Iterable[tuple[NDArray[np.float64], Conditional]]
) -> NDArray[np.float64]:
    first, second = np.triu_indices(size, 1)
    flat = first * size + second
    beaten = np.zeros(len(first))
    for weights, at in nodes:
        shared = at.spread.transpose(0, 2, 1) @ at.spread
        variance = at.variance + np.diagonal(shared, axis1=1, axis2=2)
        apart = variance.take(first, axis=1)
        apart += variance.take(second, axis=1)
        apart -= 2.0 * shared.reshape(len(weights), -1).take(flat, axis=1)
        lead = at.mean.take(second, axis=1)
        lead -= at.mean.take(first, axis=1)
        lead /= np.sqrt(apart)
        beaten += weights @ special.ndtr(lead)
    ranks = np.ones(size)
    ranks += np.bincount(first, weights=beaten, minlength=size)
    ranks += np.bincount(second, weights=1.0 - beaten, minlength=size)
    return ranks


def _moments(nodes: Nodes) -> tuple[Moments, Moments]:
    """Return the moments of the applications and of the evaluators."""
    own, weights = slice(0, nodes.design.evaluators), nodes.quadrature.weights
    found = [
        (
            at.mean,
            at.variance + np.einsum("gji,gji->gi", at.spread, at.spread),
            at.nuisance[:, own],
            at.nuisance_variance[:, own],
        )
        for _, at in nodes
    ]
    means, variances, biases, doubts = (np.concatenate(part) for part in zip(*found, strict=True))
    quality = _mix(weights, means, np.sqrt(variances))
    return quality, _mix(weights, biases, np.sqrt(doubts))


def _mix(
    weights: NDArray[np.float64], means: NDArray[np.float64], sds: NDArray[np.float64]
) -> Moments:
    """Return mean, standard deviation and the central 95 % of mixtures of normals."""
    mean = weights @ means
    sd = np.sqrt(weights @ (sds**2 + (means - mean) ** 2))
    lower = _quantile(weights, means, sds, 0.025, mean - 8 * sd, mean + 8 * sd)
    upper = _quantile(weights, means, sds, 0.975, mean - 8 * sd, mean + 8 * sd)
    return Moments(mean, sd, lower, upper)


def _quantile(
    weights: NDArray[np.float64],
    means: NDArray[np.float64],
    sds: NDArray[np.float64],
    share: float,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return quantiles of mixtures of normals by halving an interval that contains them."""
    for _ in range(32):
        middle = (low + high) / 2
        below = weights @ special.ndtr((middle - means) / sds)
        low, high = np.where(below < share, middle, low), np.where(below < share, high, middle)
    return (low + high) / 2
