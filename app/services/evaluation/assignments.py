"""Assignment: who evaluates what. The proposal is a draft until an officer releases it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.content import Content
from app.domain.errors import ConflictOfInterest, NotFound, StepNotAllowed
from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    ApplicationState,
    ApplicationStep,
    CallState,
    EvaluationState,
    EvaluationStep,
)
from app.models import (
    Application,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    User,
)
from app.queries.content import get_application, load_submitted_content
from app.services.call.calls import get_call, get_definition, start_evaluation
from app.services.evaluation.evaluators import detect_conflicts, find_disqualification
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from scoring.routing.affinity import Affinity, expertise, measure_affinity
from scoring.routing.problem import Evaluator, Problem, Proposal, Settled, build_problem
from scoring.routing.routing import route

MILLION = 1_000_000
ROUTED_STATES = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)
"""Applications that a proposal reckons with; the work on all others is over."""
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class _Pool:
    """The evaluators of a call and what each of them takes."""

    profiles: Mapping[str, EvaluatorProfile]
    capacities: Mapping[str, int]


def propose_assignment(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Propose evaluators for all eligible applications of a call; return the number of new pairs.

    Earlier proposals that an officer has not chosen by hand are replaced; what was chosen, released
    or is at work stays.

    Raises:
        NoFeasibleAssignment: if the pool is too small; it says how many places for which applications.
        LockNotAllowed: if a pair that stays is in a language the evaluator does not read.
    """
    applications = _eligible(session, call_id)
    contents = {each.id: load_submitted_content(session, each.id) for each in applications}
    for application in applications:
        detect_conflicts(session, application, contents[application.id], now)
    pool = _load_pool(session, call_id)
    _drop_proposals(session, call_id, actor, now)
    kept = _active_pairs(session, call_id)
    affinities = _affinities(contents, pool)
    per_application = _panel_size(session, applications)
    forbidden = _forbidden(session, call_id)
    settled = Settled({pair: code for pair, code in forbidden.items() if pair not in kept}, kept)
    result = route(_problem(applications, pool, affinities, per_application, settled))
    new = [pair for pair in result.pairs() if not pair.locked]
    for pair in new:
        affinity = affinities[pair.proposal, pair.evaluator]
        chosen = _Choice(uuid.UUID(pair.evaluator), affinity)
        _write_proposal(session, get_application(session, uuid.UUID(pair.proposal)), chosen, now)
    data: dict[str, Any] = {
        "pairs": len(new),
        "total": str(result.total),
        "method": result.objective.value,
    }
    if applications:
        act = Act("call.propose_assignment", describe(applications[0].call), data)
        append_event(session, act, actor, now)
    return len(new)


def _eligible(session: Session, call_id: uuid.UUID) -> Sequence[Application]:
    return session.scalars(
        sa.select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(ROUTED_STATES),
        )
        .order_by(Application.record_number)
    ).all()


def _load_pool(session: Session, call_id: uuid.UUID) -> _Pool:
    rows = session.execute(
        sa.select(EvaluatorProfile, PoolMember.capacity)
        .join(PoolMember, PoolMember.evaluator_id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == call_id)
        .order_by(EvaluatorProfile.code)
    ).all()
    return _Pool(
        profiles={str(profile.user_id): profile for profile, _capacity in rows},
        capacities={str(profile.user_id): capacity for profile, capacity in rows},
    )


def _drop_proposals(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    proposals = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.call_id == call_id,
            Evaluation.state == EvaluationState.PROPOSED,
            Evaluation.is_locked_choice.is_(False),
        )
    )
    for evaluation in proposals:
        advance(session, evaluation, EvaluationStep.REMOVE, actor, now)


def _active_pairs(session: Session, call_id: uuid.UUID) -> frozenset[tuple[str, str]]:
    rows = session.execute(
        sa.select(Evaluation.application_id, Evaluation.evaluator_id)
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
            Application.state.in_(ROUTED_STATES),
        )
    )
    return frozenset((str(application), str(evaluator)) for application, evaluator in rows)


def _problem(
    applications: Sequence[Application],
    pool: _Pool,
    affinities: Mapping[tuple[str, str], Affinity],
    per_application: int,
    settled: Settled,
) -> Problem:
    """Return the routing problem; a language that is not read forbids a pair."""
    unread = {
        (str(application.id), key): LANGUAGE
        for application in applications
        for key, profile in pool.profiles.items()
        if application.language not in profile.languages
    }
    return build_problem(
        [Proposal(str(each.id), per_application) for each in applications],
        [Evaluator(key, pool.capacities[key]) for key in pool.profiles],
        {pair: affinity.score for pair, affinity in affinities.items()},
        replace(settled, forbidden={**unread, **settled.forbidden}),
    )


