"""How a later decision stands to an earlier one: it replaces, amends or upholds it."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a decision follows an earlier one on the same application."""

    FACTUAL = "factual"
    """An error of fact is corrected and the matter decided anew (434/2003, 50 §)."""
    CLERICAL = "clerical"
    """A clerical or calculation error is corrected (51 §)."""
    INSTRUCTION = "instruction"
    """The instructions for review were wrong; the decision is given anew (49 §)."""
    CLAIM = "claim"
    """A claim for rectification is answered (49 b–49 f §)."""


class Effect(StrEnum):
    """What a later decision does to the earlier one, once it has been issued."""

    REPLACES = "replaces"
    AMENDS = "amends"
    UPHOLDS = "upholds"


def find_effect(cause: Cause, *, has_changes: bool) -> Effect:
    """Return what a decision does to the one before it."""
    if cause in {Cause.CLERICAL, Cause.INSTRUCTION}:
        return Effect.REPLACES
    return Effect.AMENDS if has_changes or cause is Cause.FACTUAL else Effect.UPHOLDS


ENDS_FORCE = frozenset({Effect.REPLACES, Effect.AMENDS})
"""Effects after which the earlier letter no longer tells by itself what is in force."""
