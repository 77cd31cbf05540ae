"""Service of decisions: the notice, its proof, and the day on which a decision becomes final."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.lifecycle import DecisionState, DecisionStep
from app.domain.times import electronic_service_day, local_date, rectification_deadline
from app.models import Decision
from app.queries.content import get_application
from app.services.call.calls import finish_when_all_decided
from app.services.decision.decisions import get_decision
from app.services.record import notices
from app.services.record.transitions import advance


def serve_decision(
    session: Session, decision_id: uuid.UUID, actor: Actor, now: datetime
) -> Decision:
    """Serve a decision electronically: the applicant may read it, and is told by mail where."""
    decision = get_decision(session, decision_id)
    decision.served_at = now
    advance(session, decision, DecisionStep.SERVE, actor, now)
    application = get_application(session, decision.application_id)
    leads, event = notices.list_leads(session, application), str(decision.id)
    notices.notify(session, "decision_served", leads, event, now, about=application)
    finish_when_all_decided(session, decision.call_id, now)
    return decision


def open_served_decision(session: Session, decision_id: uuid.UUID, now: datetime) -> Decision:
    """Remember when the applicant first opened the decision: proof of actual notice."""
    decision = get_decision(session, decision_id)
    if decision.first_opened_at is None:
        decision.first_opened_at = now
    return decision


def make_final(session: Session, today: date, now: datetime) -> int:
    """Mark served decisions whose time for rectification has run out as final."""
    raise_after = [
        decision
        for decision in session.scalars(
            sa.select(Decision).where(Decision.state == DecisionState.SERVED)
        )
        if decision.served_at is not None and _is_over(decision.served_at, today)
    ]
    for decision in raise_after:
        advance(session, decision, DecisionStep.BECOME_FINAL, SYSTEM, now)
    return len(raise_after)


def _is_over(served_at: datetime, today: date) -> bool:
    return today > rectification_deadline(electronic_service_day(local_date(served_at)))
