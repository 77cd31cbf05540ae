"""What a question may offer from the registers: `regions.csv`, `a.csv + b.csv`, code lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from calls.questions import Option
from calls.register_rows import Names
from calls.register_set import Registers

Options = tuple[Option, ...]


def find_options(source: str, registers: Registers) -> Options | None:
    """Return the options of a source in register order, or None when a part is not known.

    A source is a register or a code list, with or without `.csv`; several are joined with `+`.
    """
    joined: list[Option] = []
    for part in source.split("+"):
        options = _find_part(part.strip().removesuffix(".csv"), registers)
        if options is None:
            return None
        joined.extend(options)
    return tuple(joined)


def list_sources(registers: Registers) -> tuple[str, ...]:
    """Return the names of everything that can be a source."""
    return (*_REGISTERS, *dict.fromkeys(each.list for each in registers.codes))


def _find_part(name: str, registers: Registers) -> Options | None:
    if name in _REGISTERS:
        return _REGISTERS[name](registers)
    coded = registers.list_codes(name)
    return _options((each.code, each.name) for each in coded) if coded else None


def _options(values: Iterable[tuple[str, Names]]) -> Options:
    return tuple(Option(id=code, label=dict(name)) for code, name in values)


def _with_code(code: str, name: Names) -> tuple[str, Names]:
    """Put the code before the name where people know the rows by their codes."""
    return code, {language: f"{code} {text}" for language, text in name.items()}


_REGISTERS: Mapping[str, Callable[[Registers], Options]] = {
    # Åland has its own programme and is therefore no target region.
    "regions": lambda all_: _options(
        (each.code, each.name) for each in all_.regions if each.in_programme
    ),
    "expertise_keywords": lambda all_: _options(
        (each.id, each.name) for each in all_.expertise_keywords
    ),
    "ford": lambda all_: _options(_with_code(each.code, each.name) for each in all_.ford),
    "intervention_fields": lambda all_: _options(
        _with_code(each.code, each.name) for each in all_.intervention_fields if each.offered
    ),
    "indicators": lambda all_: _options(
        _with_code(each.code, each.name) for each in all_.indicators if each.offered
    ),
    "dnsh": lambda all_: _options((each.code, each.objective) for each in all_.dnsh),
    "ecosystem_agreements": lambda all_: _options((each.id, each.name) for each in all_.agreements),
    "thematic_leads": lambda all_: _options((each.id, each.name) for each in all_.leads),
    "innocities": lambda all_: _options((each.code, each.name) for each in all_.innocities),
    "s3_priorities": lambda all_: _options((each.id, each.name) for each in all_.s3_priorities),
    "cost_models": lambda all_: _options(
        (each.id, each.names) for each in all_.cost_models.flat_rates
    ),
    "staff_models": lambda all_: _options(
        (each.id, each.names) for each in all_.cost_models.staff_models
    ),
}
