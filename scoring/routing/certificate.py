"""The proof that comes with an assignment, to be stored beside it and checked by anybody.

An objective is a sequence of stages, each a linear programme whose optimum is proven by prices
(weak duality). The next stage may only choose among the optima of the stage before: a pair whose
reduced gain is not 0, and a load whose price is not 0, are fixed (complementary slackness).
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.routing.arrays import Ints

TOTAL, SPREAD = -1, -2
"""Kinds of a stage: greatest total affinity, least sum of squared loads. Others: a class number."""

CLASSES = 10
"""Affinity classes of equal width; the last holds everything from 0.9 upwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Prices for one stage; kinds from 0 say: as few pairs as possible in this class."""

    kind: int
    places: Ints
    times: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """The problem's fingerprint and the stages of the objective, in order."""

    fingerprint: str
    stages: tuple[Stage, ...]


def stage_kinds(objective: str) -> tuple[int, ...]:
    """Return the stages of an objective that is solved by flows.

    ``total`` has one stage. ``leximin`` makes the weakest classes as rare as possible, the worst
    first, then maximises the total. ``balanced`` then spreads the load. Raises ``KeyError``.
    """
    classes = tuple(range(CLASSES - 1))
    kinds = {"total": (TOTAL,), "leximin": (*classes, TOTAL), "balanced": (*classes, TOTAL, SPREAD)}
    return kinds[objective]
