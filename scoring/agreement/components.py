"""Variance between applications, between evaluators, and the rest, from incomplete votes.

Model: grade = mean + application + evaluator + residual, all normal. Restricted maximum
likelihood (Patterson and Thompson 1971), with applications eliminated first so that only a matrix
of evaluators is factored; for complete votes it gives the analysis of variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.agreement.ratings import FEWEST, Ratings
from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import optimize
else:
    np = Deferred("numpy")
    optimize = Deferred("scipy.optimize")

SMALLEST, LARGEST = -18.0, 12.0
"""Bounds of the log of a variance over the residual variance; the lower one counts as zero."""


@dataclass(frozen=True, slots=True)
class Components:
    """Variances in squared grades; ``evaluator`` is 0 in the model without evaluators."""

    application: float
    evaluator: float
    residual: float
    mean_votes: float
    """Votes per application in the sense of the analysis of variance, (n − Σn_i²/n)/(N − 1)."""


@dataclass(frozen=True, slots=True)
class _Sums:
    counts: NDArray[np.float64]
    present: NDArray[np.float64]
    row_sums: NDArray[np.float64]
    column_sums: NDArray[np.float64]
    squares: float
    total: float


def estimate_components(ratings: Ratings, *, with_evaluators: bool = True) -> Components | None:
    """Return the components, or ``None`` when votes cannot tell noise from applications."""
    sums = _sums(ratings)
    votes, rows = float(sums.counts.sum()), len(sums.counts)
    if rows < FEWEST or votes <= rows + 1:
        return None
    size = 2 if with_evaluators else 1

    def loss(logs: NDArray[np.float64]) -> float:
        return _profile(sums, *_ratios(logs))[0]

    grid = np.linspace(-4.0, 3.0, 5)
    starts = [
        np.array([one, other][:size]) for one in grid for other in grid[: 5 if size > 1 else 1]
    ]
    start = min(starts, key=loss)
    found = optimize.minimize(
        loss,
        start,
        method="Nelder-Mead",
        bounds=[(SMALLEST, LARGEST)] * size,
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000},
    )
    application, evaluator = _ratios(found.x)
    residual = _profile(sums, application, evaluator)[1]
    effective = (votes - float((sums.counts**2).sum()) / votes) / (rows - 1)
    return Components(application * residual, evaluator * residual, residual, effective)


def _ratios(logs: NDArray[np.float64]) -> tuple[float, float]:
    ratios = [0.0 if each <= SMALLEST + 1e-6 else float(np.exp(each)) for each in logs]
    return ratios[0], ratios[1] if len(ratios) > 1 else 0.0


def _sums(ratings: Ratings) -> _Sums:
    """Return sums of the grades, shifted so that their mean is zero."""
    rows = [row for row in ratings.rows if any(grade is not None for grade in row)]
    present = np.array([[grade is not None for grade in row] for row in rows], dtype=float)
    grades = np.array([[float(grade or 0) for grade in row] for row in rows])
    grades = (grades - grades.sum() / present.sum()) * present
    return _Sums(
        present.sum(axis=1),
        present,
        grades.sum(axis=1),
        grades.sum(axis=0),
        float((grades**2).sum()),
        float(grades.sum()),
    )


def _profile(sums: _Sums, application: float, evaluator: float) -> tuple[float, float]:
    """Return −2 log restricted likelihood at two variance ratios, and the residual variance."""
    shrink = application / (1.0 + application * sums.counts)
    votes, width = float(sums.counts.sum()), sums.present.shape[1]
    root = evaluator**0.5
    matrix = np.zeros((width + 2, width + 2))
    columns = np.diag(sums.present.sum(axis=0)) - (sums.present.T * shrink) @ sums.present
    matrix[:width, :width] = np.eye(width) + evaluator * columns
    ones = sums.present.sum(axis=0) - sums.present.T @ (shrink * sums.counts)
    matrix[width, :width] = root * ones
    grades = sums.column_sums - sums.present.T @ (shrink * sums.row_sums)
    matrix[width + 1, :width] = root * grades
    matrix[width, width] = votes - shrink @ sums.counts**2
    matrix[width + 1, width] = sums.total - shrink @ (sums.counts * sums.row_sums)
    matrix[width + 1, width + 1] = sums.squares - shrink @ sums.row_sums**2 + 1e-12
    pivots = np.diagonal(np.linalg.cholesky(matrix))
    residual = float(pivots[-1]) ** 2 / (votes - 1)
    size = float(np.log1p(application * sums.counts).sum() + 2 * np.log(pivots[:-1]).sum())
    return size + (votes - 1) * float(np.log(residual)), residual
