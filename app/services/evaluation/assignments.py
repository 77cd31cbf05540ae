"""Assignment: who evaluates what. The proposal is a draft until an officer releases it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import ConflictOfInterest, InvalidInput, NotFound, Problem, StepNotAllowed
from app.domain.lifecycle import (
    ApplicationState,
    ApplicationStep,
    CallState,
    EvaluationState,
    EvaluationStep,
)
from app.models import (
    Application,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    RoutingWish,
    User,
)
from app.queries.affinities import Fit, load_affinities
from app.queries.conflicts import list_closed_matters
from app.queries.content import get_application, load_submitted_content
from app.queries.rows import get_row
from app.queries.screening import Scope
from app.services.call.calls import get_call, get_definition, start_evaluation
from app.services.evaluation.conflicts import detect_conflicts, find_disqualification
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.panels import keep_panel_figures
from app.services.record.transitions import advance, describe

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen evaluator with the affinity that explains the choice."""

    evaluator_id: uuid.UUID
    fit: Fit
    by_hand: bool = False
    is_third: bool = False


def make_proposal(application: Application, choice: Choice, now: datetime) -> Evaluation:
    """Return the row of a proposal with what explains it."""
    return Evaluation(
        call_id=application.call_id,
        application_id=application.id,
        evaluator_id=choice.evaluator_id,
        state=EvaluationState.PROPOSED,
        is_third=choice.is_third,
        is_locked_choice=choice.by_hand,
        affinity_millionths=int(choice.fit.score * MILLION),
        explanation={**choice.fit.to_json(), "by_hand": choice.by_hand},
        proposed_at=now,
    )


def write_proposal(
    session: Session, application: Application, choice: Choice, now: datetime
) -> Evaluation:
    """Write a pair as a proposal; a pair that was taken back begins anew. The caller counts the panel.

    Raises:
        StepNotAllowed: if the person has the application, or has had it and declined.
    """
    evaluation = session.scalar(
        sa.select(Evaluation).where(
            Evaluation.application_id == application.id,
            Evaluation.evaluator_id == choice.evaluator_id,
        )
    )
    if evaluation is not None and evaluation.state is EvaluationState.REMOVED:
        session.delete(evaluation)
        session.flush()
    elif evaluation is not None:
        raise StepNotAllowed(subject="evaluation", state=evaluation.state.value, step="propose")
    evaluation = make_proposal(application, choice, now)
    session.add(evaluation)
    session.flush()
    return evaluation


def assign_evaluator(
    session: Session,
    application_id: uuid.UUID,
    evaluator_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    *,
    is_third: bool = False,
) -> Evaluation:
    """Choose an evaluator by hand.

    Raises:
        ConflictOfInterest: if the person is disqualified in the application.
        NotFound: if the person is not in the pool of the call.
        InvalidInput: if an officer has forbidden the pair.
    """
    application = get_application(session, application_id)
    content = load_submitted_content(session, application_id)
    scope = Scope(application.call_id, application_id)
    detect_conflicts(session, scope, now, {application_id: content})
    if session.get(PoolMember, (application.call_id, evaluator_id)) is None:
        raise NotFound(evaluator=str(evaluator_id))
    conflict = find_disqualification(session, application_id, evaluator_id)
    if conflict is not None:
        raise ConflictOfInterest(ground=conflict.ground, detail=conflict.detail)
    if _is_forbidden(session, application_id, evaluator_id):
        raise InvalidInput([Problem("pair_forbidden", field="evaluator")])
    profile = session.get_one(EvaluatorProfile, evaluator_id)
    definition = get_definition(session, application.call_version_id)
    affinities = load_affinities(session, application, definition)
    fit = affinities[str(application_id), str(evaluator_id)]
    choice = Choice(evaluator_id, fit, by_hand=True, is_third=is_third)
    evaluation = write_proposal(session, application, choice, now)
    data = {"evaluator": profile.code, "third": is_third}
    append_event(session, Act("evaluation.choose", describe(evaluation), data), actor, now)
    keep_panel_figures(session, [application_id])
    return evaluation


def _is_forbidden(session: Session, application_id: uuid.UUID, evaluator_id: uuid.UUID) -> bool:
    wish = sa.exists().where(
        RoutingWish.application_id == application_id,
        RoutingWish.evaluator_id == evaluator_id,
        RoutingWish.kind == "forbid",
    )
    return bool(session.scalar(sa.select(wish)))


def remove_evaluation(
    session: Session, evaluation_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Take back a proposal or an assignment on which nothing has been written."""
    evaluation = get_row(session, Evaluation, "evaluation", evaluation_id)
    advance(session, evaluation, EvaluationStep.REMOVE, actor, now)


def release_assignments(
    session: Session, call_id: uuid.UUID, due_at: datetime, actor: Actor, now: datetime
) -> list[Evaluation]:
    """Release the proposals of a call to the evaluators, with a due date; the first starts its evaluation.

    Those of matters that are closed to the officer wait for another officer.
    """
    proposals = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.call_id == call_id,
            Evaluation.state == EvaluationState.PROPOSED,
            Evaluation.application_id.not_in(list_closed_matters(session, actor.user_id)),
        )
    ).all()
    for evaluation in proposals:
        evaluation.released_at, evaluation.due_at = now, due_at
        advance(session, evaluation, EvaluationStep.RELEASE, actor, now)
        application = get_application(session, evaluation.application_id)
        if application.state is ApplicationState.ELIGIBLE:
            advance(session, application, ApplicationStep.START_EVALUATION, actor, now)
    call = get_call(session, call_id)
    if proposals and call.state in {CallState.OPEN, CallState.CLOSED} and call.closes_at < now:
        start_evaluation(session, call_id, actor, now)
    _invite(session, call_id, {each.evaluator_id for each in proposals}, due_at, now)
    return list(proposals)


def _invite(
    session: Session,
    call_id: uuid.UUID,
    evaluator_ids: set[uuid.UUID],
    due_at: datetime,
    now: datetime,
) -> None:
    """Tell each evaluator of a release once, however many applications it brings."""
    users = session.scalars(sa.select(User).where(User.id.in_(evaluator_ids))).all()
    words = notices.about_call(get_call(session, call_id))
    event = f"{call_id}:{now.isoformat()}"
    notices.notify(session, "evaluation_assigned", users, event, now, due=due_at, **words)
