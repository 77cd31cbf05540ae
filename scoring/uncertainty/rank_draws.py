"""The distribution of ranks, from independent draws of the exact posterior.

There is no chain and no burn-in: every draw is a draw from the posterior. The generator is local
and its seed a setting, so that the same votes give the same figures everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.nodes import Nodes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

SEED = 1991
CELLS = 2_000_000
"""Draws × applications when the number of draws is not given."""
FEWEST, MOST = 2_000, 100_000


def default_draws(applications: int) -> int:
    """Return how many draws are taken unless told: fewer when there are many applications."""
    return max(FEWEST, min(MOST, CELLS // applications))


def draw_qualities(nodes: Nodes, draws: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield blocks of draws (rows) of the quality of every application (columns).

    Nodes are visited in proportion to their weights by systematic sampling.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    stairs = np.cumsum(nodes.quadrature.weights)
    places = np.searchsorted(stairs / stairs[-1], (np.arange(draws) + 0.5) / draws)
    counts = np.bincount(places, minlength=len(stairs))
    left = iter(counts.tolist())
    for weights, at in nodes:
        for node in range(len(weights)):
            count = next(left)
            own = random.standard_normal((count, at.mean.shape[1]))
            shared = random.standard_normal((count, at.spread.shape[1]))
            yield at.mean[node] + own * np.sqrt(at.variance[node]) + shared @ at.spread[node]


def rank_distribution(nodes: Nodes, draws: int, seed: int) -> NDArray[np.float64]:
    """Return the share of draws in which each application (row) takes each rank (column)."""
    size = len(nodes.design.counts)
    tally = np.zeros(size * size)
    ranks = np.arange(size)
    for block in draw_qualities(nodes, draws, seed):
        orders = np.argsort(-block, axis=1)
        tally += np.bincount((orders * size + ranks).ravel(), minlength=size * size)
    result: NDArray[np.float64] = tally.reshape(size, size) / draws
    return result


def even_out(distribution: NDArray[np.float64], twins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give applications that the model cannot tell apart the same distribution of ranks."""
    sums = np.zeros((int(twins.max()) + 1, distribution.shape[1]))
    np.add.at(sums, twins, distribution)
    result: NDArray[np.float64] = (sums / np.bincount(twins)[:, None])[twins]
    return result
