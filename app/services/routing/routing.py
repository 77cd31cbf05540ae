"""Runs of the routing: the best assignment under the rules of the call, kept with its proof."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.domain.actors import Actor
from app.models import RoutingRun
from app.queries.affinities import Fit
from app.queries.content import get_application
from app.queries.screening import Scope
from app.services.evaluation.assignments import Choice, write_proposal
from app.services.evaluation.conflicts import detect_conflicts
from app.services.routing.drawing import DrawWeighing
from app.services.routing.proposing import find_proposal, keep_proposal, load_settled
from app.services.routing.routing_inputs import (
    Inputs,
    find_more_conflicts,
    load_inputs,
    load_rules,
    make_problem,
    make_rules,
)
from app.services.routing.solving import Recent, Weighing, digest_problem, solve
from scoring.routing.explanation import WhatIf
from scoring.routing.instance import read_instance, with_wishes
from scoring.routing.lots import make_lots
from scoring.routing.problem import Pair, Problem, Settled


def propose_assignment(
    session: Session, call_id: uuid.UUID, actor: Actor, now: datetime
) -> RoutingRun:
    """Propose evaluators for all eligible applications of a call, and keep the run.

    Earlier proposals that nobody has chosen or locked may go; what was chosen by hand, locked,
    released or is at work stays.

    Raises:
        NoFeasibleAssignment: if places or minimum loads cannot be filled; it names the shortage.
        RulesNotKept: if no assignment keeps every hard rule.
        LockNotAllowed: if a pair that stays is in a language the evaluator does not read.
        CapTooLow: if the call's draw leaves places empty.
    """
    inputs = load_inputs(session, call_id, now)
    detect_conflicts(session, Scope(call_id), now, inputs.contents)
    found = find_proposal(session, call_id, inputs, now)
    return keep_proposal(session, call_id, found, actor, now)


def add_pair(session: Session, pair: Pair, fit: Fit, now: datetime) -> None:
    """Write one pair of a run as a proposal."""
    application = get_application(session, uuid.UUID(pair[0]))
    write_proposal(session, application, Choice(uuid.UUID(pair[1]), fit), now)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What changes are compared with: the problem of the last run with all wishes since, solved."""

    run: RoutingRun
    problem: Problem
    weighing: Weighing | DrawWeighing

    def ask(self, pair: Pair) -> WhatIf | None:
        """Return what one change costs, exactly; None if it leaves no assignment.

        Raises:
            PairNotPossible: if the pair is unknown, forbidden or settled.
        """
        return self.weighing.ask(pair)


def find_base(
    session: Session, call_id: uuid.UUID, now: datetime, most_pairs: int | None = None
) -> Base | None:
    """Return the last run as it would come out with today's wishes and conflicts.

    None without a run, or if it knows more than ``most_pairs`` pairs.

    Raises:
        NoFeasibleAssignment, RulesNotKept, CapTooLow: if there is no assignment any more.
    """
    run = session.scalar(
        sa.select(RoutingRun)
        .where(RoutingRun.call_id == call_id, RoutingRun.kind == "proposal")
        .order_by(RoutingRun.number.desc())
        .limit(1)
        .options(undefer(RoutingRun.instance))
    )
    if run is None or (most_pairs is not None and len(run.instance["keys"]) > most_pairs):
        return None
    settled = load_settled(session, call_id)
    problem = with_wishes(read_instance(run.instance), settled.locked, settled.forbidden)
    rules = load_rules(session, call_id, now) if run.rules and not run.draw else []

    def weigh() -> Weighing | DrawWeighing:
        if run.draw:
            return DrawWeighing(problem, Fraction(run.draw["cap"]), run.chosen)
        return Weighing(solve(problem, run.objective, rules))

    key = (run.id, digest_problem(problem, rules, run.objective))
    return Base(run, problem, _WEIGHINGS.get(key, weigh))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would give under other assumptions; nothing of it is stored."""

    total: Fraction
    minimum: Fraction
    pairs: int
    loads: Mapping[str, int]


def foresee(
    session: Session, call_id: uuid.UUID, panel: int | None, more: uuid.UUID | None, now: datetime
) -> Outlook:
    """Return what a run would give with another number of evaluators, or one person more.

    Raises:
        NoFeasibleAssignment, RulesNotKept, LockNotAllowed: as the run would.
    """
    inputs = load_inputs(session, call_id, now, () if more is None else [more])
    settled = load_settled(session, call_id)
    found = {} if more is None else find_more_conflicts(session, call_id, more, now)
    forbidden = {**found, **settled.forbidden}
    asked = make_problem(inputs, Settled(forbidden, settled.locked, settled.submitted), panel)
    draw = inputs.settings.draw
    cap = str(draw.cap) if draw else ""
    key = digest_problem(asked, make_rules(inputs), inputs.settings.objective, cap)
    return _OUTLOOKS.get((call_id, key), lambda: _look_out(asked, inputs))


def _look_out(asked: Problem, inputs: Inputs) -> Outlook:
    if inputs.settings.draw:
        lots = make_lots(asked, Fraction(inputs.settings.draw.cap))
        return Outlook(lots.total, lots.minimum, int(asked.demand.sum()), {})
    solved = solve(asked, inputs.settings.objective, make_rules(inputs))
    routing = solved.routing
    return Outlook(routing.total, routing.minimum, len(routing.keys), routing.loads())


_WEIGHINGS: Recent[Weighing | DrawWeighing] = Recent()
_OUTLOOKS: Recent[Outlook] = Recent()
