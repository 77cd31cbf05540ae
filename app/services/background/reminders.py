"""Reminders that the clock sends: completions and evaluations whose time is near its end or over."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import ApplicationState, EvaluationState
from app.models import Application, Call, CompletionRequest, Evaluation, User
from app.services.record import notices

COMPLETION_NOTICE = timedelta(days=2)
"""An applicant is reminded this long before the time for a completion ends."""

EVALUATION_NOTICE = timedelta(days=3)
"""Evaluators are reminded this long before their work is due."""

OVERDUE_NOTICE = timedelta(days=14)
"""How long after a deadline evaluators are still told: a long stop of the worker sends no old mail."""

_UNFINISHED = (EvaluationState.ASSIGNED, EvaluationState.ACCEPTED, EvaluationState.DRAFTING)


def send_reminders(session: Session, now: datetime) -> int:
    """Queue the reminders whose time has come; return how many. Doing it again queues nothing new."""
    return remind_of_completions(session, now) + remind_of_evaluations(session, now)


def remind_of_completions(session: Session, now: datetime) -> int:
    """Remind applicants of completions that end within two days and were asked for before that."""
    rows = session.execute(
        sa.select(CompletionRequest, Application)
        .join(Application, Application.id == CompletionRequest.application_id)
        .where(
            Application.state == ApplicationState.COMPLETION_REQUESTED,
            CompletionRequest.closed_at.is_(None),
            CompletionRequest.due_at > now,
            CompletionRequest.due_at <= now + COMPLETION_NOTICE,
        )
    ).all()
    return sum(
        notices.notify(
            session,
            "completion_reminder",
            notices.list_leads(session, application),
            str(request.id),
            now,
            about=application,
            due=request.due_at,
        )
        for request, application in rows
        if request.requested_at < request.due_at - COMPLETION_NOTICE
    )


def remind_of_evaluations(session: Session, now: datetime) -> int:
    """Remind evaluators before and after their work is due: once per call and deadline, not per sheet."""
    return sum(
        notices.notify(
            session,
            "evaluation_overdue" if due_at <= now else "evaluation_due",
            [user],
            f"{call.id}:{due_at.isoformat()}",
            now,
            due=due_at,
            **notices.about_call(call),
        )
        for call, user, due_at in _list_unfinished(session, now)
    )


def _list_unfinished(session: Session, now: datetime) -> Iterator[tuple[Call, User, datetime]]:
    """Yield each evaluator's deadlines with unfinished work, near enough to be told of."""
    rows = session.execute(
        sa.select(Evaluation.call_id, Evaluation.evaluator_id, Evaluation.due_at)
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.state.in_(_UNFINISHED),
            Evaluation.due_at > now - OVERDUE_NOTICE,
            Evaluation.due_at <= now + EVALUATION_NOTICE,
            Application.state != ApplicationState.WITHDRAWN,
        )
        .distinct()
        .order_by(Evaluation.due_at, Evaluation.evaluator_id)
    ).all()
    calls: dict[uuid.UUID, Call] = {}
    for call_id, evaluator_id, due_at in rows:
        if due_at is None:
            continue
        call = calls.setdefault(call_id, session.get_one(Call, call_id))
        yield call, session.get_one(User, evaluator_id), due_at
