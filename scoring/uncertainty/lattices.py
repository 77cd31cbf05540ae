"""Nodes for the unknown standard deviations of a model: one lattice on each smooth piece of its prior.

The prior of s has a corner where one of the two standard deviations in it meets its limit: its slope
is infinite there, and a lattice across it would converge slowly. So s is integrated below the corner,
and above it where votes reach that far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.model import Design, log_posterior
from scoring.uncertainty.nodes import BATCH_CELLS
from scoring.uncertainty.priors import SD_LIMIT, Axis, Piece, parameters_at
from scoring.uncertainty.quadrature import (
    LogDensity,
    Quadrature,
    Rule,
    Shape,
    find_shape,
    lay_lattice,
    leave_out,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

WIDTHS = {Axis.QUALITY: 1.2, Axis.RESIDUAL: 1.1, Axis.EVALUATOR: 0.8, Axis.PANEL: 0.45}
"""How much wider than a rule says the nodes of an axis may stand. Few panels say little about how
much they differ: the density along that axis is far from normal and needs the closest nodes."""
NEAR_CORNER = 0.95 * SD_LIMIT
"""If no node of the lower piece lies above this, the upper piece holds nothing that counts."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The pieces of the prior that hold some of the posterior, each with the frame of its lattices."""

    design: Design
    shapes: tuple[tuple[Piece, Shape], ...]

    def lay(self, rule: Rule, negligible: float) -> Quadrature:
        """Return nodes (standard deviations) of all pieces; the lightest, ``negligible``, left out."""
        found = [
            (piece, lay_lattice(density(self.design, piece), shape, rule))
            for piece, shape in self.shapes
        ]
        most = max(lattice.log_mass for _, lattice in found)
        masses = [float(np.exp(lattice.log_mass - most)) for _, lattice in found]
        points = [deviations_at(self.design, lattice.points, piece) for piece, lattice in found]
        weights = [
            lattice.weights * mass / sum(masses)
            for mass, (_, lattice) in zip(masses, found, strict=True)
        ]
        joined = Quadrature(np.concatenate(points), np.concatenate(weights), most)
        return leave_out(joined, negligible)


def lay_first(design: Design, rule: Rule, negligible: float) -> tuple[Frames, Quadrature]:
    """Return the frames and the nodes that the first rule puts into them."""
    frames = Frames(design, ((Piece.BELOW, _frame(design, Piece.BELOW)),))
    lattice = frames.lay(rule, negligible)
    if lattice.points[:, design.axes.index(Axis.RESIDUAL)].max() <= NEAR_CORNER:
        return frames, lattice
    both = Frames(design, (*frames.shapes, (Piece.ABOVE, _frame(design, Piece.ABOVE))))
    return both, both.lay(rule, negligible)


def _frame(design: Design, piece: Piece) -> Shape:
    widths: Sequence[float] = [WIDTHS[axis] for axis in design.axes]
    return find_shape(density(design, piece), len(design.axes)).stretched(widths)


def density(design: Design, piece: Piece) -> LogDensity:
    """Return the log posterior density on a piece, computed for some nodes at a time."""
    size = max(1, BATCH_CELLS // (len(design.nuisance_sums) + 1) ** 2)

    def log_density(points: NDArray[np.float64]) -> NDArray[np.float64]:
        starts = range(0, len(points), size)
        parts = [log_posterior(design, points[start : start + size], piece) for start in starts]
        return np.concatenate(parts)

    return log_density


def deviations_at(design: Design, points: NDArray[np.float64], piece: Piece) -> NDArray[np.float64]:
    """Return the standard deviations at unbounded coordinates, one column per axis."""
    at, _ = parameters_at(points, design.axes, piece)
    return np.stack([getattr(at, axis.value) for axis in design.axes], axis=1)
