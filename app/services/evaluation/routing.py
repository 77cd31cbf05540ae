"""Runs of the routing: the best assignment under the rules of the call, kept with its proof."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.domain.actors import Actor
from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, EvaluationState, EvaluationStep
from app.models import Application, Evaluation, RoutingRun
from app.queries.content import get_application
from app.services.call.calls import get_call
from app.services.evaluation.assignments import Choice, make_proposal, write_proposal
from app.services.evaluation.evaluators import detect_conflicts
from app.services.evaluation.routing_inputs import (
    ROUTED_STATES,
    Inputs,
    find_more_conflicts,
    load_barred,
    load_inputs,
    load_wishes,
    make_problem,
    make_rules,
)
from app.services.evaluation.solving import Solved, Weighing, solve
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from scoring.routing.affinity.expertise import Affinity
from scoring.routing.explanation import Explanation, WhatIf, explain_pairs
from scoring.routing.instance import read_instance, with_wishes, write_certificate, write_instance
from scoring.routing.problem import Pair, Problem, Settled
from scoring.routing.result import Routing

MILLION = 1_000_000
EXACT_PAIRS = 60
"""Up to so many new pairs each reason gets the exact loss of its best alternative at once."""


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
    """
    inputs = load_inputs(session, call_id, now)
    for application in inputs.applications:
        detect_conflicts(session, application, inputs.contents[application.id], now)
    started = time.perf_counter()
    solved = solve(
        make_problem(inputs, load_settled(session, call_id)),
        inputs.settings.objective,
        make_rules(inputs),
    )
    taken = time.perf_counter() - started
    changes = _replace_proposals(session, call_id, solved.routing, inputs, actor, now)
    run = make_run(session, call_id, "proposal", solved.routing, now)
    run.objective, run.milliseconds, run.changes = (
        inputs.settings.objective,
        round(taken * 1000),
        changes,
    )
    run.value_millionths, run.bound_millionths = solved.value, solved.bound
    run.rules = [each.model_dump(mode="json") for each in inputs.settings.rules]
    run.breaches = [[each.rule, each.proposal, each.group, each.places] for each in solved.breaches]
    run.reasons = write_reasons(solved, inputs)
    keep_run(session, run, actor, now, "call.propose_assignment")
    return run


def load_settled(session: Session, call_id: uuid.UUID) -> Settled:
    """Return what is not up to the solver: all that is barred, locked, chosen by hand or released."""
    wishes = load_wishes(session, call_id)
    barred = load_barred(session, call_id, wishes)
    rows = session.execute(
        sa.select(Evaluation.application_id, Evaluation.evaluator_id, Evaluation.submitted_at)
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
            Application.state.in_(ROUTED_STATES),
            sa.or_(Evaluation.state != EvaluationState.PROPOSED, Evaluation.is_locked_choice),
        )
    ).all()
    there = {(str(a), str(e)) for a, e, _done in rows}
    submitted = frozenset((str(a), str(e)) for a, e, done in rows if done is not None)
    locked = there | {pair for pair in wishes.locked if pair not in barred}
    forbidden = {pair: why for pair, why in barred.items() if pair not in there}
    return Settled(forbidden, frozenset(locked), submitted)


def _replace_proposals(
    session: Session,
    call_id: uuid.UUID,
    found: Routing,
    inputs: Inputs,
    actor: Actor,
    now: datetime,
) -> int:
    """Write what is new and take back what is gone; return the number of new pairs."""
    chosen = {(each.proposal, each.evaluator) for each in found.pairs()}
    rows = session.scalars(sa.select(Evaluation).where(Evaluation.call_id == call_id)).all()
    known = {(str(each.application_id), str(each.evaluator_id)): each for each in rows}
    new = {
        pair for pair in chosen if pair not in known or known[pair].state is EvaluationState.REMOVED
    }
    for pair, evaluation in known.items():
        is_free = evaluation.state is EvaluationState.PROPOSED and not evaluation.is_locked_choice
        if is_free and pair not in chosen:
            advance(session, evaluation, EvaluationStep.REMOVE, actor, now)
        elif pair in new:
            session.delete(evaluation)
    session.flush()
    applications = {str(each.id): each for each in inputs.applications}
    for application, person in sorted(new):
        choice = Choice(uuid.UUID(person), inputs.affinities[application, person])
        session.add(make_proposal(applications[application], choice, now))
    session.flush()
    return len(new)


