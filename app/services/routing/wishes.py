"""Locks and forbids: what an officer says of one pair, with the reason; later runs keep it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import (
    ConflictOfInterest,
    InvalidInput,
    NotFound,
    Problem,
    StepNotAllowed,
)
from app.domain.lifecycle import EvaluationState, EvaluationStep
from app.models import Application, Evaluation, EvaluatorProfile, PoolMember, RoutingWish
from app.queries.content import get_application
from app.queries.screening import Scope
from app.services.call.calls import get_definition
from app.services.evaluation.conflicts import detect_conflicts, find_disqualification
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe, require_step
from app.services.routing.routing_inputs import OVER, ROUTED_STATES

LOCK, FORBID = "lock", "forbid"


@dataclass(frozen=True, slots=True)
class WishedPair:
    """An application and a person."""

    application_id: uuid.UUID
    evaluator_id: uuid.UUID


def lock_pair(
    session: Session, pair: WishedPair, reason: str, actor: Actor, now: datetime
) -> RoutingWish:
    """Demand that a person evaluates an application; every later run keeps it.

    Raises:
        ConflictOfInterest: if the person is disqualified in the application.
        StepNotAllowed: if the person has declined, or the application is not routed any more.
        InvalidInput: without a reason, or if the person does not read the language.
    """
    application, profile = _load(session, pair)
    detect_conflicts(session, Scope(application.call_id, application.id), now)
    conflict = find_disqualification(session, application.id, profile.user_id)
    if conflict is not None:
        raise ConflictOfInterest(ground=conflict.ground, detail=conflict.detail)
    definition = get_definition(session, application.call_version_id)
    if definition.routing.reads_language and application.language not in profile.languages:
        raise InvalidInput([Problem("language_not_read", field="evaluator")])
    evaluation = find_evaluation(session, pair)
    if evaluation is not None and evaluation.state in OVER:
        state = evaluation.state.value
        raise StepNotAllowed(subject="evaluation", state=state, step="lock_pair")
    return _wish(session, application, profile, LOCK, reason, actor, now)


def forbid_pair(
    session: Session, pair: WishedPair, reason: str, actor: Actor, now: datetime
) -> RoutingWish:
    """Demand that a person does not evaluate an application; a proposal of it is taken back.

    Raises:
        StepNotAllowed: if the evaluation is released already; take it off first.
        InvalidInput: without a reason.
    """
    application, profile = _load(session, pair)
    evaluation = find_evaluation(session, pair)
    is_there = evaluation is not None and evaluation.state not in (*OVER, EvaluationState.REMOVED)
    if evaluation is not None and is_there:
        if evaluation.state is not EvaluationState.PROPOSED:
            state = evaluation.state.value
            raise StepNotAllowed(subject="evaluation", state=state, step="forbid_pair")
        require_step(evaluation, EvaluationStep.REMOVE, actor)
    wish = _wish(session, application, profile, FORBID, reason, actor, now)
    if evaluation is not None and is_there:
        advance(session, evaluation, EvaluationStep.REMOVE, actor, now)
    return wish


def drop_wish(session: Session, pair: WishedPair, actor: Actor, now: datetime) -> None:
    """Leave a pair to the routing again.

    Raises:
        NotFound: if nothing was wished of the pair.
    """
    wish = find_wish(session, pair)
    if wish is None:
        raise NotFound(application=str(pair.application_id), evaluator=str(pair.evaluator_id))
    application, profile = _load(session, pair)
    session.delete(wish)
    session.flush()
    action = "application.unlock_pair" if wish.kind == LOCK else "application.allow_pair"
    act = Act(action, describe(application), {"evaluator": profile.code})
    append_event(session, act, actor, now)


def find_wish(session: Session, pair: WishedPair) -> RoutingWish | None:
    """Return what is wished of a pair."""
    return session.scalar(
        sa.select(RoutingWish).where(
            RoutingWish.application_id == pair.application_id,
            RoutingWish.evaluator_id == pair.evaluator_id,
        )
    )


def find_evaluation(session: Session, pair: WishedPair) -> Evaluation | None:
    """Return the evaluation of a pair, in whatever state it is."""
    return session.scalar(
        sa.select(Evaluation).where(
            Evaluation.application_id == pair.application_id,
            Evaluation.evaluator_id == pair.evaluator_id,
        )
    )


def _load(session: Session, pair: WishedPair) -> tuple[Application, EvaluatorProfile]:
    application = get_application(session, pair.application_id)
    member = session.get(PoolMember, (application.call_id, pair.evaluator_id))
    if member is None:
        raise NotFound(evaluator=str(pair.evaluator_id))
    return application, session.get_one(EvaluatorProfile, pair.evaluator_id)


def _wish(
    session: Session,
    application: Application,
    profile: EvaluatorProfile,
    kind: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> RoutingWish:
    if not reason.strip():
        raise InvalidInput([Problem("reason_required", field="reason")])
    if application.state not in ROUTED_STATES:
        step = f"{kind}_pair"
        raise StepNotAllowed(subject="application", state=application.state.value, step=step)
    wish = find_wish(session, WishedPair(application.id, profile.user_id))
    if wish is None:
        wish = RoutingWish(
            call_id=application.call_id,
            application_id=application.id,
            evaluator_id=profile.user_id,
        )
        session.add(wish)
    wish.kind, wish.reason = kind, reason.strip()
    wish.made_at, wish.made_by = now, actor.user_id
    session.flush()
    data = {"evaluator": profile.code, "reason": wish.reason}
    append_event(session, Act(f"application.{kind}_pair", describe(application), data), actor, now)
    return wish
