from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from calls.definition import CallDefinition
from calls.load import parse_call
from calls.problems import InvalidDefinition
from calls.registers import Registers, load_registers

SHARED = Path(__file__).parents[2] / "data" / "call_inno_2027_1.yaml"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="session")
def registers() -> Registers:
    return load_registers()


@pytest.fixture(scope="session")
def shared_text() -> str:
    return SHARED.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def networks(shared_text: str, registers: Registers) -> CallDefinition:
    return parse_call(shared_text, registers, "call.yaml")


@pytest.fixture
def shared_data(shared_text: str) -> dict[str, Any]:
    """Return the data of the networks call; the test may change it."""
    data: dict[str, Any] = yaml.load(shared_text, yaml.CSafeLoader)
    return data


@pytest.fixture
def changed(
    shared_data: dict[str, Any], registers: Registers
) -> Callable[[Change], CallDefinition]:
    """Read the networks call after a change to its data."""

    def read(change: Change) -> CallDefinition:
        change(shared_data)
        text = yaml.dump(shared_data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        return parse_call(text, registers, "call.yaml")

    return read


@pytest.fixture
def refused(changed: Callable[[Change], CallDefinition]) -> Callable[[Change], dict[str, str]]:
    """Return path and message of every fault after a change to the data of the networks call."""

    def read(change: Change) -> dict[str, str]:
        with pytest.raises(InvalidDefinition) as refusal:
            changed(change)
        return {problem.path: problem.message for problem in refusal.value.problems}

    return read
