"""The Gaussian model of votes given its standard deviations, in closed form.

With s, τ, ω and τ_γ given, everything is Gaussian. Applications are eliminated first, so that a
node of the quadrature costs one small matrix (evaluators and panels) whatever the number of
applications: a_i = n_i/s² + 1/τ², S = M'M/s² + D − B' diag(1/a) B with B = Z'M/s².
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.priors import (
    Axis,
    Parameters,
    Piece,
    Prior,
    axes_of,
    parameters_at,
    parameters_of,
)
from scoring.votes import VoteTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

QUALITY_FLOOR = 1e-12
"""The smallest τ²: below it all applications are equal to the last digit."""

_SLACK = 1e-9
"""Keeps the last pivot positive when every vote is explained; a constant of the log density."""


@dataclass(frozen=True, slots=True)
class Design:
    """The votes as arrays, centred on the mean of the applications' means, in units.

    ``crossed`` counts votes by application and nuisance (evaluators, then panels if more than
    one); ``grouped`` sums its squares over applications with equally many votes, once for each
    number of votes in ``sizes``, so that a node need not walk through the applications.
    """

    axes: tuple[Axis, ...]
    evaluators: int
    votes: int
    counts: NDArray[np.float64]
    sums: NDArray[np.float64]
    crossed: NDArray[np.float64]
    nuisance_sums: NDArray[np.float64]
    gram: NDArray[np.float64]
    squares: float
    sizes: NDArray[np.float64]
    members: NDArray[np.float64]
    grouped: NDArray[np.float64]
    grouped_sums: NDArray[np.float64]
    grouped_squares: NDArray[np.float64]
    centre: float
    unit: float


@dataclass(frozen=True, slots=True)
class Conditional:
    """The posterior at several nodes (first axis of every array).

    Applications: ``θ ~ N(mean, diag(variance) + H'H)`` with H = ``spread``, one row per nuisance
    parameter. Evaluators and panels: means, and the diagonal of S⁻¹.
    """

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    spread: NDArray[np.float64]
    nuisance: NDArray[np.float64]
    nuisance_variance: NDArray[np.float64]


def build_design(table: VoteTable, prior: Prior, unit: float) -> Design:
    """Return the arrays of the model; ``unit`` is the width of a step of the six-point scale."""
    means = table.means()
    centre = sum(means) / len(means)
    place = np.array([cell.proposal for cell in table.cells])
    seat = np.array([cell.assessor for cell in table.cells])
    grade = np.array([float(cell.grade - centre) for cell in table.cells]) / unit
    nuisance = _nuisance_columns(table, place, seat)
    width = int(nuisance.max()) + 1
    crossed = np.zeros((len(table.proposals), width))
    nuisance_sums = np.zeros(width)
    gram = np.zeros((width, width))
    for one in nuisance.T:
        np.add.at(crossed, (place, one), 1.0)
        np.add.at(nuisance_sums, one, grade)
        for other in nuisance.T:
            np.add.at(gram, (one, other), 1.0)
    counts = np.bincount(place, minlength=len(table.proposals)).astype(float)
    sums = np.zeros(len(table.proposals))
    np.add.at(sums, place, grade)
    sizes = np.unique(counts)
    groups = [counts == size for size in sizes]
    return Design(
        axes=axes_of(prior, len(table.panels)),
        evaluators=len(table.assessors),
        votes=len(table.cells),
        counts=counts,
        sums=sums,
        crossed=crossed,
        nuisance_sums=nuisance_sums,
        gram=gram,
        squares=float(grade @ grade),
        sizes=sizes,
        members=np.array([float(group.sum()) for group in groups]),
        grouped=np.stack([crossed[group].T @ crossed[group] for group in groups]),
        grouped_sums=np.stack([crossed[group].T @ sums[group] for group in groups]),
        grouped_squares=np.array([float(sums[group] @ sums[group]) for group in groups]),
        centre=float(centre),
        unit=unit,
    )


def _nuisance_columns(
    table: VoteTable, place: NDArray[np.int64], seat: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the columns of each vote: its evaluator and, with several panels, its panel."""
    if len(table.panels) == 1:
        return seat[:, None]
    panel = np.array(table.panel_of)[place] + len(table.assessors)
    return np.stack([seat, panel], axis=1)


def restrict(design: Design, applications: NDArray[np.int64]) -> Design:
    """Return the design with only some applications to look at; evaluators keep all votes."""
    return replace(
        design,
        counts=design.counts[applications],
        sums=design.sums[applications],
        crossed=design.crossed[applications],
    )


def log_posterior(design: Design, points: NDArray[np.float64], piece: Piece) -> NDArray[np.float64]:
    """Return the log posterior density at unbounded coordinates, up to a constant.

    The right side is carried through the factorisation as one more row, whose pivot is the root
    of the quadratic form r'Σ⁻¹r.
    """
    at, log_density = parameters_at(points, design.axes, piece)
    inner, scale, right = _reduced(design, at)
    residual, quality = at.residual**2, np.maximum(at.quality**2, QUALITY_FLOOR)
    precision = design.sizes / residual[:, None] + 1.0 / quality[:, None]
    width = inner.shape[1]
    bordered = np.empty((len(points), width + 1, width + 1))
    bordered[:, :width, :width] = inner
    bordered[:, width, :width] = scale * right
    bordered[:, width, width] = (
        design.squares / residual
        - (design.grouped_squares / precision).sum(axis=1) / residual**2
        + _SLACK
    )
    pivots = np.diagonal(np.linalg.cholesky(bordered), axis1=1, axis2=2)
    log_size = design.votes * np.log(residual)
    log_size += (np.log(precision * quality[:, None]) * design.members).sum(axis=1)
    log_size += 2.0 * np.log(pivots[:, :-1]).sum(axis=1)
    result: NDArray[np.float64] = log_density - 0.5 * (log_size + pivots[:, -1] ** 2)
    return result


def condition(design: Design, deviations: NDArray[np.float64]) -> Conditional:
    """Return the exact posterior of applications and evaluators given the standard deviations."""
    at = parameters_of(deviations, design.axes)
    inner, scale, right = _reduced(design, at)
    inverse = np.linalg.inv(np.linalg.cholesky(inner)) * scale[:, None, :]
    nuisance = np.einsum("gij,gi->gj", inverse, np.einsum("gij,gj->gi", inverse, right))
    residual = at.residual[:, None] ** 2
    quality = np.maximum(at.quality[:, None] ** 2, QUALITY_FLOOR)
    variance = 1.0 / (design.counts / residual + 1.0 / quality)
    mean = variance / residual * (design.sums - nuisance @ design.crossed.T)
    spread = inverse @ design.crossed.T * (variance / residual)[:, None, :]
    return Conditional(mean, variance, spread, nuisance, (inverse**2).sum(axis=1))


def _reduced(
    design: Design, at: Parameters
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return S scaled by the prior on both sides, that scale, and b = M'Σ₀⁻¹r.

    Scaling keeps the matrix well conditioned when a standard deviation goes to zero.
    """
    width = len(design.nuisance_sums)
    scale = np.repeat(at.panel[:, None], width, axis=1)
    scale[:, : design.evaluators] = at.evaluator[:, None]
    residual = at.residual[:, None] ** 2
    quality = np.maximum(at.quality[:, None] ** 2, QUALITY_FLOOR)
    weight = 1.0 / (residual**2 * (design.sizes / residual + 1.0 / quality))
    flat = np.concatenate([design.gram[None], design.grouped]).reshape(-1, width * width)
    parts = np.concatenate([1.0 / residual, -weight], axis=1)
    if width == design.evaluators:
        inner = (parts * at.evaluator[:, None] ** 2) @ flat
        inner = inner.reshape(-1, width, width)
    else:
        inner = (parts @ flat).reshape(-1, width, width)
        inner *= scale[:, :, None]
        inner *= scale[:, None, :]
    inner[:, np.arange(width), np.arange(width)] += 1.0
    right = design.nuisance_sums / residual - weight @ design.grouped_sums
    return inner, scale, right
