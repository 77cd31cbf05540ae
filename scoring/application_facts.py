"""The facts of an application that decide its eligibility, and the outcome of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from scoring.budget import PartnerCosts
from scoring.financing import DeclaredCosts, Financing

Fact = bool | int | str | None | Sequence[str] | Sequence[Mapping[str, str | int | None]]
"""A figure for the letter, ready for JSON."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one rule and the figures behind it."""

    passed: bool | None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What the rules need to know about a partner; the first one is the lead."""

    key: str
    name: str
    business_id: str
    org_type: str
    region: str
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """A company that has committed itself to the project without being a partner."""

    name: str
    business_id: str


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """The part of an application that decides its eligibility."""

    partners: tuple[PartnerFacts, ...] = ()
    companies: tuple[CompanyFacts, ...] = ()
    submitted_at: datetime | None = None
    start: date | None = None
    end: date | None = None
    costs: tuple[PartnerCosts, ...] = ()
    financing: tuple[Financing, ...] = ()
    declared: tuple[DeclaredCosts, ...] = ()
    attachments: frozenset[str] = frozenset()
    assessments: Mapping[str, bool] = field(default_factory=dict)
