"""Claims for rectification: how they arrive, are answered by a decision of their own, or are taken back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.decision_links import Cause
from app.domain.errors import InvalidInput, NotPermitted, Problem, StepNotAllowed
from app.domain.lifecycle import ClaimState, ClaimStep, DecisionState
from app.domain.times import local_date
from app.models import Decision, RectificationClaim
from app.queries.content import get_application
from app.queries.rows import get_row
from app.services.decision.decisions import get_decision
from app.services.decision.follow_ups import draft_follow_up
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe, require_step

CLAIMABLE = (DecisionState.SERVED, DecisionState.FINAL)
ANSWER = "rectification_decision"


@dataclass(frozen=True, slots=True)
class ClaimInput:
    """A claim as it arrived: who, what is demanded and why (434/2003, 49 d §), how and when."""

    claimant: str
    demand: str
    grounds: str
    received_at: datetime
    channel: str = "portal"


def get_claim(session: Session, claim_id: uuid.UUID) -> RectificationClaim:
    """Return a claim.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, RectificationClaim, "claim", claim_id)


def register_claim(
    session: Session, decision_id: uuid.UUID, given: ClaimInput, actor: Actor, now: datetime
) -> RectificationClaim:
    """Register a claim; a late one too, for it is answered by a decision that does not examine it.

    Raises:
        StepNotAllowed: if the decision has not been served, or is itself the answer to a claim.
        InvalidInput: if claimant, demand or grounds are missing, or the arrival is in the future or
            before the service.
    """
    decision = get_decision(session, decision_id)
    if decision.state not in CLAIMABLE or decision.kind == ANSWER:
        raise StepNotAllowed(subject="decision", state=decision.state.value, step="claim")
    _refuse_incomplete(decision, given, now)
    last_day = decision.review_until
    is_late = last_day is not None and local_date(given.received_at) > last_day
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(RectificationClaim)
        .where(RectificationClaim.decision_id == decision_id)
    )
    claim = RectificationClaim(
        decision_id=decision.id,
        application_id=decision.application_id,
        call_id=decision.call_id,
        number=(count or 0) + 1,
        state=ClaimState.RECEIVED,
        channel=given.channel,
        claimant=given.claimant.strip(),
        demand=given.demand.strip(),
        grounds=given.grounds.strip(),
        received_at=given.received_at,
        is_late=is_late,
        registered_at=now,
        registered_by=actor.user_id,
    )
    session.add(claim)
    session.flush()
    data = {"decision": str(decision.id), "channel": given.channel, "is_late": is_late}
    append_event(session, Act("claim.register", describe(claim), data), actor, now)
    application = get_application(session, decision.application_id)
    officers, words = notices.list_officers(session, application), {"decision": decision.id}
    event = str(claim.id)
    notices.notify(session, "claim_registered", officers, event, now, about=application, **words)
    return claim


def _refuse_incomplete(decision: Decision, given: ClaimInput, now: datetime) -> None:
    texts = {"claimant": given.claimant, "demand": given.demand, "grounds": given.grounds}
    problems = [Problem("required", field=name) for name, text in texts.items() if not text.strip()]
    served_on = local_date(decision.served_at) if decision.served_at else None
    is_early = served_on is not None and local_date(given.received_at) < served_on
    if given.received_at > now or is_early:
        problems.append(Problem("received_between", field="received_on"))
    if problems:
        raise InvalidInput(problems)


def draft_answer(session: Session, claim_id: uuid.UUID, actor: Actor, now: datetime) -> Decision:
    """Draft the decision on a claim; it is presented, approved and served as any decision.

    Raises:
        StepNotAllowed: if the claim has its answer or was taken back.
        NotPermitted: if the actor is no officer.
        ConflictOfInterest: if the actor has one in this application.
    """
    claim = get_claim(session, claim_id)
    require_step(claim, ClaimStep.PREPARE, actor)
    claimed = get_decision(session, claim.decision_id)
    answer = draft_follow_up(session, claimed, Cause.CLAIM, actor, now)
    claim.answer_id = answer.id
    advance(session, claim, ClaimStep.PREPARE, actor, now, {"answer": str(answer.id)})
    return answer


def answer_claim(session: Session, answer: Decision, actor: Actor, now: datetime) -> None:
    """Close the claim that a decision answers, when the decision is served."""
    claim = session.scalar(
        sa.select(RectificationClaim).where(RectificationClaim.answer_id == answer.id)
    )
    if claim is not None:
        advance(session, claim, ClaimStep.ANSWER, actor, now)


def withdraw_claim(
    session: Session, claim_id: uuid.UUID, actor: Actor, now: datetime
) -> RectificationClaim:
    """Take a claim back, before its answer is begun.

    Raises:
        NotPermitted: if the actor did not make it in the portal.
        StepNotAllowed: if its answer has been begun or given.
    """
    claim = get_claim(session, claim_id)
    if claim.registered_by != actor.user_id:
        raise NotPermitted(claim=str(claim_id))
    advance(session, claim, ClaimStep.WITHDRAW, actor, now)
    return claim
