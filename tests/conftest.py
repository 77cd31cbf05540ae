"""What all tests share; the fixtures themselves live in tests/support/."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# A module stands after those that it imports; otherwise pytest cannot rewrite their assertions.
pytest_plugins = (
    "tests.support.network",
    "tests.support.postgres",
    "tests.support.browser",
    "tests.support.guests",
    "tests.support.databases",
    "tests.support.apps",
)

# A slow machine is no defect, and a failing example must be printable as code.
settings.register_profile(
    "innoverkko",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("innoverkko"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "innoverkko")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the person's own installation out of tests."""
    for name in list(os.environ):
        if name.startswith("INNOVERKKO_"):
            monkeypatch.delenv(name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with slow tests first: one that is begun last keeps a core alone at work."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
