"""Green and digital transition beside the scores: six gates of no harm, and claims that do not fit.

Nothing here is a score. A remark tells the officer and the evaluator where an application says one
thing and its intervention fields another; what follows from it, people decide.

"Do no significant harm" is about the six environmental objectives of Regulation (EU) 2020/852,
Article 9: each is a gate of its own, and one that is not passed cannot be outweighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scoring.tracking import Tracked


@dataclass(frozen=True, slots=True)
class NoHarmGate:
    """One environmental objective; ``passed`` is ``None`` while it is not answered with a reason."""

    objective: str
    passed: bool | None


def no_harm_gates(
    objectives: Sequence[str], answers: Mapping[str, tuple[bool | None, str]]
) -> tuple[NoHarmGate, ...]:
    """Return the gate of each objective from (no harm?, reason); "no harm" needs its reason."""
    gates = []
    for objective in objectives:
        answer, reason = answers.get(objective, (None, ""))
        is_open = answer is None or (answer and not reason.strip())
        gates.append(NoHarmGate(objective, None if is_open else answer))
    return tuple(gates)


class Remark(StrEnum):
    """A claim and the intervention fields that do not go together."""

    GREEN_CLAIM_WITHOUT_FIELD = "green_claim_without_field"
    """A green effect is measured, and the fields count nothing for climate and environment."""
    GREEN_FIELD_WITHOUT_CLAIM = "green_field_without_claim"
    """The fields count for climate or environment, and no green effect is measured."""
    DIGITAL_CLAIM_WITHOUT_FIELD = "digital_claim_without_field"
    DIGITAL_FIELD_WITHOUT_CLAIM = "digital_field_without_claim"
    GREEN_CLAIM_WITH_HARM = "green_claim_with_harm"
    """A green effect is measured, and an objective is not free of significant harm."""
    NOT_TRACKED = "not_tracked"
    """The shares do not add up to 100 %, or a field has no confirmed coefficient."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an application says it changes: whether a green and a digital effect is measured.

    ``None``: the call does not ask.
    """

    green: bool | None
    digital: bool | None


def find_remarks(
    claims: Claims, tracked: Tracked | None, gates: Sequence[NoHarmGate]
) -> tuple[Remark, ...]:
    """Return where claims, fields and gates contradict each other; ``tracked=None``: no euros known."""
    found = []
    if tracked is None:
        found.append(Remark.NOT_TRACKED)
    else:
        green, digital = tracked.climate + tracked.environment, tracked.digital
        pairs = (
            (
                claims.green,
                green,
                Remark.GREEN_CLAIM_WITHOUT_FIELD,
                Remark.GREEN_FIELD_WITHOUT_CLAIM,
            ),
            (
                claims.digital,
                digital,
                Remark.DIGITAL_CLAIM_WITHOUT_FIELD,
                Remark.DIGITAL_FIELD_WITHOUT_CLAIM,
            ),
        )
        for claimed, euros, without_field, without_claim in pairs:
            if claimed and not euros:
                found.append(without_field)
            if claimed is False and euros:
                found.append(without_claim)
    if claims.green and any(gate.passed is False for gate in gates):
        found.append(Remark.GREEN_CLAIM_WITH_HARM)
    return tuple(found)
