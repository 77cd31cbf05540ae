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
from scoring.uncertainty.lattices import lay_first
from scoring.uncertainty.model import Conditional, Design, restrict
from scoring.uncertainty.nodes import Nodes, weighted_conditionals
from scoring.uncertainty.priors import Axis
from scoring.uncertainty.quadrature import Quadrature, Rule

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
        (
            *(Rule(1.0, 12), Rule(0.9, 14), Rule(0.8, 16), Rule(0.7, 18)),
            *(Rule(0.6, 20), Rule(0.5, 22), Rule(0.4, 24)),
        ),
        tolerance=3e-4,
        degree=5,
        budget=4e6,
        most_nodes=60_000,
        negligible=1e-7,
    ),
    Precision.FINE: Effort(
        (
            *(Rule(0.8, 18), Rule(0.7, 21), Rule(0.6, 24), Rule(0.5, 27), Rule(0.42, 30)),
            *(Rule(0.36, 32), Rule(0.3, 34)),
        ),
        tolerance=2e-6,
        degree=8,
        budget=4e7,
        most_nodes=500_000,
        negligible=1e-9,
    ),
}
MANY, MANY_SHARE = 250, 0.03
"""With more applications than ``MANY`` only this share of the budget is spent on whole lattices:
the posterior is narrow and compression loses little (1e-7 of a place measured, 1e-4 where the votes
hardly tell the applications apart)."""
REACHED = 1e-12
"""A quantile whose share is this close is found."""
STRIPE = 32
"""Applications compared with all later ones at once."""
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
    if _is_affordable(design, found.lattice, effort):
        used = found.lattice
        base = used if len(used.weights) <= CHUNK else found.rougher
        few = compress(design, base, DRAWN_DEGREE)
    else:
        used = few = compress(design, found.lattice, effort.degree)
    nodes = Nodes.at(design, few)
    quality, evaluators = _moments(nodes)
    ranks = _expected_ranks(len(design.counts), nodes) if used is few else None
    return Solution(
        expected_rank=expected_ranks(design, used) if ranks is None else ranks,
        quality=quality,
        evaluators=evaluators,
        deviations={
            axis: float(found.lattice.weights @ found.lattice.points[:, column])
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
    frames, lattice = lay_first(design, effort.rules[0], effort.negligible)
    rougher = lattice
    sample = restrict(design, _sample(design))
    scale = len(design.counts) / len(sample.counts)
    ranks, moved = _watch(design, sample, lattice, effort), float(np.inf)
    for before, rule in pairwise(effort.rules):
        growth = (before.spacing / rule.spacing) ** len(design.axes)
        if growth * len(lattice.weights) > effort.most_nodes:
            break
        rougher, watched = lattice, ranks
        lattice = frames.lay(rule, effort.negligible)
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
        lattice = compress(design, lattice, effort.degree)
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


def expected_ranks(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    """Return the expected rank of every application of the design among them (1 is best)."""
    return _expected_ranks(len(design.counts), weighted_conditionals(design, quadrature))


def _expected_ranks(
    size: int, nodes: Iterable[tuple[NDArray[np.float64], Conditional]]
) -> NDArray[np.float64]:
    beaten = np.zeros((size, size))
    for weights, at in nodes:
        variance = at.variance + np.einsum("gji,gji->gi", at.spread, at.spread)
        # Stripes of the upper triangle stay in the processor's cache.
        for start in range(0, size, STRIPE):
            rows, rest = slice(start, start + STRIPE), slice(start, None)
            apart = at.spread[:, :, rows].transpose(0, 2, 1) @ at.spread[:, :, rest]
            apart *= -2.0
            apart += variance[:, rows, None]
            apart += variance[:, None, rest]
            own = np.arange(apart.shape[1])
            apart[:, own, own] = 1.0
            apart *= 2.0
            lead = at.mean[:, rows, None] - at.mean[:, None, rest]
            lead /= np.sqrt(apart, out=apart)
            # Φ(−x) = erfc(x/√2)/2, which takes half the time of scipy's Φ.
            beaten[rows, rest] += np.tensordot(weights / 2.0, special.erfc(lead, out=lead), 1)
    above = np.triu(beaten, 1)
    result: NDArray[np.float64] = 1.0 + above.sum(axis=1) + np.arange(size) - above.sum(axis=0)
    return result


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
    lower, upper = (_quantile(weights, means, sds, share) for share in (0.025, 0.975))
    return Moments(mean, sd, lower, upper)


def _quantile(
    weights: NDArray[np.float64],
    means: NDArray[np.float64],
    sds: NDArray[np.float64],
    share: float,
) -> NDArray[np.float64]:
    """Return quantiles of mixtures of normals: Newton steps, halving where one would leave the interval."""
    low, high = (means - 8 * sds).min(axis=0), (means + 8 * sds).max(axis=0)
    point: NDArray[np.float64] = weights @ (means + sds * special.ndtri(share))
    for _ in range(40):
        away = (point - means) / sds
        excess = weights @ special.ndtr(away) - share
        low, high = np.where(excess < 0, point, low), np.where(excess > 0, point, high)
        density = weights @ (np.exp(-0.5 * away**2) / sds) / np.sqrt(2.0 * np.pi)
        tried = point - excess / np.maximum(density, 1e-300)
        inside = (tried >= low) & (tried <= high)
        point = np.where(inside, tried, (low + high) / 2)
        if np.abs(excess).max() < REACHED:
            break
    return point
