"""Expected ranks and posterior moments: the integral over the standard deviations, to a tolerance.

Given the standard deviations, ``ER_i = 1 + Σ_{k≠i} Φ((μ_k − μ_i)/√(V_ii + V_kk − 2V_ik))``.
Lattices are made finer until the ranks of a sample of applications stop moving; for many
applications the lattice is then compressed, because a node costs N² normal probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.compression import compress
from scoring.uncertainty.model import Conditional, Design, condition, log_posterior, restrict
from scoring.uncertainty.priors import Axis, parameters_at
from scoring.uncertainty.quadrature import Quadrature, Rule, find_shape, lay_lattice

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
    compressed to the polynomial ``degree``.
    """

    rules: tuple[Rule, ...]
    tolerance: float
    degree: int
    budget: float
    most_nodes: int


EFFORTS = {
    Precision.DEFAULT: Effort(
        (Rule(1.0, 11), Rule(0.8, 13), Rule(0.64, 16), Rule(0.5, 18), Rule(0.4, 20)),
        tolerance=3e-4,
        degree=5,
        budget=8e5,
        most_nodes=30_000,
    ),
    Precision.FINE: Effort(
        (Rule(0.64, 18), Rule(0.5, 21), Rule(0.4, 24), Rule(0.33, 26), Rule(0.27, 28)),
        tolerance=2e-6,
        degree=8,
        budget=1e7,
        most_nodes=200_000,
    ),
}
MANY, MANY_SHARE = 250, 0.15
"""With more applications than ``MANY`` the posterior is narrow and compression loses next to
nothing (below 1e-6 measured), so only this share of the budget is spent on whole lattices."""
SAMPLE = 40
"""Applications whose ranks are watched while the lattice is made finer."""
BATCH_CELLS = 2_000_000
"""Numbers in the largest array of a batch of nodes."""


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

    ``few`` are the compressed nodes, ``moved`` is how far the watched ranks moved at the last
    refinement (an upper estimate of the error), ``deviations`` the posterior means of the
    standard deviations.
    """

    expected_rank: NDArray[np.float64]
    quality: Moments
    evaluators: Moments
    deviations: dict[Axis, float]
    few: Quadrature
    moved: float


def solve(design: Design, precision: Precision) -> Solution:
    """Integrate the model over its unknown standard deviations."""
    effort = EFFORTS[precision]
    lattice, moved = _refine(design, effort)
    deviations = _deviations(design, lattice)
    few = compress(lattice, deviations, effort.degree)
    used = lattice if _is_affordable(design, lattice, effort) else few
    quality, evaluators = _moments(design, few)
    return Solution(
        expected_rank=expected_ranks(design, used),
        quality=quality,
        evaluators=evaluators,
        deviations={
            axis: float(lattice.weights @ deviations[:, column])
            for column, axis in enumerate(design.axes)
        },
        few=few,
        moved=moved,
    )


def _refine(design: Design, effort: Effort) -> tuple[Quadrature, float]:
    """Return the first lattice that leaves the ranks of a sample where the one before put them."""

    def density(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return log_posterior(design, points)

    shape = find_shape(density, len(design.axes))
    sample = restrict(design, _sample(design))
    scale = len(design.counts) / len(sample.counts)
    before, moved = np.full(len(sample.counts), np.inf), np.inf
    lattice, spacing = Quadrature(np.zeros((0, 0)), np.zeros(0)), 0.0
    for rule in effort.rules:
        growth = (spacing / rule.spacing) ** len(design.axes)
        if growth * len(lattice.weights) > effort.most_nodes:
            break
        lattice = lay_lattice(density, shape, rule)
        used = lattice
        if not _is_affordable(design, lattice, effort):
            used = compress(lattice, _deviations(design, lattice), effort.degree)
        ranks = expected_ranks(sample, used)
        moved = float(np.abs(ranks - before).max()) * scale
        before, spacing = ranks, rule.spacing
        if moved <= effort.tolerance:
            break
    return lattice, moved


def _is_affordable(design: Design, lattice: Quadrature, effort: Effort) -> bool:
    """Tell whether all nodes may be used for all applications (costs as measured once)."""
    pairs = len(design.counts) ** 2 / 2
    per_node = 8.0 + 0.025 * pairs + 0.05 * len(design.nuisance_sums) ** 2
    budget = effort.budget if len(design.counts) <= MANY else effort.budget * MANY_SHARE
    return len(lattice.weights) * per_node <= budget


def _sample(design: Design) -> NDArray[np.int64]:
    """Return some applications, spread evenly from the lowest to the highest mean."""
    order = np.argsort(design.sums / design.counts, kind="stable")
    size = min(SAMPLE, len(order))
    return np.unique(order[np.linspace(0, len(order) - 1, size).round().astype(int)])


def _deviations(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    at, _ = parameters_at(quadrature.points, design.axes)
    return np.stack([getattr(at, axis.value) for axis in design.axes], axis=1)


def weighted_conditionals(
    design: Design, quadrature: Quadrature
) -> Iterator[tuple[NDArray[np.float64], Conditional]]:
    """Yield weights and exact posteriors of the nodes, as many at once as fit into memory."""
    size = max(len(design.counts), len(design.nuisance_sums)) ** 2
    batch = max(1, min(256, BATCH_CELLS // size))
    for start in range(0, len(quadrature.weights), batch):
        part = slice(start, start + batch)
        yield quadrature.weights[part], condition(design, quadrature.points[part])


def expected_ranks(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    """Return the expected rank of every application of the design among them (1 is best)."""
    size = len(design.counts)
    first, second = np.triu_indices(size, 1)
    flat = first * size + second
    beaten = np.zeros(len(first))
    for weights, at in weighted_conditionals(design, quadrature):
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


def _moments(design: Design, few: Quadrature) -> tuple[Moments, Moments]:
    """Return the moments of the applications and of the evaluators."""
    nodes = [at for _, at in weighted_conditionals(design, few)]
    means = np.concatenate([at.mean for at in nodes])
    variances = np.concatenate([at.variance + (at.spread**2).sum(axis=1) for at in nodes])
    own = slice(0, design.evaluators)
    biases = np.concatenate([at.nuisance[:, own] for at in nodes])
    doubts = np.concatenate([at.nuisance_variance[:, own] for at in nodes])
    quality = _mix(few.weights, means, np.sqrt(variances))
    return quality, _mix(few.weights, biases, np.sqrt(doubts))


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
