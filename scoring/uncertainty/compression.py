"""A few nodes that integrate as well as many: Tchakaloff's theorem put to work.

For any weights on many nodes there are few of those nodes with non-negative weights that give
every polynomial up to a degree the same integral. They are found by non-negative least squares
(Lawson and Hanson 1974). What is integrated here depends on the standard deviations through
shrinkage: the polynomials are taken in it (see ``shrinkages``), not in the deviations.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.model import Design
from scoring.uncertainty.priors import Axis, parameters_of
from scoring.uncertainty.quadrature import Quadrature, moments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import optimize
else:
    np = Deferred("numpy")
    optimize = Deferred("scipy.optimize")

CHUNK = 4000
"""Nodes compressed at once; more are halved until they fit, because cost grows with the square."""


def compress(design: Design, quadrature: Quadrature, degree: int) -> Quadrature:
    """Return a quadrature on some of the nodes, exact for polynomials up to ``degree``."""
    count = len(quadrature.weights)
    features = shrinkages(design, quadrature)
    centre, factor = moments(features, quadrature.weights)
    whitened = np.linalg.solve(factor, (features - centre).T).astype(np.float64)
    table = _polynomials(whitened, degree)
    keep, weights = np.arange(count), quadrature.weights
    while len(keep) > CHUNK:
        parts = [
            (keep[part], _recombine(table[:, keep[part]], weights[part]))
            for part in np.array_split(np.arange(len(keep)), -(-len(keep) // CHUNK))
        ]
        before = len(keep)
        keep = np.concatenate([part[found > 0] for part, found in parts])
        weights = np.concatenate([found[found > 0] for _, found in parts])
        if len(keep) > before // 2:
            break
    weights = _recombine(table[:, keep], weights)
    keep, weights = keep[weights > 0], weights[weights > 0]
    return Quadrature(quadrature.points[keep], weights / weights.sum(), quadrature.log_mass)


def shrinkages(design: Design, quadrature: Quadrature) -> NDArray[np.float64]:
    """Return what ranks depend on smoothly at each node, one column per axis.

    With n votes per application two of them lie √κ·d/s standard deviations apart, where d is the
    difference of their means and κ = τ²/(τ² + s²/n): smooth in the root of the shrinkage, and in
    s, even where votes leave open whether the applications differ at all (τ near 0). Leniency
    enters through its own shrinkage, without a root. Of few panels little is known: their column only
    brings τ_γ into an interval.
    """
    at = parameters_of(quadrature.points, design.axes)
    residual, panel = at.residual**2, at.panel**2
    noise = residual * len(design.counts) / design.votes
    columns = {
        Axis.QUALITY: at.quality / np.sqrt(at.quality**2 + noise),
        Axis.RESIDUAL: np.log(at.residual),
        Axis.EVALUATOR: _share(at.evaluator**2, residual * design.evaluators / design.votes),
        Axis.PANEL: _share(panel, np.median(panel)),
    }
    return np.stack([columns[axis] for axis in design.axes], axis=1)


def _share(
    part: NDArray[np.float64], rest: NDArray[np.float64] | np.float64
) -> NDArray[np.float64]:
    return part / (part + rest)


def _polynomials(columns: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Return products of normalised Hermite polynomials up to a total degree, one per row."""
    hermite = [np.ones_like(columns), columns]
    for k in range(1, degree):
        hermite.append((columns * hermite[-1] - np.sqrt(k) * hermite[-2]) / np.sqrt(k + 1))
    exponents = itertools.product(range(degree + 1), repeat=len(columns))
    rows = [
        np.prod([hermite[power][axis] for axis, power in enumerate(each)], axis=0)
        for each in exponents
        if sum(each) <= degree
    ]
    return np.array(rows)


def _recombine(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sparse non-negative weights with the same moments (the old ones if none is found)."""
    root = np.sqrt(weights)
    try:
        solved, _ = optimize.nnls(table * root, table @ weights, maxiter=10 * len(weights))
    except RuntimeError:
        return weights
    result: NDArray[np.float64] = solved * root
    return result
