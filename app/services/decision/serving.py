"""Service of decisions: the notice, its proof, and the day on which a decision becomes final."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import SYSTEM, Actor
from app.domain.decision_links import Cause
from app.domain.errors import InvalidInput, Problem
from app.domain.lifecycle import ISSUED_DECISION_STATES, ClaimState, DecisionState, DecisionStep
from app.domain.service_days import ReviewClock, count_review
from app.domain.times import at_local_time, local_date
from app.models import Decision, RectificationClaim
from app.queries.content import get_application
from app.services.call.calls import finish_when_all_decided
from app.services.decision.claims import answer_claim
from app.services.decision.decisions import get_decision
from app.services.record import notices
from app.services.record.transitions import advance

NOON = time(12)
"""Of a letter only the day of posting is known."""

DEFAULT_PERIOD = 30
"""Days for review where the letter was written before it said them in its record."""

_Later, _Answer = aliased(Decision), aliased(Decision)


def serve_decision(
    session: Session,
    decision_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    posted_on: date | None = None,
) -> Decision:
    """Serve a decision: the applicant may read it and is told by mail where; a letter was posted on a day.

    The last day for review is counted from the sending, by the method and the period that the letter prints.

    Raises:
        InvalidInput: if the day of posting is in the future or before the approval.
    """
    decision = get_decision(session, decision_id)
    sent_on = posted_on or local_date(now)
    approved_on = local_date(decision.approved_at or now)
    if not approved_on <= sent_on <= local_date(now):
        raise InvalidInput([Problem("posted_between", field="posted_on")])
    is_today = sent_on == local_date(now)
    decision.served_at = now if is_today else at_local_time(sent_on, NOON)
    clock = count_clock(decision, sent_on)
    decision.review_until = clock.last_day
    data = {
        "method": decision.service_method.value,
        "sent_on": sent_on.isoformat(),
        "review_until": clock.last_day.isoformat(),
    }
    advance(session, decision, DecisionStep.SERVE, actor, now, data)
    answer_claim(session, decision, actor, now)
    application = get_application(session, decision.application_id)
    leads, event = notices.list_leads(session, application), str(decision.id)
    notices.notify(session, "decision_served", leads, event, now, about=application)
    finish_when_all_decided(session, decision.call_id, now)
    return decision


def count_clock(decision: Decision, sent_on: date) -> ReviewClock:
    """Return receipt and last day by the period in the instructions that the letter prints."""
    record = json.loads(decision.content or "{}")
    instruction = record.get("review") or record.get("court") or {}
    period = int(instruction.get("period_days") or DEFAULT_PERIOD)
    return count_review(decision.service_method, sent_on, period)


def open_served_decision(session: Session, decision_id: uuid.UUID, now: datetime) -> Decision:
    """Remember when the applicant first opened the decision: proof of actual notice."""
    decision = get_decision(session, decision_id)
    if decision.first_opened_at is None:
        decision.first_opened_at = now
    return decision


def make_final(session: Session, today: date, now: datetime) -> int:
    """Mark served decisions as final whose time for review has run out.

    A decision waits while a claim against it is open or its answer can still be appealed; one that a
    later decision stands in place of never becomes final.
    """
    over = list(
        session.scalars(
            sa.select(Decision).where(
                Decision.state == DecisionState.SERVED,
                Decision.review_until < today,
                ~_is_claimed(),
                ~_is_replaced(),
            )
        )
    )
    for decision in over:
        advance(session, decision, DecisionStep.BECOME_FINAL, SYSTEM, now)
    return len(over)


def _is_claimed() -> sa.Exists:
    return (
        sa.exists()
        .where(
            RectificationClaim.decision_id == Decision.id,
            RectificationClaim.state != ClaimState.WITHDRAWN,
            ~sa.exists().where(
                _Answer.id == RectificationClaim.answer_id, _Answer.state == DecisionState.FINAL
            ),
        )
        .correlate(Decision)
    )


def _is_replaced() -> sa.Exists:
    return (
        sa.exists()
        .where(
            _Later.replaces_id == Decision.id,
            _Later.cause != Cause.CLAIM,
            _Later.state.in_(ISSUED_DECISION_STATES),
        )
        .correlate(Decision)
    )
