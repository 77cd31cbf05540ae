"""Applications as wholes: start and withdraw, and what may be changed when."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.errors import CallNotOpen, NotFound, NotPermitted
from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    ApplicationStep,
    EvaluationStep,
)
from app.models import (
    Application,
    ApplicationMember,
    Call,
    CompletionRequest,
    Evaluation,
    Partner,
)
from app.queries.applicant.drafts import DraftHead
from app.queries.content import get_application
from app.services.call.calls import finish_when_all_decided, is_open
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe


def start_application(
    session: Session, call_id: uuid.UUID, language: str, actor: Actor, now: datetime
) -> Application:
    """Start a draft in an open call; the starter owns it.

    Raises:
        CallNotOpen: before the call opens and after its deadline.
    """
    call = session.get(Call, call_id)
    if call is None or call.version_id is None or actor.user_id is None:
        raise NotFound(call=str(call_id))
    if not is_open(call, now):
        raise CallNotOpen(opens_at=call.opens_at, closes_at=call.closes_at)
    application = Application(
        call_id=call.id,
        call_version_id=call.version_id,
        state=ApplicationState.DRAFT,
        language=language,
        created_by=actor.user_id,
        created_at=now,
        changed_at=now,
    )
    session.add(application)
    session.flush()
    session.add(
        ApplicationMember(application_id=application.id, user_id=actor.user_id, added_at=now)
    )
    session.add(Partner(application_id=application.id, key="P1", position=1, role="lead"))
    append_event(session, Act("application.start", describe(application)), actor, now)
    return application


def refuse_closed(
    session: Session, application: Application | DraftHead, question_ids: set[str]
) -> None:
    """Refuse a change of answers that are not open: only a draft is, or what a completion asks for.

    Raises:
        NotPermitted: if the application or one of the questions is closed to change.
    """
    if application.state is ApplicationState.DRAFT:
        return
    if application.state is ApplicationState.COMPLETION_REQUESTED:
        request = find_open_request(session, application.id)
        if request is not None and question_ids <= set(request.question_ids):
            return
    raise NotPermitted(application=str(application.id), state=application.state.value)


def find_open_request(session: Session, application_id: uuid.UUID) -> CompletionRequest | None:
    """Return the completion request that waits for an answer."""
    return session.scalar(
        sa.select(CompletionRequest).where(
            CompletionRequest.application_id == application_id,
            CompletionRequest.closed_at.is_(None),
        )
    )


def withdraw_application(
    session: Session, application_id: uuid.UUID, actor: Actor, now: datetime
) -> Application:
    """Withdraw an application; possible until the decision."""
    application = get_application(session, application_id)
    application.withdrawn_at = now
    advance(session, application, ApplicationStep.WITHDRAW, actor, now)
    _end_open_work(session, application_id, now)
    tellings = [("application_withdrawn", notices.list_leads(session, application))]
    if application.record_number is not None:
        officers = notices.list_officers(session, application)
        tellings.append(("application_withdrawn_handling", officers))
        finish_when_all_decided(session, application.call_id, now)
    for kind, people in tellings:
        event = str(application.id)
        notices.notify(session, kind, people, event, now, about=application, received=now)
    return application


def _end_open_work(session: Session, application_id: uuid.UUID, now: datetime) -> None:
    """Close what waits for somebody: an open completion request, and unfinished evaluations."""
    request = find_open_request(session, application_id)
    if request is not None:
        request.closed_at, request.outcome = now, "withdrawn"
    unfinished = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.application_id == application_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES - SUBMITTED_EVALUATION_STATES),
        )
    )
    for evaluation in unfinished.all():
        advance(session, evaluation, EvaluationStep.SET_ASIDE, SYSTEM, now)
