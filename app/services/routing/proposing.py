"""A proposal for a whole call in two steps: found by reading only, then written at once or not at all.

What is found is plain data, so a process of its own can find it and hand it over.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import DomainError
from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, EvaluationState, EvaluationStep
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Evaluation, PoolMember, RoutingRun
from app.services.record.panels import keep_panel_figures
from app.services.record.transitions import advance
from app.services.routing.drawing import choose_seed, draw_assignment, write_draw
from app.services.routing.reasons import write_reasons
from app.services.routing.routing_inputs import (
    ROUTED_STATES,
    Inputs,
    load_barred,
    load_wishes,
    make_problem,
    make_rules,
)
from app.services.routing.runs import MILLION, keep_run, make_run, next_number
from app.services.routing.solving import Solved, solve
from scoring.routing.problem import Pair, Problem, Settled

RUN_COLUMNS = tuple(
    each.name
    for each in RoutingRun.__table__.columns
    if each.name not in {"id", "call_id", "number", "created_at", "created_by"}
)


class GroundChanged(DomainError):
    """Pairs, wishes, conflicts or the pool changed while the best assignment was looked for."""

    code = "ground_changed"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that is found and not stored yet, as plain data.

    ``new`` are its new pairs: application, evaluator, affinity in millionths and why. ``ground`` names
    the pairs, wishes and conflicts that it rests on; ``run`` holds the columns of its run.
    """

    ground: str
    new: Sequence[tuple[str, str, int, Mapping[str, Any]]]
    run: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the proposal as it travels between processes."""
        return {"ground": self.ground, "new": self.new, "run": self.run}


def find_proposal(session: Session, call_id: uuid.UUID, inputs: Inputs, now: datetime) -> Proposed:
    """Return the best assignment of a call; reads only.

    Raises:
        NoFeasibleAssignment, RulesNotKept, LockNotAllowed, CapTooLow: if there is none.
    """
    started = time.perf_counter()
    ground = read_ground(session, call_id)
    problem = make_problem(inputs, load_settled(session, call_id))
    seed = choose_seed(session, call_id) if inputs.settings.draw else b""
    solved = _solve(problem, inputs, seed)
    taken = time.perf_counter() - started
    chosen = {(each.proposal, each.evaluator) for each in solved.routing.pairs()}
    told = inputs.affinities.tell(sorted(chosen - _list_present(session, call_id)))
    new = [(*pair, int(fit.score * MILLION), fit.to_json()) for pair, fit in told]
    run = make_run(session, call_id, "proposal", solved.routing, now)
    run.objective, run.milliseconds, run.changes = (
        inputs.settings.objective,
        round(taken * 1000),
        len(new),
    )
    run.value_millionths, run.bound_millionths = solved.value, solved.bound
    run.rules = [each.model_dump(mode="json") for each in inputs.settings.rules]
    run.breaches = [[each.rule, each.proposal, each.group, each.places] for each in solved.breaches]
    run.reasons = write_reasons(solved, inputs)
    run.draw = write_draw(solved.lots, seed) if solved.lots else {}
    return Proposed(ground, new, {key: getattr(run, key) for key in RUN_COLUMNS})


def _solve(problem: Problem, inputs: Inputs, seed: bytes) -> Solved:
    """Return the best assignment, or one that is drawn where the call declares it."""
    settings = inputs.settings
    if settings.draw:
        return draw_assignment(problem, Fraction(settings.draw.cap), seed)
    return solve(problem, settings.objective, make_rules(inputs))


def keep_proposal(
    session: Session, call_id: uuid.UUID, found: Proposed, actor: Actor, now: datetime
) -> RoutingRun:
    """Write a proposal: new pairs, pairs that are taken back, and the run with its proof.

    Raises:
        GroundChanged: if it was found on other pairs, wishes or conflicts than there are now.
    """
    if read_ground(session, call_id) != found.ground:
        raise GroundChanged(call=str(call_id))
    _replace_proposals(session, call_id, found, actor, now)
    number = next_number(session, call_id)
    run = RoutingRun(call_id=call_id, number=number, created_at=now, **found.run)
    keep_run(session, run, actor, now, "call.propose_assignment")
    keep_panel_figures(session, (uuid.UUID(application) for application, *_rest in found.new))
    return run


def _replace_proposals(
    session: Session, call_id: uuid.UUID, found: Proposed, actor: Actor, now: datetime
) -> None:
    """Write what is new and take back what is gone."""
    new = {(application, evaluator) for application, evaluator, _score, _why in found.new}
    chosen = _read_chosen(found)
    rows = session.scalars(sa.select(Evaluation).where(Evaluation.call_id == call_id)).all()
    for each in rows:
        pair = (str(each.application_id), str(each.evaluator_id))
        is_free = each.state is EvaluationState.PROPOSED and not each.is_locked_choice
        if is_free and pair not in chosen:
            advance(session, each, EvaluationStep.REMOVE, actor, now)
        elif pair in new:
            session.delete(each)
    session.flush()
    for application, evaluator, score, why in found.new:
        session.add(
            Evaluation(
                call_id=call_id,
                application_id=uuid.UUID(application),
                evaluator_id=uuid.UUID(evaluator),
                state=EvaluationState.PROPOSED,
                is_third=False,
                is_locked_choice=False,
                affinity_millionths=score,
                explanation={**why, "by_hand": False},
                proposed_at=now,
            )
        )
    session.flush()


def _read_chosen(found: Proposed) -> set[Pair]:
    """Return the chosen pairs of a run, read from its instance as it is kept."""
    instance = found.run["instance"]
    proposals, evaluators = instance["proposals"], instance["evaluators"]
    places = [divmod(key, max(1, len(evaluators))) for key in found.run["chosen"]]
    return {(proposals[row], evaluators[column]) for row, column in places}


def _list_present(session: Session, call_id: uuid.UUID) -> set[Pair]:
    """Return the pairs of a call that nobody has taken back."""
    rows = session.execute(
        sa.select(Evaluation.application_id, Evaluation.evaluator_id).where(
            Evaluation.call_id == call_id, Evaluation.state != EvaluationState.REMOVED
        )
    )
    return {(str(application), str(evaluator)) for application, evaluator in rows}


def read_ground(session: Session, call_id: uuid.UUID) -> str:
    """Return a hash of all that makes a pair possible or settled: what a proposal must not be older than."""
    wishes = load_wishes(session, call_id)
    pairs = session.execute(
        sa.select(
            Evaluation.application_id,
            Evaluation.evaluator_id,
            Evaluation.state,
            Evaluation.is_locked_choice,
        ).where(Evaluation.call_id == call_id)
    )
    routed = session.execute(
        sa.select(Application.id, Application.state, Application.call_version_id).where(
            Application.call_id == call_id, Application.state.in_(ROUTED_STATES)
        )
    )
    people = session.execute(
        sa.select(PoolMember.evaluator_id, PoolMember.capacity).where(PoolMember.call_id == call_id)
    )
    barred = load_barred(session, call_id, wishes)
    parts = [
        sorted([*pair, why] for pair, why in barred.items()),
        sorted(wishes.locked),
        *(sorted([str(cell) for cell in row] for row in rows) for rows in (pairs, routed, people)),
    ]
    return sha256_text(canonical_json({"parts": parts}))


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
