"""YAML read safely: plain data only, no duplicate keys, no aliases, line numbers kept."""

from __future__ import annotations

from typing import Any

import yaml

from calls.problems import InvalidDefinition, Problem, Step, format_path

MAX_CHARACTERS = 2_000_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Lines = dict[tuple[Step, ...], int]


def read_yaml(text: str, source: str) -> tuple[Any, Lines]:
    """Return the data of one YAML document and the line of every path in it.

    Raises InvalidDefinition for text that is not YAML, for a key written twice, and for aliases,
    through which a small file could grow without limit.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidDefinition([Problem("", "the file is too large (2,000,000 characters)")])
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise InvalidDefinition([Problem("", "the file is empty", file=source)])
        lines: Lines = {}
        problems: list[Problem] = []
        _walk(node, (), lines, problems, set(), source)
        if problems:
            raise InvalidDefinition(problems)
        return loader.construct_document(node), lines
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        reason = getattr(fault, "problem", None) or str(fault)
        line = None if mark is None else mark.line + 1
        raise InvalidDefinition(
            [Problem("", f"not YAML: {reason}", "error", source, line)]
        ) from fault
    finally:
        loader.dispose()


def find_line(lines: Lines, steps: tuple[Step, ...]) -> int | None:
    """Return the line of a path, or of the nearest object around it."""
    while steps and steps not in lines:
        steps = steps[:-1]
    return lines.get(steps)


def _walk(
    node: yaml.Node,
    steps: tuple[Step, ...],
    lines: Lines,
    problems: list[Problem],
    seen: set[int],
    source: str,
) -> None:
    line = node.start_mark.line + 1
    lines.setdefault(steps, line)
    if id(node) in seen:
        problems.append(
            Problem(format_path(steps), "aliases are not allowed", "error", source, line)
        )
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*steps, index), lines, problems, seen, source)
    elif isinstance(node, yaml.MappingNode):
        written: set[str] = set()
        for key, value in node.value:
            place = (*steps, str(key.value))
            line = key.start_mark.line + 1
            if str(key.value) in written:
                problems.append(
                    Problem(format_path(place), "the key is written twice", "error", source, line)
                )
            written.add(str(key.value))
            lines[place] = line
            _walk(value, place, lines, problems, seen, source)
