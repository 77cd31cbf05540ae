"""Decisions that follow an earlier one: corrections, the same anew with right instructions, answers to claims."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.decision_links import Cause
from app.domain.errors import InvalidInput, NotPermitted, Problem, StepNotAllowed
from app.domain.lifecycle import DecisionState
from app.models import Decision
from app.services.decision.decisions import get_decision
from app.services.decision.people import refuse_conflicted
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe

CORRECTABLE = (DecisionState.SERVED, DecisionState.FINAL)
LETTERS = {Cause.FACTUAL: "amendment", Cause.CLAIM: "rectification_decision"}
"""Which letter a cause asks for; the other causes give the same letter anew."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a decision is made anew, what was wrong, and the support if that was."""

    cause: Cause
    errors: Sequence[str] = ()
    support: Decimal | None = None


def correct_decision(
    session: Session, decision_id: uuid.UUID, correction: Correction, actor: Actor, now: datetime
) -> Decision:
    """Draft the decision that corrects a served one or gives it anew; it is presented and approved as any.

    Raises:
        NotPermitted: if the actor is no officer.
        ConflictOfInterest: if the actor has one in this application.
        StepNotAllowed: if the decision has not been served, or a later one on the matter is under way.
        InvalidInput: if it is not said what was wrong.
    """
    earlier = get_decision(session, decision_id)
    if correction.cause is not Cause.INSTRUCTION and not correction.errors:
        raise InvalidInput([Problem("required", field="errors")])
    later = draft_follow_up(session, earlier, correction.cause, actor, now)
    keeps_letter = correction.cause not in LETTERS
    later.draft = {
        **(earlier.draft if keeps_letter else {}),
        "corrections": list(correction.errors),
    }
    if correction.support is not None and correction.cause is Cause.FACTUAL:
        later.support = correction.support
    data = {"cause": correction.cause.value, "corrects": str(earlier.id)}
    append_event(session, Act("decision.correct", describe(later), data), actor, now)
    return later


def draft_follow_up(
    session: Session, earlier: Decision, cause: Cause, actor: Actor, now: datetime
) -> Decision:
    """Draft a decision that points back to an earlier one.

    Raises:
        NotPermitted: if the actor is no officer.
        ConflictOfInterest: if the actor has one in this application.
        StepNotAllowed: if the earlier one has not been served, or a later one is under way.
    """
    if not actor.has_role(Role.OFFICER):
        raise NotPermitted(decision=str(earlier.id))
    refuse_conflicted(session, earlier, actor.user_id)
    newest = session.execute(
        sa.select(Decision.number, Decision.state)
        .where(Decision.application_id == earlier.application_id)
        .order_by(Decision.number.desc())
        .limit(1)
    ).one()
    if earlier.state not in CORRECTABLE or newest.state not in CORRECTABLE:
        raise StepNotAllowed(subject="decision", state=earlier.state.value, step="follow_up")
    later = Decision(
        application_id=earlier.application_id,
        call_id=earlier.call_id,
        number=newest.number + 1,
        kind=LETTERS.get(cause, earlier.kind),
        state=DecisionState.DRAFT,
        language=earlier.language,
        support=earlier.support,
        is_conditional=earlier.is_conditional and cause not in LETTERS,
        draft={},
        service_method=earlier.service_method,
        replaces_id=earlier.id,
        cause=cause,
        created_at=now,
    )
    session.add(later)
    session.flush()
    return later
