"""The only door that changes a state: check the table, write the state, record the event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session, object_session

from app.domain.actors import Actor, Role
from app.domain.errors import ConflictOfInterest, StepNotAllowed
from app.domain.lifecycle import MACHINES, ApplicationState, Rule
from app.models import Application, Call, Decision, Evaluation, RectificationClaim
from app.queries.conflicts import list_closed_matters
from app.services.record.events import Act, Subject, append_event
from app.services.record.panels import counts_differently, keep_panel_figures

OFFICIALS = frozenset({Role.OFFICER, Role.DECISION_MAKER})
Stateful = Call | Application | Evaluation | Decision | RectificationClaim


def advance(
    session: Session,
    row: Stateful,
    step: StrEnum,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Apply one step of the state table to a row and append its event.

    Raises:
        StepNotAllowed: if the table has no such step from the present state for the actor's roles.
        ConflictOfInterest: if the official who acts is disqualified in the matter.
    """
    subject = describe(row)
    rule = require_step(row, step, actor)
    before = row.state
    row.state = rule.target  # type: ignore[assignment]  # the table pairs each machine with its enum
    role = next(role for role in sorted(rule.roles) if role in actor.roles)
    record = {"from": before.value, "to": rule.target.value, **(data or {})}
    append_event(session, Act(f"{subject.type}.{step.value}", subject, record, role), actor, now)
    if isinstance(row, Evaluation) and counts_differently(before, row.state):
        keep_panel_figures(session, [row.application_id])


def require_step(row: Stateful, step: StrEnum, actor: Actor) -> Rule:
    """Return the rule of a step that may be taken now; for use cases that work before they advance.

    Raises:
        StepNotAllowed, ConflictOfInterest: as ``advance`` would.
    """
    subject = describe(row)
    rule = MACHINES[subject.type][step]
    if row.state not in rule.sources or rule.roles.isdisjoint(actor.roles):
        raise StepNotAllowed(subject=subject.type, state=row.state.value, step=step.value)
    if not rule.roles.isdisjoint(actor.roles & OFFICIALS):
        _refuse_conflict(row, subject, actor)
    return rule


def _refuse_conflict(row: Stateful, subject: Subject, actor: Actor) -> None:
    """Refuse an official's step in a matter that a conflict closes to the person (434/2003, 27 §)."""
    session = object_session(row)
    if session is None or subject.application_id is None:
        return
    if subject.application_id in list_closed_matters(session, actor.user_id):
        raise ConflictOfInterest


def refuse_ended(application: Application, step: str) -> None:
    """Refuse a change that no state table knows, once the matter has ended.

    Raises:
        StepNotAllowed: if the application has been decided or withdrawn.
    """
    if application.state in {ApplicationState.DECIDED, ApplicationState.WITHDRAWN}:
        raise StepNotAllowed(subject="application", state=application.state.value, step=step)


def describe(row: Stateful) -> Subject:
    """Return the subject of an event for a row with a state."""
    match row:
        case Call():
            return Subject("call", str(row.id), call_id=row.id)
        case Application():
            return Subject("application", str(row.id), row.call_id, row.id)
        case Evaluation():
            return Subject("evaluation", str(row.id), row.call_id, row.application_id)
        case Decision():
            return Subject("decision", str(row.id), row.call_id, row.application_id)
        case RectificationClaim():
            return Subject("claim", str(row.id), row.call_id, row.application_id)
