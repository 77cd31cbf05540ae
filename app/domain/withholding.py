"""Copies of a letter for one party: secret parts of others are withheld, and the ground is printed instead.

Secrecy is marked for each part with its ground, never for a whole case (621/1999, 10 and 24 §; KHO:2020:140).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GROUNDS: Sequence[str] = (
    "621/1999 24.1 § 17",
    "621/1999 24.1 § 20",
    "621/1999 24.1 § 21",
    "621/1999 24.1 § 31",
    "621/1999 24.1 § 32",
)
"""Grounds that can apply to a funding decision: trade secrets, research plans, contact and private details."""

TEXT_PARTS: Sequence[str] = (
    "decision.reasons",
    "decision.reductions",
    "decision.precedent_conditions",
    "decision.changes",
    "score.strengths",
    "score.weaknesses",
    "scores[].reason",
    "checks[].facts",
    "hearing.summary",
)
"""The texts of a letter that may hold something secret; names, euros and the ruling are always public."""


@dataclass(frozen=True, slots=True)
class SecretPart:
    """One part of a letter, the ground of its secrecy, and the partner whose secret it is ("P2")."""

    part: str
    ground: str
    partner: str


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A text of a letter that can be marked: its address, such as ``decision.reasons.0``."""

    part: str
    text: str


def list_parts(record: Mapping[str, Any]) -> list[LetterPart]:
    """Return the texts of a letter that can be marked as secret, in a fixed order."""
    return [LetterPart(part, text) for path in TEXT_PARTS for part, text in _find(record, path)]


def _find(record: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    head, _dot, name = path.partition(".")
    parent = record.get(head.removesuffix("[]"))
    rows = list(parent or ()) if head.endswith("[]") else [parent]
    for number, row in enumerate(rows):
        value = (row or {}).get(name)
        base = f"{head.removesuffix('[]')}.{number}.{name}" if head.endswith("[]") else path
        if isinstance(value, str) and value.strip():
            yield base, value
        elif isinstance(value, (list, tuple)):
            yield from ((f"{base}.{index}", text) for index, text in enumerate(value))


def withhold(
    record: Mapping[str, Any], secrets: Sequence[SecretPart], reader: str, words: str
) -> dict[str, Any]:
    """Return the record as a partner may read it: what is secret of others gives way to its ground.

    ``words`` says that something is withheld and holds ``{ground}``. Own secrets stay.
    """
    grounds = {each.part: each.ground for each in secrets if each.partner != reader}
    copy: dict[str, Any] = _copy(record)
    for part, ground in grounds.items():
        _replace(copy, part.split("."), words.format(ground=ground))
    return copy


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(each) for each in value]
    return value


def _replace(value: Any, steps: Sequence[str], text: str) -> None:
    """Put a text in a place; a place that is no longer there has nothing to hide."""
    head, rest = steps[0], steps[1:]
    key: Any = int(head) if isinstance(value, list) else head
    known = range(len(value)) if isinstance(value, list) else (value or {})
    if key not in known:
        return
    if rest:
        _replace(value[key], rest, text)
    else:
        value[key] = text
