"""Reading a definition, and the one canonical form in which it is stored and named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from calls.check import check
from calls.definition import CallDefinition
from calls.faults import find_faults
from calls.problems import InvalidDefinition, Problem, Step, format_path
from calls.registers import Registers
from calls.written_form import complete
from calls.yaml_source import Lines, find_line, read_yaml

PACKAGED = Path(__file__).parent / "data" / "calls"


def load_call(path: Path, registers: Registers) -> CallDefinition:
    """Read a definition from a file.

    Raises InvalidDefinition with every problem: file, line, path and reason.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        problem = Problem("", f"the file cannot be read: {fault}", file=path.name)
        raise InvalidDefinition([problem]) from fault
    return parse_call(text, registers, path.name)


def parse_call(text: str, registers: Registers, source: str) -> CallDefinition:
    """Read a definition from YAML text; ``source`` names it in problems. Raises InvalidDefinition."""
    data, lines = read_yaml(text, source)
    whole, work = complete(data, registers)
    faults = list(work.problems)
    definition = None
    try:
        definition = CallDefinition.model_validate(whole)
    except ValidationError as error:
        known = {steps for steps, _message in faults}
        faults += [fault for fault in find_faults(error, whole) if not _is_below(fault[0], known)]
    if faults or definition is None:
        raise InvalidDefinition(_located(faults, lines, source))
    errors = [each for each in check(definition) if each.severity == "error"]
    if errors:
        raise InvalidDefinition(each.located(source, None) for each in errors)
    return definition


def _is_below(steps: tuple[Step, ...], known: set[tuple[Step, ...]]) -> bool:
    """Tell whether a fault only repeats one that is known already."""
    return any(steps[: len(place)] == place for place in known)


def _located(
    faults: Iterable[tuple[tuple[Step, ...], str]], lines: Lines, source: str
) -> Iterable[Problem]:
    for steps, message in faults:
        yield Problem(format_path(steps), message).located(source, find_line(lines, steps))


def list_packaged() -> tuple[Path, ...]:
    """Return the files of the packaged definitions."""
    return tuple(sorted(PACKAGED.glob("*.yaml")))


def canonical_json(definition: CallDefinition) -> bytes:
    """Return the canonical form: sorted keys, no spaces, UTF-8, decimals as text."""
    data: Any = definition.model_dump(mode="json", by_alias=True)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256(definition: CallDefinition) -> str:
    """Return the SHA-256 of the canonical form: the name of the version."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


def definition_from_json(text: str | bytes) -> CallDefinition:
    """Return the definition that a canonical form holds; equal to the one it was made from."""
    return CallDefinition.model_validate_json(text)
