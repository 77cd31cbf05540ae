"""Doubtful cases: an evaluator declares a doubt, an officer rules, and a later ruling may turn it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotPermitted, Problem, StepNotAllowed
from app.domain.lifecycle import ApplicationState, EvaluationState, EvaluationStep
from app.domain.times import local_date
from app.models import (
    Application,
    ConflictRuling,
    DeclaredDoubt,
    Evaluation,
    EvaluatorProfile,
    User,
)
from app.queries.conflicts import forget_closed_matters
from app.queries.content import get_application
from app.queries.rows import get_row
from app.queries.screening import Scope, find_conflicts
from app.services.call.calls import get_call_definition
from app.services.evaluation.conflicts import (
    ConflictInput,
    find_disqualification,
    record_conflict,
)
from app.services.evaluation.evaluations import get_own_evaluation
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from scoring.routing.screening.findings import Finding, Severity
from scoring.routing.screening.grounds import UnknownGround, parse_ground

EVALUATED_STATES = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)
"""While an application is in one of these, work that was set aside can be given back."""


@dataclass(frozen=True, slots=True)
class RulingInput:
    """Whether somebody is disqualified, on which ground, and why."""

    is_disqualified: bool
    ground: str
    reason: str


def list_findings(
    session: Session, application: Application, person_id: uuid.UUID, now: datetime
) -> list[Finding]:
    """Return everything that the facts show between a person and an application, warnings too."""
    if session.get(EvaluatorProfile, person_id) is None:
        return []
    definition = get_call_definition(session, application.call_id)
    scope = Scope(application.call_id, application.id, person_id)
    policy = definition.routing.conflicts.policy
    found = find_conflicts(session, scope, local_date(now), policy, frozenset(Severity))
    return [each for each in found if each.evaluator == str(person_id)]


def list_history(
    session: Session, application_id: uuid.UUID, person_id: uuid.UUID
) -> Sequence[ConflictRuling]:
    """Return the rulings on a person and an application, the newest first."""
    return session.scalars(
        sa.select(ConflictRuling)
        .where(
            ConflictRuling.application_id == application_id, ConflictRuling.person_id == person_id
        )
        .order_by(ConflictRuling.number.desc())
    ).all()


def rule_conflict(
    session: Session,
    application_id: uuid.UUID,
    person_id: uuid.UUID,
    given: RulingInput,
    actor: Actor,
    now: datetime,
) -> ConflictRuling:
    """Decide whether a person is disqualified in a matter (434/2003, 29 §). A later ruling replaces it.

    Disqualified: the matter closes to the person and the work is set aside. Not disqualified: the
    matter opens again, and work that was set aside is proposed anew with what has been written.

    Raises:
        InvalidInput: without a reason, or without a ground where one is needed.
        NotPermitted: if somebody would declare themselves impartial.
        NotFound: if there is no such person or application.
    """
    application = get_application(session, application_id)
    get_row(session, User, "person", person_id)
    ground = _read_ground(given)
    if actor.user_id == person_id and not given.is_disqualified:
        raise NotPermitted(person=str(person_id))
    history = list_history(session, application_id, person_id)
    row = ConflictRuling(
        application_id=application_id,
        person_id=person_id,
        number=history[0].number + 1 if history else 1,
        is_disqualified=given.is_disqualified,
        ground=ground,
        reason=given.reason.strip(),
        findings=[
            each.to_json()
            for each in list_findings(session, application, person_id, now)
            if each.severity is not Severity.WARN
        ],
        ruled_at=now,
        ruled_by=actor.user_id,
    )
    session.add(row)
    _record_ruling(session, application, row, actor, now)
    if row.is_disqualified:
        _close(session, row, actor, now)
    else:
        _open(session, application, row, actor, now)
    return row


def _read_ground(given: RulingInput) -> str:
    problems = []
    ground = ""
    if not given.reason.strip():
        problems.append(Problem("reason_required", field="reason"))
    if given.is_disqualified:
        try:
            ground = parse_ground(given.ground).citation
        except UnknownGround:
            problems.append(Problem("ground_required", field="ground"))
    if problems:
        raise InvalidInput(problems)
    return ground


def _record_ruling(
    session: Session, application: Application, row: ConflictRuling, actor: Actor, now: datetime
) -> None:
    data: dict[str, Any] = {"evaluator": str(row.person_id), "reason": row.reason}
    data |= {"ground": row.ground} if row.is_disqualified else {"independent": True}
    act = Act("application.rule_conflict", describe(application), data)
    append_event(session, act, actor, now)


def _close(session: Session, row: ConflictRuling, actor: Actor, now: datetime) -> None:
    conflict = ConflictInput(row.ground, "officer", row.reason)
    recorded = record_conflict(session, row.application_id, row.person_id, conflict, actor, now)
    recorded.ground, recorded.source, recorded.detail = row.ground, "officer", row.reason


def _open(
    session: Session, application: Application, row: ConflictRuling, actor: Actor, now: datetime
) -> None:
    conflict = find_disqualification(session, row.application_id, row.person_id)
    if conflict is not None:
        session.delete(conflict)
        session.flush()
        forget_closed_matters(session)
    evaluation = session.scalar(
        sa.select(Evaluation).where(
            Evaluation.application_id == row.application_id,
            Evaluation.evaluator_id == row.person_id,
            Evaluation.state == EvaluationState.SET_ASIDE,
        )
    )
    if evaluation is not None and application.state in EVALUATED_STATES:
        evaluation.is_locked_choice = True
        evaluation.declared_at = evaluation.submitted_at = None
        evaluation.total_hundredths = evaluation.meets_thresholds = None
        advance(session, evaluation, EvaluationStep.RESTORE, actor, now)


def declare_doubt(
    session: Session,
    evaluation_id: uuid.UUID,
    ground: str,
    detail: str,
    actor: Actor,
    now: datetime,
) -> DeclaredDoubt:
    """Ask an officer whether a ground of 28 § applies; the application stays closed until the answer.

    Raises:
        InvalidInput: if the ground is unknown, or the facts are missing.
        StepNotAllowed: if the application is open to the evaluator already.
    """
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    ground = _read_ground(RulingInput(True, ground, detail))
    if evaluation.state is not EvaluationState.ASSIGNED:
        state = evaluation.state.value
        raise StepNotAllowed(subject="evaluation", state=state, step="declare_doubt")
    row = session.scalar(
        sa.select(DeclaredDoubt).where(
            DeclaredDoubt.application_id == evaluation.application_id,
            DeclaredDoubt.evaluator_id == evaluation.evaluator_id,
        )
    )
    if row is None:
        row = DeclaredDoubt(
            application_id=evaluation.application_id, evaluator_id=evaluation.evaluator_id
        )
        session.add(row)
    row.ground, row.detail, row.declared_at = ground, detail.strip(), now
    _tell_officers(session, evaluation, ground, actor, now)
    return row


def _tell_officers(
    session: Session, evaluation: Evaluation, ground: str, actor: Actor, now: datetime
) -> None:
    application = get_application(session, evaluation.application_id)
    data = {"evaluator": str(evaluation.evaluator_id), "ground": ground}
    act = Act("application.declare_doubt", describe(application), data)
    append_event(session, act, actor, now)
    officers, words = (
        notices.list_officers(session, application),
        notices.about_call(application.call),
    )
    event = f"{evaluation.id}:{now.isoformat()}"
    notices.notify(session, "conflict_doubt", officers, event, now, about=application, **words)
