"""Calls: importing a definition, publishing it, and letting the clock open and close it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.errors import NotFound, StepNotAllowed
from app.domain.lifecycle import ApplicationState, CallState, CallStep, DecisionState
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Call, CallVersion, Decision
from app.queries.definitions import get_definition
from app.queries.rows import get_row
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from calls import load
from calls.definition import CallDefinition


def get_call(session: Session, call_id: uuid.UUID) -> Call:
    """Return a call.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, Call, "call", call_id)


def get_call_definition(session: Session, call_id: uuid.UUID) -> CallDefinition:
    """Return the newest definition of a call.

    Raises:
        NotFound: if there is no such call, or it has no version.
    """
    version_id = get_call(session, call_id).version_id
    if version_id is None:
        raise NotFound(call=str(call_id))
    return get_definition(session, version_id)


def import_definition(
    session: Session, definition: CallDefinition, actor: Actor, now: datetime
) -> Call:
    """Store a definition as a new draft call, or as the next version of a draft call.

    Raises:
        StepNotAllowed: if the call is already published; a published version never changes.
    """
    call = session.scalar(sa.select(Call).where(Call.code == definition.id))
    if call is None:
        call = Call(code=definition.id, state=CallState.DRAFT)
        _describe_call(call, definition)
        session.add(call)
        session.flush()
    elif call.state is not CallState.DRAFT:
        raise StepNotAllowed(subject="call", state=call.state.value, step="import")
    _describe_call(call, definition)
    version = _add_version(session, call, definition, actor, now)
    call.version_id = version.id
    act = Act("call.import", describe(call), {"number": version.number, "sha256": version.sha256})
    append_event(session, act, actor, now)
    return call


def _describe_call(call: Call, definition: CallDefinition) -> None:
    call.title = {str(key): text for key, text in definition.title.items()}
    call.opens_at = definition.timetable.opens
    call.closes_at = definition.timetable.closes
    call.budget = definition.budget_total
    call.selecting_authority = definition.selecting_authority_key
    call.granting_authority = definition.granting_authority_key


def _add_version(
    session: Session, call: Call, definition: CallDefinition, actor: Actor, now: datetime
) -> CallVersion:
    text = load.canonical_json(definition).decode("utf-8")
    newest = session.scalar(
        sa.select(sa.func.max(CallVersion.number)).where(CallVersion.call_id == call.id)
    )
    rubric = definition.rubric.model_dump(mode="json", by_alias=True)
    version = CallVersion(
        call_id=call.id,
        number=(newest or 0) + 1,
        definition=text,
        sha256=sha256_text(text),
        rubric_sha256=sha256_text(canonical_json(rubric)),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    return version


def publish_call(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> Call:
    """Publish a draft call; from here its definition is fixed."""
    call = get_call(session, call_id)
    call.published_at = now
    advance(session, call, CallStep.PUBLISH, actor, now)
    _follow_clock(session, call, now)
    return call


def extend_deadline(
    session: Session,
    call_id: uuid.UUID,
    closes_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Call:
    """Move the deadline of a call later, with a reason that goes on record.

    Raises:
        StepNotAllowed: if the call is over, or the new deadline is not later than the old.
    """
    call = get_call(session, call_id)
    is_open = call.state in {CallState.PUBLISHED, CallState.OPEN}
    if not is_open or closes_at <= call.closes_at or not reason.strip():
        raise StepNotAllowed(subject="call", state=call.state.value, step="extend")
    data = {"from": call.closes_at.isoformat(), "to": closes_at.isoformat(), "reason": reason}
    call.closes_at = closes_at
    append_event(session, Act("call.extend", describe(call), data), actor, now)
    return call


def cancel_call(
    session: Session, call_id: uuid.UUID, reason: str, actor: Actor, now: datetime
) -> Call:
    """Cancel a call before its deadline, with a reason."""
    call = get_call(session, call_id)
    advance(session, call, CallStep.CANCEL, actor, now, {"reason": reason})
    return call


def start_evaluation(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> Call:
    """Begin the evaluation phase of a closed call."""
    call = get_call(session, call_id)
    _follow_clock(session, call, now)
    advance(session, call, CallStep.START_EVALUATION, actor, now)
    return call


def finish_call(session: Session, call_id: uuid.UUID, now: datetime) -> None:
    """Mark a call as decided once every application has its decision."""
    advance(session, get_call(session, call_id), CallStep.FINISH, SYSTEM, now)


def finish_when_all_decided(session: Session, call_id: uuid.UUID, now: datetime) -> None:
    """Finish a round in which no application and no decision waits any more."""
    open_states = [
        state
        for state in ApplicationState
        if state
        not in {ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.DECIDED}
    ]
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Application)
        .where(Application.call_id == call_id, Application.state.in_(open_states))
    )
    unserved = session.scalar(
        sa.select(sa.func.count())
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.call_id == call_id,
            Decision.state.not_in((DecisionState.SERVED, DecisionState.FINAL)),
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    call = get_call(session, call_id)
    if not waiting and not unserved and call.state.value in {"closed", "in_evaluation"}:
        finish_call(session, call_id, now)


def advance_clock(session: Session, now: datetime) -> int:
    """Open and close calls whose time has come; return how many changed."""
    waiting = sa.or_(
        sa.and_(Call.state == CallState.PUBLISHED, Call.opens_at <= now),
        sa.and_(Call.state == CallState.OPEN, Call.closes_at < now),
    )
    calls = session.scalars(sa.select(Call).where(waiting)).all()
    for call in calls:
        _follow_clock(session, call, now)
    return len(calls)


def _follow_clock(session: Session, call: Call, now: datetime) -> None:
    if call.state is CallState.PUBLISHED and call.opens_at <= now:
        advance(session, call, CallStep.OPEN, SYSTEM, now)
    if call.state is CallState.OPEN and call.closes_at < now:
        advance(session, call, CallStep.CLOSE, SYSTEM, now)


def is_open(call: Call, now: datetime) -> bool:
    """Tell whether a call takes new applications at a moment, whatever the clock job has done."""
    in_time = call.opens_at <= now <= call.closes_at
    return call.state in {CallState.PUBLISHED, CallState.OPEN} and in_time
