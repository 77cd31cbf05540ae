"""Names say what a thing is; files and functions stay small enough to read at one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.sources import module_paths, parsed, shown

FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
FILE_LINES = 400
FUNCTION_LINES = 60
VIEW_LINES = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[Function]:
    """Give every function and method."""
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def length(node: Function) -> int:
    """Count the lines of a function without its decorators and docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def is_view(node: Function) -> bool:
    """Whether a function answers requests: a decorator of it is a route of a blueprint."""
    verbs = {"get", "post", "route", "put", "delete", "patch"}
    calls = [item.func for item in node.decorator_list if isinstance(item, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in verbs for call in calls)


def test_no_module_has_a_name_that_says_nothing():
    found = [
        shown(path)
        for path in module_paths()
        if FORBIDDEN_NAMES.intersection([path.stem, path.parent.name])
    ]
    assert found == []


def test_files_stay_within_the_budget():
    counts = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in module_paths()
    }
    assert {name: count for name, count in counts.items() if count > FILE_LINES} == {}


def test_functions_stay_within_the_budget():
    found = {
        f"{shown(path)}:{node.name}": length(node)
        for path in module_paths()
        for node in functions(parsed(path))
        if length(node) > FUNCTION_LINES
    }
    assert found == {}


def test_views_are_thin():
    found = {
        f"{shown(path)}:{node.name}": length(node)
        for path in module_paths("app")
        for node in functions(parsed(path))
        if is_view(node) and length(node) > VIEW_LINES
    }
    assert found == {}
