"""How the budget of a call meets its ranking: one of four named rules, ceilings and floors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calls.values import Code, Euros, Frozen, Percent

Rule = Literal[
    "stop_at_first_misfit",
    "skip_and_continue",
    "lexicographic_constrained",
    "max_euro_weighted_merit",
]


class FundingCap(Frozen):
    """At most so much for one region (of the lead partner) or one specific objective."""

    region: Code | None = None
    objective: Code | None = None
    amount_eur: Annotated[Euros, Field(gt=0)] | None = None
    share_pct: Percent | None = None


class FundingFloors(Frozen):
    """The least share of the awarded euros, in per cent, that counts for a goal."""

    climate_pct: Percent | None = None
    digital_pct: Percent | None = None


class FundingSettings(Frozen):
    """What ``scoring.portfolio`` asks of a call. The first rule is how calls have been ranked so far."""

    rule: Rule = "stop_at_first_misfit"
    caps: tuple[FundingCap, ...] = ()
    floors: FundingFloors = FundingFloors()

    @property
    def is_walked(self) -> bool:
        """Whether the line is drawn along the ranking with the budget as its only limit."""
        return self == FundingSettings()


__all__ = ["FundingCap", "FundingFloors", "FundingSettings"]
