"""Tracked climate, environment and digital euros from intervention fields.

Coefficients are those of Annex I of Regulation (EU) 2021/1060 (climate and environment); the
digital ones are borrowed from Annex VII of Regulation (EU) 2021/241 for information. Tracked
amounts describe a portfolio; they are never part of a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rounding import PERCENT, half_up


class UnknownField(ValueError):
    """An intervention field is not in the register."""

    def __init__(self, code: str) -> None:
        super().__init__(f"intervention field {code} is not in the register")
        self.code = code


class CoefficientMissing(ValueError):
    """A field of the register has no confirmed coefficients and cannot be tracked."""

    def __init__(self, code: str) -> None:
        super().__init__(f"intervention field {code} has no coefficients")
        self.code = code


class SharesNotWhole(ValueError):
    """The shares of the intervention fields do not add up to 100 %."""

    def __init__(self, got: Decimal) -> None:
        super().__init__(f"the shares add up to {got} %, not 100 %")
        self.got = got


@dataclass(frozen=True, slots=True)
class Coefficients:
    """How many per cent of a field's support count; ``None`` = not confirmed."""

    climate: Decimal | None
    environment: Decimal | None
    digital: Decimal | None


@dataclass(frozen=True, slots=True)
class FieldShare:
    """The share (per cent) of an application's support in one intervention field."""

    code: str
    share_pct: Decimal


@dataclass(frozen=True, slots=True)
class Tracked:
    """Support and the parts of it that count for each objective, in euros to the cent."""

    support: Decimal
    climate: Decimal
    environment: Decimal
    digital: Decimal

    def percent(self, amount: Decimal, places: int = 1) -> Decimal:
        """Return ``amount`` as per cent of the support, half-up; 0 if there is no support."""
        if not self.support:
            return half_up(0, places)
        return half_up(Fraction(amount) * PERCENT / Fraction(self.support), places)


def track_support(
    support: Decimal, fields: Sequence[FieldShare], register: Mapping[str, Coefficients]
) -> Tracked:
    """Return Σ support × share × coefficient per objective, each rounded half-up to the cent.

    Raises ``SharesNotWhole``, ``UnknownField`` or ``CoefficientMissing``.
    """
    shares = sum((field.share_pct for field in fields), Decimal(0))
    if shares != PERCENT:
        raise SharesNotWhole(shares)
    climate = environment = digital = Fraction(0)
    for field in fields:
        amount = Fraction(support) * Fraction(field.share_pct) / PERCENT
        coefficients = _confirmed(field.code, register)
        climate += amount * coefficients[0]
        environment += amount * coefficients[1]
        digital += amount * coefficients[2]
    return Tracked(support, half_up(climate), half_up(environment), half_up(digital))


def sum_tracked(items: Iterable[Tracked]) -> Tracked:
    """Add up a portfolio; amounts are sums of rounded amounts, so a list and its sum agree."""
    zero = Decimal("0.00")
    tracked = tuple(items)
    return Tracked(
        sum((item.support for item in tracked), zero),
        sum((item.climate for item in tracked), zero),
        sum((item.environment for item in tracked), zero),
        sum((item.digital for item in tracked), zero),
    )


def _confirmed(
    code: str, register: Mapping[str, Coefficients]
) -> tuple[Fraction, Fraction, Fraction]:
    """Return the three coefficients of a field as fractions of one."""
    found = register.get(code)
    if found is None:
        raise UnknownField(code)
    if found.climate is None or found.environment is None or found.digital is None:
        raise CoefficientMissing(code)
    return (
        Fraction(found.climate) / PERCENT,
        Fraction(found.environment) / PERCENT,
        Fraction(found.digital) / PERCENT,
    )
