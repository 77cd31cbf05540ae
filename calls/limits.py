"""Money, duration and cost models of a call."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from calls.values import Code, Euros, Frozen, Percent, Positive


class Budget(Frozen):
    """What the call can award in all, in euros of public support."""

    total_public_eur: Annotated[Euros, Field(gt=0)]
    eu_share_pct: Percent | None = None


class GrantLimits(Frozen):
    """Limits on one application: euros, percent of eligible costs, months."""

    aid_rate_max_pct: Percent
    min_support_eur: Euros
    max_support_eur: Euros
    max_support_per_partner_eur: Euros | None = None
    duration_months: tuple[Positive, Positive]
    min_own_contribution_pct: Percent = Decimal(0)

    @property
    def min_months(self) -> int:
        """The shortest duration in months."""
        return self.duration_months[0]

    @property
    def max_months(self) -> int:
        """The longest duration in months."""
        return self.duration_months[1]


class SideCostPct(Frozen):
    """Employer side costs in percent of pay; None when the authority has not confirmed them."""

    uas_teaching_staff: Percent | None = None
    other_staff: Percent | None = None


class CostModels(Frozen):
    """The cost models on offer; ids are those of the cost model register."""

    flat_rates: Annotated[tuple[Code, ...], Field(min_length=1)]
    staff_models: Annotated[tuple[Code, ...], Field(min_length=1)]
    side_cost_pct: SideCostPct = SideCostPct()
