"""Service of decisions: the notice, its proof, and the day on which a decision becomes final."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.lifecycle import ApplicationState, DecisionState, DecisionStep
from app.domain.times import electronic_service_day, local_date, rectification_deadline
from app.models import Application, Decision, User
from app.queries.content import get_application
from app.services.calls import finish_call, get_call
from app.services.decisions import get_decision
from app.services.outbox import Message, queue_mail
from app.services.transitions import advance


def serve_decision(
    session: Session, decision_id: uuid.UUID, actor: Actor, now: datetime
) -> Decision:
    """Serve a decision electronically: the applicant may read it, and is told by mail where."""
    decision = get_decision(session, decision_id)
    decision.served_at = now
    advance(session, decision, DecisionStep.SERVE, actor, now)
    application = get_application(session, decision.application_id)
    owner = session.get_one(User, application.created_by)
    queue_mail(session, _notice(owner, application), now)
    _finish_when_all_decided(session, decision.call_id, now)
    return decision


_NOTICE = {
    "fi": (
        "Päätös asiassa {number}",
        (
            "Hakemukseenne {number} on annettu päätös. Kirjautukaa palveluun ja avatkaa päätös hakemuksen"
            " sivulta. Päätöksen liitteenä on oikaisuvaatimusohje."
        ),
    ),
    "sv": (
        "Beslut i ärende {number}",
        (
            "Ett beslut har fattats om er ansökan {number}. Logga in i tjänsten och öppna beslutet på"
            " ansökans sida. Anvisningen om begäran om omprövning finns i beslutet."
        ),
    ),
    "en": (
        "Decision in matter {number}",
        (
            "A decision has been made on your application {number}. Log in to the service and open the"
            " decision on the page of the application. It contains the instructions for rectification."
        ),
    ),
}


def _notice(owner: User, application: Application) -> Message:
    subject, body = _NOTICE[application.language]
    return Message(
        recipient=owner.email,
        language=application.language,
        kind="decision_served",
        subject=subject.format(number=application.record_number),
        body=body.format(number=application.record_number),
        application_id=application.id,
    )


def _finish_when_all_decided(session: Session, call_id: uuid.UUID, now: datetime) -> None:
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
        .where(
            Decision.call_id == call_id,
            Decision.state.not_in((DecisionState.SERVED, DecisionState.FINAL)),
        )
    )
    call = get_call(session, call_id)
    if not waiting and not unserved and call.state.value == "in_evaluation":
        finish_call(session, call_id, now)


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
