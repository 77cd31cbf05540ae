"""Exact rounding of money and totals: half-up for amounts shown or paid, down for upper limits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

_FLOAT_REFUSED = "A figure must be exact: use Decimal, Fraction or int, never float"

Exact = Fraction | Decimal | int
"""Any number that carries no binary rounding error."""

PERCENT = 100


def exact(value: Exact) -> Fraction:
    """Return ``value`` as a fraction; a float raises ``TypeError`` (it is already rounded)."""
    if isinstance(value, float):
        raise TypeError(_FLOAT_REFUSED)
    return Fraction(value)


def half_up(value: Exact, places: int = 2) -> Decimal:
    """Round to ``places`` decimals, halves away from zero (0.005 → 0.01, −0.005 → −0.01)."""
    scaled = exact(value) * 10**places
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return _shifted(-whole if scaled < 0 else whole, places)


def round_down(value: Exact, places: int = 2) -> Decimal:
    """Round towards minus infinity, so that an upper limit is never exceeded by rounding."""
    scaled = exact(value) * 10**places
    return _shifted(scaled.numerator // scaled.denominator, places)


def is_whole_cents(amount: Decimal) -> bool:
    """Tell whether an amount in euros is a finite number of whole cents."""
    return amount.is_finite() and (exact(amount) * PERCENT).denominator == 1


def _shifted(whole: int, places: int) -> Decimal:
    """Return ``whole × 10^-places`` without passing through the decimal context's precision."""
    return Decimal(f"{whole}e-{places}")
