"""An assignment that is drawn by lot, where the call declares a cap on the probability of each pair."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import RoutingRun
from app.services.routing.solving import Solved
from scoring.routing.explanation import PairNotPossible, WhatIf
from scoring.routing.instance import find_key, read_instance, with_wishes
from scoring.routing.lots import SHARES, CapTooLow, Lots, draw, make_lots
from scoring.routing.problem import Pair, Problem
from scoring.routing.result import Bounds, Objective, Routing, Status
from scoring.routing.shortage import NoFeasibleAssignment

SEED_BYTES = 32


def choose_seed(session: Session, call_id: uuid.UUID) -> bytes:
    """Return the seed of the call's first draw, or a new one.

    One seed for the whole call: a run that is repeated draws the same, so nobody draws until they like
    what comes out.
    """
    runs = session.scalars(
        sa.select(RoutingRun.draw)
        .where(RoutingRun.call_id == call_id, RoutingRun.kind == "proposal")
        .order_by(RoutingRun.number)
    )
    first = next((each["seed"] for each in runs if each), None)
    return bytes.fromhex(first) if first else secrets.token_bytes(SEED_BYTES)


def draw_assignment(problem: Problem, cap: Fraction, seed: bytes) -> Solved:
    """Return an assignment drawn with the greatest expected total under the cap.

    Its value is the total that was drawn, its bound the expected one.

    Raises:
        NoFeasibleAssignment: naming the shortage.
        CapTooLow: if places stay empty under the cap only.
    """
    lots = make_lots(problem, cap)
    keys = draw(lots, seed)
    value = int(problem.affinities(keys).sum())
    expected = int(lots.total * problem.unit)
    found = Routing(problem, Objective.TOTAL, keys, Status.OPTIMAL, Bounds(expected))
    return Solved(found, (), value, expected, lots=lots)


def write_draw(lots: Lots, seed: bytes) -> dict[str, Any]:
    """Return what is recorded of a draw: whoever has it and the instance can draw again."""
    return {"seed": seed.hex(), "cap": str(lots.cap), "expected": str(lots.total)}


def describe_draw(run: RoutingRun) -> dict[str, Any]:
    """Return all that is needed to draw a run again: how, the seed, and the shares of all pairs."""
    if not run.draw:
        return {}
    lots = make_lots(read_instance(run.instance), Fraction(run.draw["cap"]))
    return {
        "method": "dependent rounding; each number is HMAC-SHA256(seed, number of the draw)",
        **run.draw,
        "shares_of": SHARES,
        "keys": lots.keys.tolist(),
        "shares": lots.shares.tolist(),
    }


class DrawWeighing:
    """Answers what one change of a drawn assignment costs: by how much the expected total falls."""

    def __init__(self, problem: Problem, cap: Fraction, chosen: Collection[int]) -> None:
        """Remember the draw that changes are compared with."""
        self._problem, self._cap, self._chosen = problem, cap, frozenset(chosen)
        self._before = make_lots(problem, cap).total

    def ask(self, pair: Pair) -> WhatIf | None:
        """Return the loss without a pair that was drawn, or with another; None if nothing is left to draw.

        Raises:
            PairNotPossible: if the pair is unknown, forbidden or settled.
        """
        key = find_key(self._problem, pair)
        if key is None or key in self._problem.forbidden or key in self._problem.kept:
            raise PairNotPossible(f"{pair[0]} / {pair[1]} is unknown, forbidden or settled")
        is_used = key in self._chosen
        changed = with_wishes(
            self._problem, () if is_used else [pair], {pair: ""} if is_used else {}
        )
        try:
            after = make_lots(changed, self._cap).total
        except (NoFeasibleAssignment, CapTooLow):
            return None
        return WhatIf(self._before - after, (), (), {})
