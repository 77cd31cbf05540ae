"""What is assumed before the votes are seen: how large each standard deviation may be.

Vote of evaluator j on application i: ``y = m + θ_i + ν_j (+ γ_panel) + residual`` with
θ ~ N(0, τ²), ν ~ N(0, ω²), γ ~ N(0, τ_γ²). Priors are those of the Swiss National Science
Foundation for a scale of six points: ω = 0.5, and τ, τ_γ, σ and τ_λ uniform up to 2. The last two
(noise, and the evaluator's own view of one application) only ever appear as
s² = σ² + τ_λ² when an evaluator votes once per application, so s alone is kept, with the prior that
the two uniform ones give it. The hierarchical prior lets the votes tell ω: half-normal(0.5).

Another scale is brought to the width of six points by ``unit``, the width of one of five equal
steps from its lowest to its highest grade.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

SD_LIMIT = 2.0
"""Upper end of the uniform priors, in units."""

RESIDUAL_LIMIT = SD_LIMIT * 2**0.5
"""The largest s that two standard deviations up to ``SD_LIMIT`` can give."""

RESIDUAL_FLOOR = 0.01
"""The smallest s, in units: identical votes everywhere would otherwise be taken as certainty."""

EVALUATOR_SD = 0.5
"""The evaluators' standard deviation (snsf2022) or the scale of its half-normal prior."""

SPREAD_LIMIT = 16.0
"""Votes further apart than this many units are surely on another scale than declared."""


class Prior(StrEnum):
    """Whether the evaluators' standard deviation is fixed or estimated."""

    SNSF2022 = "snsf2022"
    HIERARCHICAL = "hierarchical"


class Axis(StrEnum):
    """A standard deviation that is integrated over."""

    QUALITY = "quality"
    """τ: between applications."""
    RESIDUAL = "residual"
    """s: what neither the application nor the evaluator explains."""
    EVALUATOR = "evaluator"
    """ω: between evaluators."""
    PANEL = "panel"
    """τ_γ: between panels."""


class Piece(StrEnum):
    """A part of the prior on which it is smooth: the residual below or above its corner."""

    BELOW = "below"
    ABOVE = "above"


PIECES = {
    Piece.BELOW: (RESIDUAL_FLOOR, SD_LIMIT),
    Piece.ABOVE: (SD_LIMIT, RESIDUAL_LIMIT),
}


@dataclass(frozen=True, slots=True)
class Parameters:
    """Standard deviations at the nodes of a quadrature, one entry per node, in units."""

    quality: NDArray[np.float64]
    residual: NDArray[np.float64]
    evaluator: NDArray[np.float64]
    panel: NDArray[np.float64]


def axes_of(prior: Prior, panels: int) -> tuple[Axis, ...]:
    """Return the standard deviations that are unknown under a prior."""
    axes = [Axis.QUALITY, Axis.RESIDUAL]
    if prior is Prior.HIERARCHICAL:
        axes.append(Axis.EVALUATOR)
    if panels > 1:
        axes.append(Axis.PANEL)
    return tuple(axes)


def parameters_of(deviations: NDArray[np.float64], axes: tuple[Axis, ...]) -> Parameters:
    """Return standard deviations by name from columns; those that are not unknown take their value."""
    count = len(deviations)
    values = {Axis.EVALUATOR: np.full(count, EVALUATOR_SD), Axis.PANEL: np.ones(count)}
    values.update({axis: deviations[:, column] for column, axis in enumerate(axes)})
    return Parameters(**{axis.value: values[axis] for axis in Axis})


def parameters_at(
    points: NDArray[np.float64], axes: tuple[Axis, ...], piece: Piece
) -> tuple[Parameters, NDArray[np.float64]]:
    """Return the standard deviations at unbounded coordinates, and the log of prior × Jacobian.

    The map of each axis (tanh–sinh on an interval, exponential on the half-line) makes densities
    die out doubly exponentially at both ends, where the equally spaced rule converges
    geometrically (Takahasi and Mori 1974).
    """
    deviations = np.empty_like(points)
    log_density = np.zeros(len(points))
    for column, axis in enumerate(axes):
        value, log_jacobian = _spread_out(axis, points[:, column], piece)
        deviations[:, column] = value
        log_density += log_jacobian + _log_prior(axis, value)
    return parameters_of(deviations, axes), log_density


def _spread_out(
    axis: Axis, points: NDArray[np.float64], piece: Piece
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return standard deviations at unbounded coordinates, and the log of their derivative."""
    if axis is Axis.EVALUATOR:
        return _half_line(points)
    if axis is Axis.RESIDUAL:
        return _interval(*PIECES[piece], points)
    return _interval(0.0, SD_LIMIT, points)


def _log_prior(axis: Axis, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log prior density of a standard deviation up to a constant."""
    if axis is Axis.EVALUATOR:
        return -0.5 * (value / EVALUATOR_SD) ** 2
    if axis is Axis.RESIDUAL:
        # The length of a point spread evenly over a square: an arc that the corner cuts beyond 2.
        beyond = np.arccos(np.minimum(1.0, SD_LIMIT / value))
        share = np.maximum(1.0 - beyond * 4.0 / np.pi, 1e-300)
        return np.log(value) + np.log(share)
    return np.zeros_like(value)


def _interval(
    low: float, high: float, points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Map the line to an open interval; return values and log derivatives."""
    inner = np.pi / 2 * np.sinh(points)
    # 1/(1+e^-2x) without overflow; both tails keep their relative accuracy near the lower end.
    share = np.exp(-np.logaddexp(0.0, -2.0 * inner))
    rest = -np.logaddexp(0.0, 2.0 * inner)
    log_jacobian = np.log(share) + rest + np.logaddexp(points, -points) + np.log(high - low)
    return low + (high - low) * share, log_jacobian


def _half_line(
    points: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    inner = points - np.exp(-points)
    return EVALUATOR_SD * np.exp(inner), inner + np.log1p(np.exp(-points))
