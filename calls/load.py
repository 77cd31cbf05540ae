"""Reading a definition, and the one canonical form in which it is stored and named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from calls.check import find_faults as find_contradictions
from calls.check_registers import find_unknown
from calls.definition import CallDefinition
from calls.faults import find_faults
from calls.problems import InvalidDefinition, Problem, Step, format_path
from calls.registers import Registers
from calls.written_form import complete
from calls.yaml_source import find_line, read_yaml

PACKAGED = Path(__file__).parent / "data" / "calls"
Fault = tuple[tuple[Step, ...], str]


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
    """Read a definition from YAML text; `source` names it in problems.

    Raises InvalidDefinition with every problem that stands at the same level: first the fields and
    rules, and once each of them can be read, the contradictions between them.
    """
    data, lines = read_yaml(text, source)
    definition, faults = _read(data, registers)
    if definition is None:
        raise InvalidDefinition(
            Problem(format_path(steps), message).located(source, find_line(lines, steps))
            for steps, message in faults
        )
    findings = (*find_contradictions(definition), *find_unknown(definition, registers))
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise InvalidDefinition(
            finding.as_problem().located(source, find_line(lines, finding.steps))
            for finding in errors
        )
    return definition


def _read(data: object, registers: Registers) -> tuple[CallDefinition | None, list[Fault]]:
    """Return the definition, or None and every fault of its fields and rules."""
    whole, work = complete(data, registers)
    faults: list[Fault] = list(work.problems)
    try:
        definition = CallDefinition.model_validate(whole)
    except ValidationError as fault:
        known = [steps for steps, _ in faults]
        faults += [found for found in find_faults(fault, whole) if not _is_below(found[0], known)]
        return None, faults
    return (None if faults else definition), faults


def _is_below(steps: tuple[Step, ...], known: list[tuple[Step, ...]]) -> bool:
    """Tell whether a fault only repeats one that is known already."""
    return any(steps[: len(place)] == place for place in known)


def list_packaged() -> tuple[Path, ...]:
    """Return the files of the packaged definitions."""
    return tuple(sorted(PACKAGED.glob("*.yaml")))


def canonical_json(definition: CallDefinition) -> bytes:
    """Return the canonical form: sorted keys, no spaces, UTF-8, decimals as text."""
    data = definition.model_dump(mode="json", by_alias=True)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256(definition: CallDefinition) -> str:
    """Return the SHA-256 of the canonical form: the name of the version."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


def definition_from_json(text: str | bytes) -> CallDefinition:
    """Return the definition that a canonical form holds; equal to the one it was made from."""
    return CallDefinition.model_validate_json(text)
