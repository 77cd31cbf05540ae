"""The registers of the programme as pages show them: agreements and thematic leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calls.registers import Registers

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An ecosystem agreement with the names of its cities, region and granting body."""

    id: str
    name: Names
    cities: tuple[Names, ...]
    region: Names
    priorities: tuple[Names, ...]
    granting_body: Names
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A thematic lead with its city and the agreement of that city."""

    id: str
    name: Names
    city: Names
    agreement: Names


def list_agreements(registers: Registers) -> list[AgreementLine]:
    """List the ecosystem agreements, in the order of the register."""
    cities = {city.code: city.name for city in registers.innocities}
    lines = []
    for each in registers.agreements:
        written = dict(zip(each.municipality_codes, each.municipalities, strict=True))
        region = registers.find_region(each.region_code)
        body = registers.find_authority(each.granting_key)
        lines.append(
            AgreementLine(
                id=each.id,
                name=each.name,
                cities=tuple(cities.get(code, {"fi": name}) for code, name in written.items()),
                region=region.name if region else {},
                priorities=each.priorities,
                granting_body=body.names if body else {},
                valid_from=each.valid_from,
                valid_to=each.valid_to,
            )
        )
    return lines


def list_leads(registers: Registers) -> list[LeadLine]:
    """List the thematic leads, in the order of the register."""
    cities = {city.name["fi"]: city.name for city in registers.innocities}
    agreements = {each.id: each.name for each in registers.agreements}
    return [
        LeadLine(
            id=each.id,
            name=each.name,
            city=cities.get(each.lead_city, {"fi": each.lead_city}),
            agreement=agreements.get(each.agreement_id, {}),
        )
        for each in registers.leads
    ]
