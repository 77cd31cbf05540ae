"""The only door that changes a state: check the table, write the state, record the event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import StepNotAllowed
from app.domain.lifecycle import MACHINES, ApplicationState, Rule
from app.models import Application, Call, Decision, Evaluation
from app.services.record.events import Act, Subject, append_event

Stateful = Call | Application | Evaluation | Decision


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
    """
    subject = describe(row)
    rule = require_step(row, step, actor)
    before = row.state
    row.state = rule.target  # type: ignore[assignment]  # the table pairs each machine with its enum
    role = next(role for role in sorted(rule.roles) if role in actor.roles)
    record = {"from": before.value, "to": rule.target.value, **(data or {})}
    append_event(session, Act(f"{subject.type}.{step.value}", subject, record, role), actor, now)


def require_step(row: Stateful, step: StrEnum, actor: Actor) -> Rule:
    """Return the rule of a step that may be taken now; for use cases that work before they advance.

    Raises:
        StepNotAllowed: as ``advance`` would.
    """
    machine = describe(row).type
    rule = MACHINES[machine][step]
    if row.state not in rule.sources or rule.roles.isdisjoint(actor.roles):
        raise StepNotAllowed(subject=machine, state=row.state.value, step=step.value)
    return rule


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
