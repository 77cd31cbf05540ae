"""References between registers: every key that one register names exists in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from calls.option_sources import find_options
from calls.problems import Problem
from calls.register_set import Registers


def find_broken_references(registers: Registers) -> Iterator[Problem]:
    """Yield a problem for every reference that leads nowhere and every repeated key."""
    yield from _repeated(registers)
    authorities = {each.key: each.kind for each in registers.authorities}
    regions = {each.code for each in registers.regions}
    ford = {each.code for each in registers.ford}
    agreements = {each.id for each in registers.agreements}
    org_types = {each.code for each in registers.list_codes("org_types")}
    for region in registers.regions:
        keys = (region.council_key, region.state_centre_key, region.coordinating_council_key)
        yield from _missing("regions.csv", region.code, filter(None, keys), authorities)
    for organisation in registers.organisations:
        name = organisation.name["fi"]
        yield from _missing("organisations.csv", name, [organisation.type], org_types)
    for keyword in registers.expertise_keywords:
        yield from _missing("expertise_keywords.csv", keyword.id, keyword.ford_codes, ford)
    for field in registers.fields_of_science:
        yield from _missing("fields_of_science_fi.csv", field.code, [field.ford_code], ford)
    for agreement in registers.agreements:
        file = "ecosystem_agreements.csv"
        yield from _missing(file, agreement.id, [agreement.region_code], regions)
        yield from _missing(file, agreement.id, [agreement.granting_key], authorities)
        cities = {each.code for each in registers.innocities}
        yield from _missing(file, agreement.id, agreement.municipality_codes, cities)
    for city in registers.innocities:
        yield from _missing("innocities.csv", city.code, [city.region_code], regions)
        yield from _missing("innocities.csv", city.code, [city.agreement_id], agreements)
        yield from _missing("innocities.csv", city.code, [city.authority_key], authorities)
    for lead in registers.leads:
        yield from _missing("thematic_leads.csv", lead.id, [lead.agreement_id], agreements)
    for priority in registers.s3_priorities:
        yield from _missing("s3_priorities.csv", priority.id, [priority.region_code], regions)
    for column in registers.columns:
        source = (column.options or "").removeprefix("@source:")
        if source and find_options(source, registers) is None:
            yield Problem(column.id, f"{source!r} is not in the registers", file="columns.csv")


def _missing(file: str, row: str, keys: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    there = set(known)
    for key in keys:
        if key not in there:
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
