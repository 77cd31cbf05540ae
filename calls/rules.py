"""The rules a call definition may state: structured objects, one model per form.

`calls.rule_grammar` turns the short written forms of a definition into these.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calls.values import Code, Flag, Frozen, Identifier, Number, Percent, Positive


class SumEquals(Frozen):
    """The numbers of one column add up to exactly `total`."""

    kind: Literal["sum_equals"] = "sum_equals"
    column: Identifier
    total: Number


class ExactRows(Frozen):
    """The table has exactly `rows` rows."""

    kind: Literal["exact_rows"] = "exact_rows"
    rows: Positive


class MinimumChars(Frozen):
    """Each row of the column has at least `minimum` characters."""

    kind: Literal["minimum_chars"] = "minimum_chars"
    column: Identifier
    minimum: Positive


class ExactlyOneLead(Frozen):
    """One partner, and only one, has the role of lead."""

    kind: Literal["exactly_one_lead"] = "exactly_one_lead"


class PartnersConfirm(Frozen):
    """Each partner confirms its own part before the lead can submit."""

    kind: Literal["partners_confirm"] = "partners_confirm"


class DeMinimisCeiling(Frozen):
    """De minimis aid of a single undertaking, old plus new, stays within a ceiling (2023/2831)."""

    kind: Literal["de_minimis_ceiling"] = "de_minimis_ceiling"
    ceiling_eur: Number
    years: Positive


class FinancingEqualsCosts(Frozen):
    """The financing of each partner equals its costs, to the cent."""

    kind: Literal["financing_equals_costs"] = "financing_equals_costs"


RowRule = Annotated[
    SumEquals
    | ExactRows
    | MinimumChars
    | ExactlyOneLead
    | PartnersConfirm
    | DeMinimisCeiling
    | FinancingEqualsCosts,
    Field(discriminator="kind"),
]
"""A rule about the rows of one answer."""


class SubmittedByDeadline(Frozen):
    """The application arrived before the call closed; a late one is not examined."""

    kind: Literal["submitted_by_deadline"] = "submitted_by_deadline"


class LeadTypeIn(Frozen):
    """The lead partner's organisation type is one of `allowed`."""

    kind: Literal["lead_type_in"] = "lead_type_in"
    allowed: Annotated[tuple[Code, ...], Field(min_length=1)]


class PartnersAtLeast(Frozen):
    """At least `minimum` partners, one of them a research organisation when so stated."""

    kind: Literal["partners_at_least"] = "partners_at_least"
    minimum: Positive
    with_research: Flag = False
    research_types: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _research_is_defined(self) -> Self:
        if self.with_research and not self.research_types:
            raise ValueError("with_research needs research_types: the types that count")
        return self


class RegionsAtLeast(Frozen):
    """The partners come from at least `minimum` regions."""

    kind: Literal["regions_at_least"] = "regions_at_least"
    minimum: Positive


class NamedCity(Frozen):
    """A city by its municipality code and the names by which applicants may write it."""

    code: Code
    names: tuple[str, ...] = ()


class CitiesAtLeast(Frozen):
    """The partners come from at least `minimum` of the named cities."""

    kind: Literal["cities_at_least"] = "cities_at_least"
    minimum: Positive
    cities: Annotated[tuple[NamedCity, ...], Field(min_length=1)]


class CompaniesAtLeast(Frozen):
    """At least `minimum` companies are partners or committed to cooperate."""

    kind: Literal["companies_at_least"] = "companies_at_least"
    minimum: Positive


class ValidBusinessIds(Frozen):
    """Every business ID has the right form and check digit."""

    kind: Literal["valid_business_ids"] = "valid_business_ids"


class WithinLimits(Frozen):
    """Support, aid rate, own contribution and duration are within the limits of the call."""

    kind: Literal["within_limits"] = "within_limits"


class BudgetBalances(Frozen):
    """Costs equal financing and other costs are `flat_rate_pct` % of staff costs."""

    kind: Literal["budget_balances"] = "budget_balances"
    flat_rate_pct: Percent


class AttachmentsPresent(Frozen):
    """Every required attachment is there."""

    kind: Literal["attachments_present"] = "attachments_present"


class OfficerAssessed(Frozen):
    """An officer decides pass or fail, with a reason; `question` names the answer to read."""

    kind: Literal["officer_assessed"] = "officer_assessed"
    question: Identifier | None = None


EligibilityRule = Annotated[
    SubmittedByDeadline
    | LeadTypeIn
    | PartnersAtLeast
    | RegionsAtLeast
    | CitiesAtLeast
    | CompaniesAtLeast
    | ValidBusinessIds
    | WithinLimits
    | BudgetBalances
    | AttachmentsPresent
    | OfficerAssessed,
    Field(discriminator="kind"),
]
"""A rule that an application passes or fails as a whole."""
