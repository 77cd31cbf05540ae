"""What part of a round's support counts for climate, environment and digitalisation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.queries.steering import RoundFigures, is_few
from calls.registers import Registers
from scoring.tracking import (
    CoefficientMissing,
    Coefficients,
    FieldShare,
    SharesNotWhole,
    Tracked,
    UnknownField,
    sum_tracked,
    track_support,
)


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of the support counts for climate, environment and digitalisation.

    None before decisions where so few applications are counted, or left out, or granted, that the
    figures would tell about one of them.
    """

    applied: Tracked | None
    granted: Tracked | None
    untracked: int


def measure_shares(figures: RoundFigures, registers: Registers) -> Shares:
    """Return the tracked euros of a round, in all and of what was granted."""
    known = {
        each.code: Coefficients(each.climate_pct, each.environment_pct, each.digital_pct)
        for each in registers.intervention_fields
    }
    applied, granted, untracked = [], [], 0
    for portion in figures.active:
        fields = [
            FieldShare(str(row.get("code")), Decimal(str(row.get("share_pct") or 0)))
            for row in figures.fields.get(portion.id, ())
        ]
        try:
            applied.append(track_support(portion.applied, fields, known))
            granted.append(track_support(portion.granted, fields, known))
        except (SharesNotWhole, UnknownField, CoefficientMissing):
            untracked += 1
    if not figures.is_decided and (is_few(len(applied)) or is_few(untracked)):
        return Shares(None, None, untracked)
    grants = sum(1 for each in granted if each.support)
    hides_grants = is_few(grants) and not figures.is_decided
    return Shares(sum_tracked(applied), None if hides_grants else sum_tracked(granted), untracked)
