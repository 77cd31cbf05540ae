"""Faults found by pydantic, said with the path that the author wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from calls.problems import Step

_DISCRIMINATORS = ("type", "kind")
_PLAIN_WORDS = {
    "missing": "the field is missing",
    "extra_forbidden": "the field is not known here",
    "too_short": "at least {min_length} needed, {actual_length} given",
    "union_tag_not_found": "the field is missing",
    "string_pattern_mismatch": "the text does not have the form {pattern}",
}


def find_faults(error: ValidationError, data: object) -> Iterable[tuple[tuple[Step, ...], str]]:
    """Yield the path and the reason of every fault; `data` is what was validated."""
    for details in error.errors(include_url=False, include_input=False):
        steps = _written_steps(details["loc"], data)
        tag = details.get("ctx", {}).get("discriminator")
        if tag is not None:
            steps = (*steps, str(tag).strip("'"))
        yield steps, _say(details)


def _written_steps(location: Iterable[Step], data: object) -> tuple[Step, ...]:
    """Drop the union tags that pydantic puts into a location but no author wrote."""
    steps: list[Step] = []
    node: Any = data
    for step in location:
        if _is_inside(step, node):
            node = node[step]
        elif step == "[key]" or _is_tag(step, node):
            continue
        steps.append(step)
    return tuple(steps)


def _is_tag(step: Step, node: object) -> bool:
    return isinstance(node, dict) and step in [node.get(tag) for tag in _DISCRIMINATORS]


def _is_inside(step: Step, node: object) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node)


def _say(details: ErrorDetails) -> str:
    words = _PLAIN_WORDS.get(details["type"])
    if words is not None:
        return words.format(**details.get("ctx", {}))
    message = details["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
