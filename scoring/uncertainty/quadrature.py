"""Nodes and weights for the unknown standard deviations.

An equally spaced rule is turned and scaled to the posterior, and grown outwards from its mode
until nothing is left to add.

The equally spaced rule on the whole line converges geometrically for smooth densities; a spacing
of h standard deviations leaves an error of about 2·exp(−2π²/h²) for a Gaussian one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

LogDensity = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]

Index = tuple[int, ...]


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
    origin: Index = (0,) * len(centre)
    seen, shell = {origin}, [origin]
    found: list[tuple[Index, float]] = []
    highest = -np.inf
    while shell:
        points = centre + np.array(shell, dtype=float) * rule.spacing @ factor.T
        heights = [float(each) for each in log_density(points)]
        highest = max(highest, *heights)
        found.extend(zip(shell, heights, strict=True))
        alive = [i for i, each in zip(shell, heights, strict=True) if each > highest - rule.cut]
        shell = sorted({near for index in alive for near in _neighbours(index)} - seen)
        seen.update(shell)
    kept = [(index, height) for index, height in sorted(found) if height > highest - rule.cut]
    points = centre + np.array([index for index, _ in kept], dtype=float) * rule.spacing @ factor.T
    weights = np.exp(np.array([height for _, height in kept]) - highest)
    return Quadrature(points, weights / weights.sum())


def _neighbours(index: Index) -> Iterator[Index]:
    for place in range(len(index)):
        for step in (-1, 1):
            yield (*index[:place], index[place] + step, *index[place + 1 :])
