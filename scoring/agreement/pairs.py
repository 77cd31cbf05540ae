"""Agreement of two evaluators: weighted κ, and how far their grades may lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.agreement.ratings import Ratings
from scoring.deferred import Deferred

if TYPE_CHECKING:
    from scipy import special
else:
    special = Deferred("scipy.special")

Pair = tuple[Fraction, Fraction]
FEWEST_COMMON = 2


class Weighting(StrEnum):
    """How much a difference of two grades counts."""

    NONE = "none"
    """Any difference counts as one (Cohen 1960)."""
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    """The square of the difference (Cohen 1968): close to an intraclass correlation."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of agreement of two evaluators (columns), in grades.

    ``bias`` is the mean of first − second; 95 % of differences are expected between ``lower`` and
    ``upper`` = bias ± 1.96 SD. ``margin`` is half the 95 % interval of either limit.
    """

    one: int
    other: int
    bias: float
    sd: float
    lower: float
    upper: float
    margin: float
    applications: int


def weighted_kappa(pairs: Sequence[Pair], weighting: Weighting) -> Fraction | None:
    """Return κ = 1 − observed / expected weighted disagreement, exact; ``None`` if undefined.

    Expected disagreement is that of independent evaluators with the same grades. Differences are
    taken in grades, so the steps of a scale need not be equal.
    """
    count = len(pairs)
    if not count:
        return None
    observed = sum((_weight(one, other, weighting) for one, other in pairs), Fraction(0)) / count
    firsts = _shares([one for one, _ in pairs])
    seconds = _shares([other for _, other in pairs])
    expected = sum(
        (
            share * other_share * _weight(grade, other, weighting)
            for grade, share in firsts.items()
            for other, other_share in seconds.items()
        ),
        Fraction(0),
    )
    return None if expected == 0 else 1 - observed / expected


def mean_kappa(ratings: Ratings, weighting: Weighting) -> float | None:
    """Return the mean κ of all pairs of evaluators with common applications (Light 1971)."""
    found = [
        kappa
        for _, _, both in ratings.pairs()
        if len(both) >= FEWEST_COMMON and (kappa := weighted_kappa(both, weighting)) is not None
    ]
    return float(sum(found, Fraction(0)) / len(found)) if found else None


def limits_of_agreement(ratings: Ratings) -> tuple[Limits, ...]:
    """Return the limits of every pair that shares at least three applications.

    Source: Bland and Altman, Lancet 327 (1986) 307–310; the variance of a limit is
    SD² (1/n + 1.96²/(2 (n − 1))).
    """
    return tuple(
        _limits(one, other, [float(first - second) for first, second in both])
        for one, other, both in ratings.pairs()
        if len(both) > FEWEST_COMMON
    )


def _limits(one: int, other: int, differences: Sequence[float]) -> Limits:
    count = len(differences)
    bias = sum(differences) / count
    sd = (sum((each - bias) ** 2 for each in differences) / (count - 1)) ** 0.5
    z = float(special.ndtri(0.975))
    error = sd * (1 / count + z * z / (2 * (count - 1))) ** 0.5
    margin = float(special.stdtrit(count - 1, 0.975)) * error
    return Limits(one, other, bias, sd, bias - z * sd, bias + z * sd, margin, count)


def _weight(one: Fraction, other: Fraction, weighting: Weighting) -> Fraction:
    if weighting is Weighting.NONE:
        return Fraction(one != other)
    return abs(one - other) if weighting is Weighting.LINEAR else (one - other) ** 2


def _shares(grades: Sequence[Fraction]) -> dict[Fraction, Fraction]:
    shares: dict[Fraction, Fraction] = {}
    for grade in grades:
        shares[grade] = shares.get(grade, Fraction(0)) + Fraction(1, len(grades))
    return shares
