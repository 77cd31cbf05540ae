"""Only the door of state changes changes a state; only the clock's own places read the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.sources import module_paths, parsed, shown

# The queue's own rows have a state too: ready, running, done; no act of a person, so no event.
DOORS = {"app/services/record/transitions.py", "app/jobs.py"}


def assigned_attributes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give line and name of every attribute that is assigned to, setattr included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        is_setattr = isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr"
        if is_setattr and isinstance(node.args[1], ast.Constant):
            yield node.lineno, str(node.args[1].value)


def updated_columns(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give line and name of every column that an UPDATE sets through `.values(name=…)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "values" and "update(" in ast.unparse(node.func.value):
            yield from ((node.lineno, keyword.arg or "") for keyword in node.keywords)


def test_a_state_is_assigned_in_one_place_only():
    found = [
        f"{shown(path)}:{line}"
        for path in module_paths("app")
        if shown(path) not in DOORS
        for reader in (assigned_attributes, updated_columns)
        for line, name in reader(parsed(path))
        if name == "state"
    ]
    assert found == []


def test_rules_and_services_take_the_time_as_an_argument():
    clock = {"now", "today", "utcnow"}
    folders = ("scoring", "calls", "forms", "app/domain", "app/services", "app/queries")
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in module_paths(*folders)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clock
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date"}
    ]
    assert found == []


def test_only_the_unit_of_work_commits():
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in module_paths("app")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and shown(path) != "app/db.py"
    ]
    assert found == []