def _forbidden(session: Session, call_id: uuid.UUID) -> dict[tuple[str, str], str]:
    """Return pairs with a conflict, and pairs that were declined or set aside, with the reason."""
    conflicts = session.execute(
        sa.select(
            Disqualification.application_id, Disqualification.evaluator_id, Disqualification.ground
        )
        .join(Application, Application.id == Disqualification.application_id)
        .where(Application.call_id == call_id)
    )
    over = session.execute(
        sa.select(Evaluation.application_id, Evaluation.evaluator_id, Evaluation.state).where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_((EvaluationState.DECLINED, EvaluationState.SET_ASIDE)),
        )
    )
    return {(str(a), str(e)): str(reason) for a, e, reason in (*over, *conflicts)}


def _affinities(
    contents: Mapping[uuid.UUID, Content], pool: _Pool
) -> dict[tuple[str, str], Affinity]:
    known = {
        key: expertise(profile.keywords, profile.ford) for key, profile in pool.profiles.items()
    }
    return {
        (str(application_id), key): measure_affinity(
            expertise(content.answer("keywords") or (), content.answer("ford") or ()), known[key]
        )
        for application_id, content in contents.items()
        for key in known
    }


def _panel_size(session: Session, applications: Sequence[Application]) -> int:
    if not applications:
        return 0
    definition = get_definition(session, applications[0].call_version_id)
    return definition.rubric.evaluation.evaluators_per_application


@dataclass(frozen=True, slots=True)
class _Choice:
    """A chosen evaluator with the affinity that explains the choice."""

    evaluator_id: uuid.UUID
    affinity: Affinity
    by_hand: bool = False
    is_third: bool = False


def _write_proposal(
    session: Session, application: Application, choice: _Choice, now: datetime
) -> Evaluation:
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
    evaluation = Evaluation(
        call_id=application.call_id,
        application_id=application.id,
        evaluator_id=choice.evaluator_id,
        state=EvaluationState.PROPOSED,
        is_third=choice.is_third,
        is_locked_choice=choice.by_hand,
        affinity_millionths=int(choice.affinity.score * MILLION),
        explanation={
            "keywords": list(choice.affinity.keywords),
            "ford": list(choice.affinity.ford),
            "by_hand": choice.by_hand,
        },
        proposed_at=now,
    )
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
    """
    application = get_application(session, application_id)
    content = load_submitted_content(session, application_id)
    detect_conflicts(session, application, content, now)
    if session.get(PoolMember, (application.call_id, evaluator_id)) is None:
        raise NotFound(evaluator=str(evaluator_id))
    conflict = find_disqualification(session, application_id, evaluator_id)
    if conflict is not None:
        raise ConflictOfInterest(ground=conflict.ground, detail=conflict.detail)
    profile = session.get_one(EvaluatorProfile, evaluator_id)
    affinity = measure_affinity(
        expertise(content.answer("keywords") or (), content.answer("ford") or ()),
        expertise(profile.keywords, profile.ford),
    )
    choice = _Choice(evaluator_id, affinity, by_hand=True, is_third=is_third)
    evaluation = _write_proposal(session, application, choice, now)
    data = {"evaluator": profile.code, "third": is_third}
    append_event(session, Act("evaluation.choose", describe(evaluation), data), actor, now)
    return evaluation


def remove_evaluation(
    session: Session, evaluation_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Take back a proposal or an assignment on which nothing has been written."""
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFound(evaluation=str(evaluation_id))
    advance(session, evaluation, EvaluationStep.REMOVE, actor, now)


def release_assignments(
    session: Session, call_id: uuid.UUID, due_at: datetime, actor: Actor, now: datetime
) -> list[Evaluation]:
    """Release all proposals of a call to the evaluators, with a due date; the first starts its evaluation."""
    proposals = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.call_id == call_id, Evaluation.state == EvaluationState.PROPOSED
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


def affinity_of(evaluation: Evaluation) -> Fraction:
    """Return the affinity of a pair in [0, 1]."""
    return Fraction(evaluation.affinity_millionths, MILLION)
