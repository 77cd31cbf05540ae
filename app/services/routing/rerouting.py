"""Re-routing: the fewest changes that fill empty places again. Nothing that has begun is moved."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, EvaluationState, EvaluationStep
from app.models import Application, Evaluation, RoutingRun
from app.queries.screening import Scope
from app.services.evaluation.conflicts import detect_conflicts
from app.services.record.panels import keep_panel_figures
from app.services.record.transitions import advance
from app.services.routing.proposing import load_settled
from app.services.routing.routing import add_pair
from app.services.routing.routing_inputs import (
    ROUTED_STATES,
    Inputs,
    load_inputs,
    load_wishes,
    make_problem,
    make_rules,
)
from app.services.routing.runs import keep_run, make_run
from app.services.routing.solving import solve
from scoring.routing.arrays import Ints, is_in, whole
from scoring.routing.instance import find_key
from scoring.routing.problem import Pair, Problem, Settled
from scoring.routing.reroute import Rerouted, reroute
from scoring.routing.result import Bounds, Objective, Routing, Status
from scoring.routing.ruled import RulesNotKept
from scoring.routing.shortage import NoFeasibleAssignment

MOVABLE = (EvaluationState.PROPOSED, EvaluationState.ASSIGNED)
"""Work that has not begun; third evaluators, choices by hand and locks stay nevertheless."""
FEWEST_CHANGES = "fewest_changes"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a re-route would change."""

    added: Sequence[Pair]
    removed: Sequence[Pair]


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    inputs: Inputs
    problem: Problem
    found: Rerouted


def plan_reroute(session: Session, call_id: uuid.UUID, now: datetime) -> Plan:
    """Return the fewest changes that give every application its evaluators again; stores nothing.

    Raises:
        NoFeasibleAssignment: naming the shortage.
        RulesNotKept: if the empty places cannot be filled under the hard rules.
    """
    found = _prepare(session, call_id, now).found
    return Plan(found.added, found.removed)


def propose_reroute(
    session: Session, call_id: uuid.UUID, actor: Actor, now: datetime
) -> RoutingRun:
    """Turn the fewest changes into proposals, which the officer releases.

    Raises: as ``plan_reroute``.
    """
    detect_conflicts(session, Scope(call_id), now)
    return _propose(session, call_id, actor, now)


def fill_places(
    session: Session, call_id: uuid.UUID, actor: Actor, now: datetime
) -> RoutingRun | None:
    """Propose people for empty places without moving anybody; None where nobody can take one."""
    try:
        return _propose(session, call_id, actor, now, moves_nobody=True)
    except (NoFeasibleAssignment, RulesNotKept):
        return None


def _propose(
    session: Session, call_id: uuid.UUID, actor: Actor, now: datetime, *, moves_nobody: bool = False
) -> RoutingRun:
    started = time.perf_counter()
    prepared = _prepare(session, call_id, now, moves_nobody=moves_nobody)
    taken = time.perf_counter() - started
    found, problem = prepared.found, prepared.problem
    for pair in found.removed:
        evaluation = session.scalar(
            sa.select(Evaluation).where(
                Evaluation.application_id == uuid.UUID(pair[0]),
                Evaluation.evaluator_id == uuid.UUID(pair[1]),
            )
        )
        if evaluation is not None and evaluation.state in MOVABLE:
            advance(session, evaluation, EvaluationStep.REMOVE, actor, now)
    for pair in found.added:
        add_pair(session, pair, prepared.inputs.affinities[pair], now)
    value = int(problem.affinities(found.keys).sum())
    routing = Routing(problem, Objective.TOTAL, found.keys, Status.OPTIMAL, Bounds(value))
    run = make_run(session, call_id, "reroute", routing, now)
    run.objective, run.changes = FEWEST_CHANGES, len(found.added)
    run.value_millionths = run.bound_millionths = value
    run.milliseconds = round(taken * 1000)
    keep_run(session, run, actor, now, "call.propose_reroute")
    keep_panel_figures(session, (uuid.UUID(application) for application, _ in found.added))
    return run


def _prepare(
    session: Session, call_id: uuid.UUID, now: datetime, *, moves_nobody: bool = False
) -> _Prepared:
    inputs = load_inputs(session, call_id, now)
    there = _active(session, call_id)
    rules = make_rules(inputs)
    settled = load_settled(session, call_id)
    if rules or moves_nobody:
        # Every pair that is there stays, so the rules decide on the empty places alone.
        stay = Settled(settled.forbidden, settled.locked | frozenset(there), settled.submitted)
        problem = make_problem(inputs, stay)
        keys = solve(problem, Objective.TOTAL.value, rules).routing.keys
        before = _keys(problem, there)
        new = tuple(problem.pair(key) for key in keys[~is_in(keys, before)].tolist())
        return _Prepared(inputs, problem, Rerouted(keys, new, ()))
    wished = load_wishes(session, call_id).locked
    fixed = frozenset(p for p in settled.locked if p not in there or not there[p] or p in wished)
    problem = make_problem(inputs, Settled(settled.forbidden, fixed, settled.submitted))
    return _Prepared(inputs, problem, reroute(problem, _keys(problem, there)))


def _keys(problem: Problem, pairs: Iterable[Pair]) -> Ints:
    keys = (find_key(problem, pair) for pair in pairs)
    return whole(sorted(key for key in keys if key is not None))


def _active(session: Session, call_id: uuid.UUID) -> dict[Pair, bool]:
    """Return the pairs that are there, and whether each may be moved."""
    rows = session.execute(
        sa.select(
            Evaluation.application_id,
            Evaluation.evaluator_id,
            Evaluation.state,
            sa.or_(Evaluation.is_locked_choice, Evaluation.is_third),
        )
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
            Application.state.in_(ROUTED_STATES),
        )
    )
    return {(str(a), str(e)): state in MOVABLE and not stays for a, e, state, stays in rows}
