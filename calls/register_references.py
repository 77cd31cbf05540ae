"""References between registers: every key that one register names exists in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from calls.option_sources import find_options
from calls.problems import Problem
from calls.register_set import Registers

_AGREEMENTS = "ecosystem_agreements.csv"
_CITIES = "innocities.csv"


Named = tuple[str, str, Iterable[str]]
"""A file, a row of it, and the keys that the row names in another register."""


def find_broken_references(registers: Registers) -> Iterator[Problem]:
    """Yield a problem for every reference that leads nowhere and every repeated key."""
    yield from _repeated(registers)
    checks: tuple[tuple[Iterator[Named], set[str]], ...] = (
        (_named_authorities(registers), {each.key for each in registers.authorities}),
        (_named_regions(registers), {each.code for each in registers.regions}),
        (_named_agreements(registers), {each.id for each in registers.agreements}),
        (_named_sciences(registers), {each.code for each in registers.ford}),
        (_named_cities(registers), {each.code for each in registers.innocities}),
        (_named_types(registers), {each.code for each in registers.list_codes("org_types")}),
    )
    for named, known in checks:
        for file, row, keys in named:
            yield from _missing(file, row, keys, known)
    for column in registers.columns:
        source = (column.options or "").removeprefix("@source:")
        if source and find_options(source, registers) is None:
            yield Problem(column.id, f"{source!r} is not in the registers", file="columns.csv")


def _named_authorities(registers: Registers) -> Iterator[Named]:
    for court in registers.courts:
        yield "authorities.yaml", court.key, court.bodies
    for region in registers.regions:
        keys = (region.council_key, region.state_centre_key, region.coordinating_council_key)
        yield "regions.csv", region.code, [key for key in keys if key is not None]
    for agreement in registers.agreements:
        yield _AGREEMENTS, agreement.id, [agreement.granting_key]
    for city in registers.innocities:
        yield _CITIES, city.code, [city.authority_key]


def _named_regions(registers: Registers) -> Iterator[Named]:
    for agreement in registers.agreements:
        yield _AGREEMENTS, agreement.id, [agreement.region_code]
    for city in registers.innocities:
        yield _CITIES, city.code, [city.region_code]
    for priority in registers.s3_priorities:
        yield "s3_priorities.csv", priority.id, [priority.region_code]


def _named_agreements(registers: Registers) -> Iterator[Named]:
    for city in registers.innocities:
        yield _CITIES, city.code, [city.agreement_id]
    for lead in registers.leads:
        yield "thematic_leads.csv", lead.id, [lead.agreement_id]


def _named_sciences(registers: Registers) -> Iterator[Named]:
    for keyword in registers.expertise_keywords:
        yield "expertise_keywords.csv", keyword.id, keyword.ford_codes
    for field in registers.fields_of_science:
        yield "fields_of_science_fi.csv", field.code, [field.ford_code]


def _named_cities(registers: Registers) -> Iterator[Named]:
    for agreement in registers.agreements:
        yield _AGREEMENTS, agreement.id, agreement.municipality_codes


def _named_types(registers: Registers) -> Iterator[Named]:
    for organisation in registers.organisations:
        yield "organisations.csv", organisation.name["fi"], [organisation.type]


def _missing(file: str, row: str, keys: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for key in keys:
        if key not in known:
            yield Problem(row, f"{key!r} is not in the registers", file=file)


def _repeated(registers: Registers) -> Iterator[Problem]:
    lists = {
        "authorities.yaml": [each.key for each in registers.authorities],
        "cost_models.yaml": [
            *(each.id for each in registers.cost_models.flat_rates),
            *(each.id for each in registers.cost_models.staff_models),
        ],
    }
    for file, keys in lists.items():
        for key, times in Counter(keys).items():
            if times > 1:
                yield Problem(key, "the key is written twice", file=file)
