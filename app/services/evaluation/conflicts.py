"""Conflicts of interest: found by a screening, declared or recorded; each closes a matter to a person."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    ApplicationState,
    ApplicationStep,
    EvaluationState,
    EvaluationStep,
)
from app.domain.times import local_date
from app.jobs import enqueue
from app.models import Application, Consensus, Disqualification, Evaluation
from app.queries.conflicts import forget_closed_matters, list_rulings
from app.queries.content import get_application
from app.queries.screening import Contents, Scope, find_conflicts
from app.services.call.calls import get_call, get_call_definition
from app.services.record import notices
from app.services.record.events import Act, Subject, append_event, append_events
from app.services.record.transitions import advance, describe
from scoring.routing.problem import Pair
from scoring.routing.screening.findings import Finding, Severity
from scoring.routing.screening.grounds import parse_ground


@dataclass(frozen=True, slots=True)
class ConflictInput:
    """A conflict of interest to record; ``ground`` is a citation such as ``HL 28.1 § 4``."""

    ground: str
    source: str
    detail: str = ""


def record_conflict(
    session: Session,
    application_id: uuid.UUID,
    person_id: uuid.UUID,
    conflict: ConflictInput,
    actor: Actor,
    now: datetime,
) -> Disqualification:
    """Record a conflict of interest. Work that the person has on the application is set aside, not deleted."""
    application = get_application(session, application_id)
    ground = parse_ground(conflict.ground).citation
    row = find_disqualification(session, application_id, person_id)
    if row is not None:
        return row
    row = Disqualification(
        application_id=application_id,
        person_id=person_id,
        ground=ground,
        source=conflict.source,
        detail=conflict.detail,
        findings=[],
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(row)
    forget_closed_matters(session)
    data = {"evaluator": str(person_id), "ground": ground, "source": conflict.source}
    append_event(session, Act("application.disqualify", describe(application), data), actor, now)
    _set_work_aside(session, application.call_id, [row], now)
    return row


def find_disqualification(
    session: Session, application_id: uuid.UUID, person_id: uuid.UUID
) -> Disqualification | None:
    """Return the conflict on record between a person and an application."""
    return session.scalar(
        sa.select(Disqualification).where(
            Disqualification.application_id == application_id,
            Disqualification.person_id == person_id,
        )
    )


def screen_call(
    session: Session,
    scope: Scope,
    severities: Collection[Severity],
    now: datetime,
    contents: Contents | None = None,
) -> list[Finding]:
    """Return what the facts show and no officer has answered yet; stores nothing."""
    definition = get_call_definition(session, scope.call_id)
    policy = definition.routing.conflicts.policy
    found = find_conflicts(session, scope, local_date(now), policy, severities, contents)
    answered = {
        pair: ruling.findings for pair, ruling in list_rulings(session, scope.call_id).items()
    }
    return [each for each in found if each.to_json() not in answered.get(each.pair, ())]


def detect_conflicts(
    session: Session, scope: Scope, now: datetime, contents: Contents | None = None
) -> int:
    """Record every conflict that the facts show; return how many are new.

    Takes a constant number of statements. Questions and warnings are never recorded here.
    """
    by_pair: dict[Pair, list[Finding]] = defaultdict(list)
    for each in screen_call(session, scope, {Severity.FORBID}, now, contents):
        by_pair[each.pair].append(each)
    recorded = _list_recorded(session, scope)
    new = [_make_row(found, now) for pair, found in by_pair.items() if pair not in recorded]
    if new:
        session.add_all(new)
        session.flush()
        forget_closed_matters(session)
        acts = [_describe_act(row, scope.call_id) for row in new]
        append_events(session, acts, SYSTEM, now)
        _set_work_aside(session, scope.call_id, new, now)
    return len(new)


def _list_recorded(session: Session, scope: Scope) -> set[Pair]:
    """Return the pairs of a call, or of an application, whose conflict is on record already."""
    inside = (
        Application.call_id == scope.call_id
        if scope.application_id is None
        else Application.id == scope.application_id
    )
    rows = session.execute(
        sa.select(Disqualification.application_id, Disqualification.person_id)
        .join(Application, Application.id == Disqualification.application_id)
        .where(inside)
    )
    return {(str(application), str(person)) for application, person in rows}


def _make_row(findings: Sequence[Finding], now: datetime) -> Disqualification:
    """Return the row of a pair; the findings come with the first ground first."""
    first = findings[0]
    return Disqualification(
        application_id=uuid.UUID(first.application),
        person_id=uuid.UUID(first.evaluator),
        ground=first.ground.citation,
        source="automatic",
        detail=first.evidence.party or first.evidence.person,
        findings=[each.to_json() for each in findings],
        recorded_at=now,
        recorded_by=None,
    )


def _describe_act(row: Disqualification, call_id: uuid.UUID) -> Act:
    subject = Subject("application", str(row.application_id), call_id, row.application_id)
    data = {"evaluator": str(row.person_id), "ground": row.ground, "source": row.source}
    return Act("application.disqualify", subject, data)


def _set_work_aside(
    session: Session, call_id: uuid.UUID, rows: Iterable[Disqualification], now: datetime
) -> None:
    """Set the evaluations of people with a conflict aside, in whatever state they are."""
    pairs = {(row.application_id, row.person_id) for row in rows}
    evaluations = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.call_id == call_id,
            Evaluation.evaluator_id.in_({person for _application, person in pairs}),
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
        )
    ).all()
    for evaluation in evaluations:
        if (evaluation.application_id, evaluation.evaluator_id) in pairs:
            was_released = evaluation.state is not EvaluationState.PROPOSED
            advance(session, evaluation, EvaluationStep.SET_ASIDE, SYSTEM, now)
            if was_released:
                _ask_for_another(session, evaluation, now)


def _ask_for_another(session: Session, evaluation: Evaluation, now: datetime) -> None:
    """Open the evaluation of the application again, tell its officer, and have another person proposed."""
    application = get_application(session, evaluation.application_id)
    if application.state is ApplicationState.EVALUATED:
        _open_consensus(session, application, now)
    officers = notices.list_officers(session, application)
    event, words = str(evaluation.id), notices.about_call(get_call(session, evaluation.call_id))
    notices.notify(
        session, "evaluation_set_aside", officers, event, now, about=application, **words
    )
    if application.state is ApplicationState.IN_EVALUATION:
        arguments = {"call_id": str(evaluation.call_id)}
        enqueue(session, "fill_places", arguments, now, dedupe=f"fill_places:{evaluation.id}")


def _open_consensus(session: Session, application: Application, now: datetime) -> None:
    """Take back a settled consensus in which a sheet counted that has been set aside."""
    advance(session, application, ApplicationStep.RESUME_EVALUATION, SYSTEM, now)
    application.final_hundredths = None
    consensus = session.get(Consensus, application.id)
    if consensus is not None:
        consensus.settled_at = None
