"""Where a figure comes from, so that it can be computed again years later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.votes import Vote


@dataclass(frozen=True, slots=True)
class Provenance:
    """The algorithm with its version, its settings, and the SHA-256 of the canonical inputs."""

    algorithm: str
    version: int
    settings: tuple[tuple[str, str], ...]
    inputs_sha256: str


def describe(
    algorithm: str, version: int, settings: Mapping[str, object], votes: Iterable[Vote]
) -> Provenance:
    """Return the provenance of a statistic of votes; their order does not matter."""
    rows = sorted((v.panel, v.proposal, v.assessor, _shown(v.grade)) for v in votes)
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    named = tuple((key, str(settings[key])) for key in sorted(settings))
    return Provenance(algorithm, version, named, hashlib.sha256(text.encode()).hexdigest())


def _shown(grade: Fraction) -> str:
    return f"{grade.numerator}/{grade.denominator}"
