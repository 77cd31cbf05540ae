"""Eligibility rules about who is in a consortium: types, number, regions, cities, companies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.application_facts import ApplicationFacts, CheckResult, Fact, PartnerFacts
from scoring.business_id import find_business_id, is_valid_business_id


@dataclass(frozen=True, slots=True)
class LeadTypeIn:
    """The lead partner's organisation type is one of ``types``."""

    types: frozenset[str]

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Look at the lead partner; without partners the rule fails."""
        found = facts.partners[0].org_type if facts.partners else ""
        return CheckResult(found in self.types, {"found": found, "allowed": sorted(self.types)})


@dataclass(frozen=True, slots=True)
class PartnersAtLeast:
    """Enough partners, lead included, and enough research organisations among them."""

    count: int
    research_types: frozenset[str] = frozenset()
    research_at_least: int = 0

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Count distinct organisations: one that is listed twice is one partner."""
        partners = {_identity(each): each for each in facts.partners}
        research = sum(each.org_type in self.research_types for each in partners.values())
        passed = len(partners) >= self.count and research >= self.research_at_least
        return CheckResult(
            passed,
            {
                "required": self.count,
                "found": len(partners),
                "research_required": self.research_at_least,
                "research_found": research,
            },
        )


@dataclass(frozen=True, slots=True)
class RegionsAtLeast:
    """The partners come from enough different regions (maakunta)."""

    count: int

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Count the partners' regions; target regions of the project do not count."""
        return _at_least(self.count, {each.region for each in facts.partners if each.region})


@dataclass(frozen=True, slots=True)
class City:
    """A municipality of a register: its code and the names by which it is known."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitiesAtLeast:
    """The partners come from enough different cities of a register, by code or by name."""

    count: int
    cities: tuple[City, ...]

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Count the register's cities among the partners' municipalities."""
        codes = {
            text.casefold(): city.code for city in self.cities for text in (city.code, *city.names)
        }
        municipalities = (each.municipality.strip().casefold() for each in facts.partners)
        return _at_least(self.count, {codes[each] for each in municipalities if each in codes})


@dataclass(frozen=True, slots=True)
class CompaniesAtLeast:
    """Enough companies as partners or by commitment, distinct by business ID."""

    count: int
    company_types: frozenset[str] = frozenset({"company"})

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Count companies with a valid business ID; those without one are named, not counted."""
        companies = [
            *((each.name, each.business_id) for each in facts.companies),
            *(
                (each.name, each.business_id)
                for each in facts.partners
                if each.org_type in self.company_types
            ),
        ]
        counted = {find_business_id(number) for _, number in companies} - {None}
        without = sorted(name for name, number in companies if not is_valid_business_id(number))
        return CheckResult(
            len(counted) >= self.count,
            {"required": self.count, "found": len(counted), "without_business_id": without},
        )


@dataclass(frozen=True, slots=True)
class ValidBusinessIds:
    """Every partner has a business ID with a correct check digit."""

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Name the partners whose business ID is missing or wrong."""
        invalid = [
            {"partner": each.key, "name": each.name, "business_id": each.business_id}
            for each in facts.partners
            if not is_valid_business_id(each.business_id)
        ]
        return CheckResult(bool(facts.partners) and not invalid, {"invalid": invalid})


def _identity(partner: PartnerFacts) -> str:
    return find_business_id(partner.business_id) or partner.name.casefold()


def _at_least(required: int, found: Iterable[str]) -> CheckResult:
    names = sorted(found)
    facts: dict[str, Fact] = {"required": required, "found": len(names), "values": names}
    return CheckResult(len(names) >= required, facts)
