"""Nodes and weights for the unknown standard deviations.

An equally spaced rule is turned and scaled to the posterior, and grown outwards from its mode
until nothing is left to add.

The equally spaced rule on the whole line converges geometrically for smooth densities; a spacing
of h standard deviations leaves an error of about 2·exp(−2π²/h²) for a Gaussian one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

LogDensity = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]

SIDE = 2**15
"""Nodes of a lattice along one axis, at most; four axes fit into a number of 64 bits."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Spacing in standard deviations, and how far below the mode (in logs) nodes still count."""

    spacing: float
    cut: float


PILOT = Rule(1.0, 7.0)
"""The first, rough lattice, which only finds the shape of the density."""


@dataclass(frozen=True, slots=True)
class Quadrature:
    """Nodes (one per row, unbounded coordinates) and weights that add up to 1."""

    points: NDArray[np.float64]
    weights: NDArray[np.float64]


SETTLED = 1e-9
"""A step towards the mode that is shorter than this is the last."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a density lies and a root of its covariance: the frame of its lattices."""

    centre: NDArray[np.float64]
    factor: NDArray[np.float64]

    def stretched(self, widths: Sequence[float]) -> Shape:
        """Return the frame with wider or narrower steps along each axis."""
        return Shape(self.centre, self.factor * np.array(widths))


def find_shape(log_density: LogDensity, dimension: int) -> Shape:
    """Return the mean and the root of the covariance of a density known up to a constant.

    A pilot lattice follows the curvature at the mode; its moments are the answer.
    """
    mode = find_mode(log_density, dimension)
    pilot = lay_lattice(log_density, Shape(mode, _factor(-_hessian(log_density, mode))), PILOT)
    centre, factor = moments(pilot.points, pilot.weights)
    return Shape(centre, factor)


def moments(
    points: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the Cholesky factor of the covariance of weighted points."""
    centre = weights @ points
    shifted = points - centre
    covariance = (shifted * weights[:, None]).T @ shifted
    floor = np.eye(points.shape[1]) * 1e-12
    return centre, np.linalg.cholesky(covariance + floor).astype(np.float64)


def find_mode(log_density: LogDensity, dimension: int) -> NDArray[np.float64]:
    """Return the mode: the best point of a coarse grid, then Newton steps that only climb."""
    grid = np.array(list(itertools.product(np.linspace(-2.0, 1.0, 7), repeat=dimension)))
    values = log_density(grid)
    point: NDArray[np.float64] = grid[int(np.argmax(values))]
    height = float(values.max())
    for _ in range(60):
        step = _newton_step(log_density, point)
        point, height, moved = _climb(log_density, point, height, step)
        if moved < SETTLED:
            break
    return point


def _climb(
    log_density: LogDensity,
    point: NDArray[np.float64],
    height: float,
    step: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float, float]:
    """Take the longest of halved steps that does not descend; return also how far it went."""
    tries = point + step * 0.5 ** np.arange(12.0)[:, None]
    heights = log_density(tries)
    for attempt, found in zip(tries, heights, strict=True):
        if found > height:
            return attempt, float(found), float(np.abs(attempt - point).max())
    return point, height, 0.0


def _newton_step(log_density: LogDensity, point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a step along the curvature, bent upwards where the density is not yet concave."""
    width = 1e-4
    offsets = np.eye(len(point)) * width
    ahead, behind = log_density(point + offsets), log_density(point - offsets)
    gradient = (ahead - behind) / (2 * width)
    values, vectors = np.linalg.eigh(-_hessian(log_density, point))
    step = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-3))
    length = float(np.abs(step).max())
    bounded: NDArray[np.float64] = step * min(1.0, 1.0 / length) if length > 0 else step
    return bounded


def _hessian(log_density: LogDensity, point: NDArray[np.float64]) -> NDArray[np.float64]:
    size, width = len(point), 1e-3
    unit = np.eye(size) * width
    pairs = [(i, j) for i in range(size) for j in range(size)]
    corners = [
        point + one * unit[i] + other * unit[j]
        for i, j in pairs
        for one, other in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    values = log_density(np.array(corners)).reshape(size, size, 4)
    signed = values @ np.array([1.0, -1.0, -1.0, 1.0]) / (4 * width**2)
    result: NDArray[np.float64] = (signed + signed.T) / 2
    return result


def _factor(curvature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a matrix that turns unit steps into standard deviations."""
    values, vectors = np.linalg.eigh(curvature)
    result: NDArray[np.float64] = vectors / np.sqrt(np.clip(values, 0.25, None))
    return result


def lay_lattice(log_density: LogDensity, shape: Shape, rule: Rule) -> Quadrature:
    """Return equally spaced nodes around the mean, grown shell by shell while nodes still count."""
    centre, factor = shape.centre, shape.factor
    steps = np.concatenate(
        [np.eye(len(centre), dtype=np.int64), -np.eye(len(centre), dtype=np.int64)]
    )
    # A normal density still counts at the corners of this box in four dimensions: one call for all.
    half = int(np.sqrt(rule.cut / 2) / rule.spacing)
    box = itertools.product(range(-half, half + 1), repeat=len(centre))
    shell = np.array(list(box), dtype=np.int64)
    seen = _codes(shell)
    shells, found = [shell], [log_density(centre + shell * rule.spacing @ factor.T)]
    highest = float(found[0].max())
    while len(shell):
        alive = shells[-1][found[-1] > highest - rule.cut]
        near = (alive[:, None, :] + steps).reshape(-1, len(centre))
        codes, first = np.unique(_codes(near), return_index=True)
        is_new = np.isin(codes, seen, assume_unique=True, invert=True)
        shell = near[first[is_new]]
        if not len(shell):
            break
        seen = np.concatenate([seen, codes[is_new]])
        shells.append(shell)
        found.append(log_density(centre + shell * rule.spacing @ factor.T))
        highest = max(highest, float(found[-1].max()))
    nodes, heights = np.concatenate(shells), np.concatenate(found)
    order = np.argsort(_codes(nodes), kind="stable")
    order = order[heights[order] > highest - rule.cut]
    weights = np.exp(heights[order] - highest)
    return Quadrature(centre + nodes[order] * rule.spacing @ factor.T, weights / weights.sum())


def _codes(nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each node, in the order of their coordinates."""
    result: NDArray[np.int64] = (nodes + SIDE // 2) @ SIDE ** np.arange(
        nodes.shape[1] - 1, -1, -1, dtype=np.int64
    )
    return result


def leave_out(quadrature: Quadrature, share: float) -> Quadrature:
    """Return the quadrature without its lightest nodes, which hold at most ``share`` together.

    An integral of values between 0 and 1 changes by no more than that.
    """
    order = np.argsort(quadrature.weights, kind="stable")
    kept = np.sort(order[np.cumsum(quadrature.weights[order]) > share])
    weights = quadrature.weights[kept]
    return Quadrature(quadrature.points[kept], weights / weights.sum())
