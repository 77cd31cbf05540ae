"""Nodes of the integral with the exact posterior at each, as many at once as fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.uncertainty.model import Conditional, Design, condition
from scoring.uncertainty.quadrature import Quadrature

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT_CELLS = 8_000_000
"""Numbers that the posteriors of some nodes may hold to be kept (64 MB)."""
BATCH_CELLS = 2_000_000
"""Numbers in the largest array of a batch of nodes."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Some nodes with their exact posteriors, which are kept where memory allows."""

    design: Design
    quadrature: Quadrature
    kept: tuple[tuple[NDArray[np.float64], Conditional], ...] | None

    @classmethod
    def at(cls, design: Design, quadrature: Quadrature) -> Nodes:
        """Return the nodes of a quadrature."""
        width = len(design.counts) * len(design.nuisance_sums)
        is_small = len(quadrature.weights) * width <= KEPT_CELLS
        kept = tuple(weighted_conditionals(design, quadrature)) if is_small else None
        return cls(design, quadrature, kept)

    def __iter__(self) -> Iterator[tuple[NDArray[np.float64], Conditional]]:
        """Yield weights and posteriors, some nodes at a time."""
        return iter(self.kept or weighted_conditionals(self.design, self.quadrature))


def weighted_conditionals(
    design: Design, quadrature: Quadrature
) -> Iterator[tuple[NDArray[np.float64], Conditional]]:
    """Yield weights and exact posteriors of the nodes, as many at once as fit into memory."""
    size = max(len(design.counts), len(design.nuisance_sums)) ** 2
    batch = max(1, min(256, BATCH_CELLS // size))
    for start in range(0, len(quadrature.weights), batch):
        part = slice(start, start + batch)
        yield quadrature.weights[part], condition(design, quadrature.points[part])
