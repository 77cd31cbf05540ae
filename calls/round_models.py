"""The shape of the files of a whole round: applications and evaluations, one model per object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

Money = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]


class RoundModel(BaseModel):
    """Base of the models: unknown fields are refused, objects are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_float(cls, value: object) -> object:
        """A float is not an amount: it cannot hold a cent exactly."""
        if isinstance(value, float):
            return Decimal(repr(value))
        return value


class StaffRow(RoundModel):
    """One task of a partner: pay, hours and the stated cost in euros."""

    task: str
    annual_gross_eur: Money
    side_cost_pct: Annotated[Decimal, Field(ge=0, le=100)]
    hours: Annotated[Decimal, Field(ge=0)]
    cost_eur: Money
    hourly_eur: Money | None = None


class CostSums(RoundModel):
    """A partner's stated sums in euros."""

    staff: Money
    flat_rate_40: Money
    total: Money


class FinancingRow(RoundModel):
    """A partner's financing plan in euros."""

    support_applied: Money
    own: Money
    municipal: Money = Decimal(0)
    other_public: Money = Decimal(0)
    private: Money = Decimal(0)


class PartnerInput(RoundModel):
    """A partner with its budget."""

    role: Literal["lead", "partner"]
    name: Annotated[str, Field(min_length=1)]
    y_tunnus: str
    org_type: str
    region: str
    municipality: str = ""
    size: Literal["micro", "small", "medium", "large"] | None = None
    contact_role: str = ""
    task_summary: str = ""
    aid_basis: Literal["none", "de_minimis", "gber25", "gber27"] = "none"
    staff: Annotated[tuple[StaffRow, ...], Field(min_length=1)]
    costs: CostSums
    financing: FinancingRow
    aid_rate_pct: Decimal | None = None


class CompanyInput(RoundModel):
    """A committed company."""

    name: Annotated[str, Field(min_length=1)]
    y_tunnus: str
    size: Literal["micro", "small", "medium", "large"]
    region: str
    form_of_commitment: str


class GreenInput(RoundModel):
    """The metric of the green transition."""

    metric: str
    unit: str
    baseline: Decimal
    target: Decimal


class DeMinimisInput(RoundModel):
    """De minimis aid received earlier."""

    partner: str
    single_undertaking_members: tuple[str, ...]
    grantor: str
    date: date
    amount_eur: Money


class TotalsInput(RoundModel):
    """The stated sums of the project."""

    cost_eur: Money
    support_applied_eur: Money
    aid_rate_pct: Decimal | None = None


class ApplicationInput(RoundModel):
    """One application of a round file. Fields that only describe the demo are read and not used."""

    id: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
    call: str
    fictitious: bool = False
    acronym: Annotated[str, Field(min_length=1)]
    title: Mapping[Literal["fi", "sv", "en"], str]
    language: Literal["fi", "sv"]
    theme: str | None = None
    specific_objective: str | None = None
    intervention_fields: tuple[tuple[str, Decimal], ...] = ()
    period: tuple[date, date]
    regions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    ford: tuple[str, ...] = ()
    partners: Annotated[tuple[PartnerInput, ...], Field(min_length=1)]
    companies: tuple[CompanyInput, ...] = ()
    summary: Mapping[Literal["fi", "sv", "en"], str] = Field(default_factory=dict)
    green: GreenInput | None = None
    indicators: Mapping[str, Decimal | None] = Field(default_factory=dict)
    ecosystem_links: tuple[str, ...] = ()
    missing_attachments: tuple[str, ...] = ()
    de_minimis: tuple[DeMinimisInput, ...] = ()
    expected: str | None = None
    submitted_at: AwareDatetime
    totals: TotalsInput | None = None
    action_lines: tuple[str, ...] = ()
    cost_model: str | None = None
    staff_model: str | None = None
    companies_count: int | None = None
    partner_regions: tuple[str, ...] = ()
    duration_months: int | None = None
    answers: Mapping[str, Any] = Field(default_factory=dict)


class ApplicationsFile(RoundModel):
    """The file of applications."""

    note: str = ""
    applications: Annotated[tuple[ApplicationInput, ...], Field(min_length=1)]


class EvaluatorInput(RoundModel):
    """An evaluator of the pool."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    display: str = ""
    languages: Annotated[tuple[Literal["fi", "sv", "en"], ...], Field(min_length=1)]
    employer: str = ""
    employer_y_tunnus: str = ""
    region: str = ""
    keywords: tuple[str, ...] = ()
    ford: tuple[str, ...] = ()
    profile_text: str = ""
    publications: tuple[str, ...] = ()
    is_senior: bool = False
    capacity: Annotated[int, Field(ge=0)]


class ConflictInput(RoundModel):
    """A conflict of interest that is known before, or is declared."""

    evaluator: str
    application: str
    ground: str
    detected_by: str = ""


class SheetsInput(RoundModel):
    """The score sheets of one application; the figures beside them are not used."""

    application: str
    scores: Mapping[str, Mapping[str, Decimal]]
    comments: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    evaluator_totals: Mapping[str, Decimal] | None = None
    third_evaluator_needed: bool | None = None
    final: Mapping[str, Decimal] | None = None
    final_total: Decimal | None = None
    threshold_failures: tuple[str, ...] | None = None


class EvaluationsFile(RoundModel):
    """The file of evaluations. Ranking and the de minimis case are results: read and not used."""

    note: str = ""
    evaluators: Annotated[tuple[EvaluatorInput, ...], Field(min_length=1)]
    disqualifications: tuple[ConflictInput, ...] = ()
    scores: tuple[SheetsInput, ...] = ()
    ranking: tuple[Mapping[str, Any], ...] = ()
    de_minimis_case: Mapping[str, Any] | None = None
