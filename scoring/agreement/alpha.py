"""Krippendorff's α: one minus observed over expected disagreement, with any votes missing.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011. From the coincidence
matrix o with margins n_c and sum n, ``α = 1 − (n − 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck``. An
application with a single vote says nothing about agreement and does not count.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.agreement.ratings import FEWEST, Estimate, Ratings
from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import special
else:
    np = Deferred("numpy")
    special = Deferred("scipy.special")


class Metric(StrEnum):
    """When two grades disagree, and how much."""

    NOMINAL = "nominal"
    """Any two different grades disagree equally."""
    ORDINAL = "ordinal"
    """By how many grades of the data lie between them."""
    INTERVAL = "interval"
    """By the square of their difference."""


JACKKNIFE_WORK = 2e7
"""Matrix cells touched by the jackknife; more applications are left out in blocks."""


def krippendorff_alpha(
    ratings: Ratings, metric: Metric, confidence: float = 0.95
) -> Estimate | None:
    """Return α with a jackknife interval over applications; ``None`` if nothing was disagreed on.

    α is undefined when fewer than two grades occur. The interval (Efron and Stein 1981) leaves
    applications out in turn, so that it needs no random numbers; it ends at 1.
    """
    values = ratings.values()
    if len(values) < FEWEST:
        return None
    places = {value: place for place, value in enumerate(values)}
    grades = np.array([float(value) for value in values])
    units = [
        np.bincount([places[grade] for grade in row if grade is not None], minlength=len(values))
        for row in ratings.rows
    ]
    matrices = [_coincidences(counts) for counts in units if counts.sum() > 1]
    whole = sum(matrices, np.zeros((len(values), len(values))))
    alpha = _alpha(whole, metric, grades)
    if alpha is None:
        return None
    left_out = [
        _alpha(whole - part, metric, grades) for part in _blocks(matrices, len(values) ** 2)
    ]
    return _jackknife(alpha, [each for each in left_out if each is not None], confidence)


def _coincidences(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the pairs of grades within one application, each vote counted once."""
    pairs = np.outer(counts, counts).astype(float)
    pairs[np.diag_indices(len(counts))] -= counts
    result: NDArray[np.float64] = pairs / (counts.sum() - 1)
    return result


def _alpha(
    coincidences: NDArray[np.float64], metric: Metric, grades: NDArray[np.float64]
) -> float | None:
    margins = coincidences.sum(axis=0)
    apart = _distances(metric, margins, grades)
    expected = float((np.outer(margins, margins) * apart).sum())
    if expected <= 0:
        return None
    return 1.0 - (float(margins.sum()) - 1) * float((coincidences * apart).sum()) / expected


def _distances(
    metric: Metric, margins: NDArray[np.float64], grades: NDArray[np.float64]
) -> NDArray[np.float64]:
    if metric is Metric.NOMINAL:
        nominal: NDArray[np.float64] = 1.0 - np.eye(len(grades))
        return nominal
    position = grades
    if metric is Metric.ORDINAL:
        position = np.cumsum(margins) - margins / 2
    result: NDArray[np.float64] = (position[:, None] - position[None, :]) ** 2
    return result


def _blocks(matrices: list[NDArray[np.float64]], cells: int) -> list[NDArray[np.float64]]:
    """Return what to leave out in turn: applications, or blocks of them when there are many."""
    count = max(2, min(len(matrices), max(20, int(JACKKNIFE_WORK / cells))))
    return [
        sum(matrices[start::count], np.zeros_like(matrices[0]))
        for start in range(min(count, len(matrices)))
    ]


def _jackknife(value: float, left_out: list[float], confidence: float) -> Estimate:
    count = len(left_out)
    if count < FEWEST:
        return Estimate(value)
    spread = np.array(left_out) - np.mean(left_out)
    error = float(np.sqrt((count - 1) / count * (spread**2).sum()))
    reach = float(special.stdtrit(count - 1, (1 + confidence) / 2)) * error
    return Estimate(value, value - reach, min(1.0, value + reach))