def add_pair(session: Session, pair: Pair, affinity: Affinity, now: datetime) -> None:
    """Write one pair of a run as a proposal."""
    application = get_application(session, uuid.UUID(pair[0]))
    write_proposal(session, application, Choice(uuid.UUID(pair[1]), affinity), now)


def make_run(
    session: Session, call_id: uuid.UUID, kind: str, found: Routing, now: datetime
) -> RoutingRun:
    """Return a run with its instance and proof; the caller adds what it knows and keeps it."""
    last = session.scalar(
        sa.select(sa.func.max(RoutingRun.number)).where(RoutingRun.call_id == call_id)
    )
    return RoutingRun(
        call_id=call_id,
        number=(last or 0) + 1,
        kind=kind,
        status=found.status.value,
        minimum_millionths=int(found.minimum * MILLION),
        pairs=len(found.keys),
        changes=0,
        milliseconds=0,
        instance_sha256=found.problem.fingerprint(),
        instance=write_instance(found.problem),
        chosen=found.keys.tolist(),
        certificate=write_certificate(found.certificate) if found.certificate else {},
        rules=[],
        breaches=[],
        reasons={},
        created_at=now,
    )


def keep_run(session: Session, run: RoutingRun, actor: Actor, now: datetime, action: str) -> None:
    """Store a run for good, with its event."""
    run.created_by = actor.user_id
    session.add(run)
    session.flush()
    data: dict[str, Any] = {
        "run": run.number,
        "pairs": run.changes,
        "total": str(Fraction(run.value_millionths, MILLION)),
        "method": run.objective,
        "status": run.status,
        "instance": run.instance_sha256,
    }
    act = Act(action, describe(get_call(session, run.call_id)), data)
    append_event(session, act, actor, now)


def write_reasons(solved: Solved, inputs: Inputs) -> dict[str, Any]:
    """Return why each pair was chosen: by application, then by evaluator."""
    loads = solved.routing.loads()
    explained = {(each.proposal, each.evaluator): each for each in explain_pairs(solved.routing)}
    weighing = Weighing(solved) if len(explained) <= EXACT_PAIRS else None
    reasons: dict[str, Any] = {}
    for pair in solved.routing.pairs():
        key = (pair.proposal, pair.evaluator)
        affinity = inputs.affinities[key]
        reason = {
            "affinity": str(pair.affinity),
            "keywords": list(affinity.keywords),
            "ford": list(affinity.ford),
            "load": loads[pair.evaluator],
            "settled": pair.locked,
        }
        if key in explained:
            reason |= _write_explanation(explained[key], weighing)
        reasons.setdefault(pair.proposal, {})[pair.evaluator] = reason
    return reasons


def _write_explanation(each: Explanation, weighing: Weighing | None) -> dict[str, Any]:
    reason: dict[str, Any] = {
        "rank": each.rank,
        "candidates": each.candidates,
        "price": str(each.price),
        "alternative": each.alternative,
    }
    if each.alternative is not None:
        reason["alternative_affinity"] = str(each.alternative_affinity)
    if weighing is not None and each.alternative is not None:
        answer = weighing.ask((each.proposal, each.alternative))
        reason["loss"] = None if answer is None else str(answer.loss)
    return reason


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What changes are compared with: the problem of the last run with all wishes since, solved."""

    run: RoutingRun
    problem: Problem
    weighing: Weighing

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
        NoFeasibleAssignment, RulesNotKept: if there is no assignment any more.
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
    rules = make_rules(load_inputs(session, call_id, now)) if run.rules else []
    return Base(run, problem, Weighing(solve(problem, run.objective, rules)))


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
    found = {} if more is None else find_more_conflicts(inputs, str(more))
    forbidden = {**found, **settled.forbidden}
    asked = make_problem(inputs, Settled(forbidden, settled.locked, settled.submitted), panel)
    solved = solve(asked, inputs.settings.objective, make_rules(inputs))
    routing = solved.routing
    return Outlook(routing.total, routing.minimum, len(routing.keys), routing.loads())
