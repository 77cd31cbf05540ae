"""Intraclass correlations: the share of the variance of grades that is due to applications.

Forms and formulas: Shrout and Fleiss, Psychological Bulletin 86 (1979); confidence intervals as in
McGraw and Wong, Psychological Methods 1 (1996). Case 1: evaluators nested in applications; 2:
evaluators are a sample, absolute agreement; 3: these evaluators, consistency. ``single`` is the
reliability of one vote, ``average`` that of the mean of all. With votes missing the mean squares
are rebuilt from variance components, and the intervals are approximate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.agreement.components import estimate_components
from scoring.agreement.ratings import Estimate, Ratings
from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from scipy import special
else:
    np = Deferred("numpy")
    special = Deferred("scipy.special")


@dataclass(frozen=True, slots=True)
class Icc:
    """The six forms; ``from_components`` tells that votes were missing.

    ``raters`` is k of the average forms: evaluators, or votes per application when some miss.
    """

    icc1_single: Estimate
    icc1_average: Estimate
    icc2_single: Estimate
    icc2_average: Estimate
    icc3_single: Estimate
    icc3_average: Estimate
    raters: float
    from_components: bool


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of n applications and k evaluators: rows, columns, within, error."""

    n: float
    k: float
    rows: float
    columns: float
    within: float
    error: float


def intraclass_correlations(ratings: Ratings, confidence: float = 0.95) -> Icc | None:
    """Return all six forms; ``None`` with fewer than two applications, two votes each, or variance."""
    if ratings.is_complete and ratings.raters > 1 and len(ratings.rows) > 1:
        squares = _mean_squares(ratings)
        return _all_forms(squares, squares, confidence, from_components=False)
    two_way = estimate_components(ratings)
    one_way = estimate_components(ratings, with_evaluators=False)
    if two_way is None or one_way is None or two_way.mean_votes <= 1:
        return None
    n, k = float(len(ratings.rows)), two_way.mean_votes
    squares = _Squares(
        n,
        k,
        rows=two_way.residual + k * two_way.application,
        columns=two_way.residual + n * two_way.evaluator,
        within=two_way.residual + two_way.evaluator,
        error=two_way.residual,
    )
    nested = _Squares(
        n, k, one_way.residual + k * one_way.application, 0.0, one_way.residual, one_way.residual
    )
    return _all_forms(squares, nested, confidence, from_components=True)


def _mean_squares(ratings: Ratings) -> _Squares:
    grades = np.array([[float(grade or 0) for grade in row] for row in ratings.rows])
    n, k = grades.shape
    rows = k * float(((grades.mean(axis=1) - grades.mean()) ** 2).sum())
    columns = n * float(((grades.mean(axis=0) - grades.mean()) ** 2).sum())
    within = float(((grades - grades.mean(axis=1, keepdims=True)) ** 2).sum())
    error = max(0.0, within - columns)
    return _Squares(
        n,
        k,
        rows / (n - 1),
        columns / (k - 1),
        within / (n * (k - 1)),
        error / ((n - 1) * (k - 1)),
    )


def _all_forms(
    squares: _Squares, nested: _Squares, confidence: float, *, from_components: bool
) -> Icc | None:
    if squares.rows <= 0 and squares.within <= 0:
        return None
    k = squares.k
    one, one_average = _ratio_form(
        nested.rows, nested.within, (nested.n - 1, nested.n * (k - 1)), k, confidence
    )
    three, three_average = _ratio_form(
        squares.rows, squares.error, (squares.n - 1, (squares.n - 1) * (k - 1)), k, confidence
    )
    two = _absolute(squares, confidence)
    return Icc(one, one_average, two, _stepped_up(two, k), three, three_average, k, from_components)


def _ratio_form(
    rows: float, rest: float, freedom: tuple[float, float], k: float, confidence: float
) -> tuple[Estimate, Estimate]:
    """Return the single and average forms that depend on one F ratio."""
    if rest <= 0:
        return Estimate(1.0, 1.0, 1.0), Estimate(1.0, 1.0, 1.0)
    ratio, tail = rows / rest, (1 + confidence) / 2
    low = ratio / float(special.fdtri(*freedom, tail))
    high = ratio * float(special.fdtri(freedom[1], freedom[0], tail))
    single = [(each - 1) / (each + k - 1) for each in (ratio, low, high)]
    average = [1 - 1 / each if each > 0 else -np.inf for each in (ratio, low, high)]
    return Estimate(*single), Estimate(*average)


def _absolute(squares: _Squares, confidence: float) -> Estimate:
    """Return ICC(2,1); its interval uses Satterthwaite's degrees of freedom."""
    n, k = squares.n, squares.k
    rows, columns, error = squares.rows, squares.columns, squares.error
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    a = k * value / (n * (1 - value)) if value < 1 else np.inf
    b = 1 + k * value * (n - 1) / (n * (1 - value)) if value < 1 else np.inf
    weight = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if value >= 1 or weight <= 0:
        return Estimate(value)
    freedom = (a * columns + b * error) ** 2 / weight
    tail = (1 + confidence) / 2
    below = float(special.fdtri(n - 1, freedom, tail))
    above = float(special.fdtri(freedom, n - 1, tail))
    cross = k * columns + (k * n - k - n) * error
    return Estimate(
        value,
        n * (rows - below * error) / (below * cross + n * rows),
        n * (above * rows - error) / (cross + n * above * rows),
    )


def _stepped_up(single: Estimate, k: float) -> Estimate:
    """Return the reliability of the mean of k votes (Spearman and Brown)."""

    def stepped(value: float | None) -> float | None:
        return None if value is None else k * value / (1 + (k - 1) * value)

    return Estimate(
        k * single.value / (1 + (k - 1) * single.value),
        stepped(single.lower),
        stepped(single.upper),
    )
