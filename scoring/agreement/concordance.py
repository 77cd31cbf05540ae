"""Agreement about the order: Kendall's W of a panel, Kendall's τ-b of a pair, both with ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.agreement.ratings import FEWEST, Ratings
from scoring.deferred import Deferred

if TYPE_CHECKING:
    import numpy as np
    from scipy import special
else:
    np = Deferred("numpy")
    special = Deferred("scipy.special")

FEWEST_COMMON = 3
"""Applications that two evaluators must share before the order of them says anything."""


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W (0 none, 1 the same order), over the applications that everybody graded.

    ``p_value`` is that of Friedman's χ² = m (n − 1) W against no common order at all.
    """

    w: float
    applications: int
    evaluators: int
    p_value: float


@dataclass(frozen=True, slots=True)
class PairOrder:
    """τ-b of two evaluators (columns) over what both graded."""

    one: int
    other: int
    tau_b: float
    applications: int


def kendall_w(ratings: Ratings) -> Concordance | None:
    """Return W corrected for ties (Kendall 1948), ``W = 12 S / (m² (n³ − n) − m Σ(t³ − t))``.

    ``None`` with fewer than two evaluators or common applications, or if everybody graded all of
    them the same.
    """
    rows = ratings.complete_rows()
    m, n = ratings.raters, len(rows)
    if min(m, n) < FEWEST:
        return None
    columns = [[row[rater] for row in rows] for rater in range(m)]
    ranks = [mid_ranks(column) for column in columns]
    totals = [sum(ranked[place] for ranked in ranks) for place in range(n)]
    mean = Fraction(m * (n + 1), 2)
    squares = sum(((total - mean) ** 2 for total in totals), Fraction(0))
    ties = sum(t**3 - t for column in columns for t in Counter(column).values())
    largest = m * m * (n**3 - n) - m * ties
    if largest == 0:
        return None
    w = float(12 * squares / largest)
    return Concordance(w, n, m, float(special.chdtrc(n - 1, m * (n - 1) * w)))


def mid_ranks(values: Sequence[Fraction]) -> list[Fraction]:
    """Return ranks from the lowest (1); equal values share the mean of their ranks."""
    counts = Counter(values)
    first, start = {}, 0
    for value in sorted(counts):
        first[value] = start + Fraction(counts[value] + 1, 2)
        start += counts[value]
    return [first[value] for value in values]


def kendall_tau_b(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Return ``τ_b = (C − D) / √((n₀ − n₁)(n₀ − n₂))`` (Kendall 1945); ``None`` if one is constant."""
    one = np.array([float(first) for first, _ in pairs])
    other = np.array([float(second) for _, second in pairs])
    signs = np.sign(one[:, None] - one), np.sign(other[:, None] - other)
    size = float(np.abs(signs[0]).sum()) * float(np.abs(signs[1]).sum())
    if size <= 0:
        return None
    return float((signs[0] * signs[1]).sum() / np.sqrt(size))


def pair_orders(ratings: Ratings) -> tuple[PairOrder, ...]:
    """Return τ-b of every pair that shares enough applications and is not constant."""
    found = [
        PairOrder(one, other, tau, len(both))
        for one, other, both in ratings.pairs()
        if len(both) >= FEWEST_COMMON and (tau := kendall_tau_b(both)) is not None
    ]
    return tuple(found)
