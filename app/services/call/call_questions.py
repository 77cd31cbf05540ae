"""The public question log of a call: the same guidance for everybody."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import CallNotOpen, DeadlinePassed, NotFound
from app.domain.lifecycle import CallState
from app.models import Call, CallQuestion
from app.services.account import throttles
from app.services.call.calls import get_call, get_definition
from app.services.record import notices
from app.services.record.events import Act, Subject, append_event

_TAKING_QUESTIONS = frozenset({CallState.PUBLISHED, CallState.OPEN})


def takes_questions(call: Call, questions_until: datetime, now: datetime) -> bool:
    """Tell whether a call takes questions at a moment; the last second counts."""
    return call.state in _TAKING_QUESTIONS and now.replace(microsecond=0) <= questions_until


def ask_question(
    session: Session, call_id: uuid.UUID, text: str, language: str, actor: Actor, now: datetime
) -> CallQuestion:
    """Put a question into the log of a call. Others see it once it is answered.

    Raises:
        CallNotOpen: if the call is over or not yet published.
        DeadlinePassed: if the time for questions is over.
        TooManyAttempts: after twenty questions of one person within an hour.
    """
    call = get_call(session, call_id)
    if call.state not in _TAKING_QUESTIONS or call.version_id is None:
        raise CallNotOpen(call=call.code)
    until = get_definition(session, call.version_id).timetable.questions_until
    if not takes_questions(call, until, now):
        raise DeadlinePassed(closes_at=until)
    throttles.count_attempt(session, throttles.QUESTION, str(actor.user_id), now)
    question = CallQuestion(
        call_id=call_id, language=language, question=text, asked_at=now, asked_by=actor.user_id
    )
    session.add(question)
    session.flush()
    _record(session, "call_question.ask", question, actor, now)
    return question


def answer_question(
    session: Session,
    call_id: uuid.UUID,
    question_id: uuid.UUID,
    answer: str,
    actor: Actor,
    now: datetime,
) -> CallQuestion:
    """Publish the answer to a question, and tell by mail whoever asked it.

    A later answer replaces it, and the record keeps when.

    Raises:
        NotFound: if the call has no such question.
    """
    question = session.get(CallQuestion, question_id)
    if question is None or question.call_id != call_id:
        raise NotFound(question=str(question_id))
    question.answer, question.answered_at, question.answered_by = answer, now, actor.user_id
    _record(session, "call_question.answer", question, actor, now)
    _tell_asker(session, question, now)
    return question


def _tell_asker(session: Session, question: CallQuestion, now: datetime) -> None:
    asker = notices.find_user(session, question.asked_by)
    event = f"{question.id}:{now.isoformat()}"
    words = notices.about_call(get_call(session, question.call_id))
    notices.notify(session, "question_answered", asker, event, now, **words)


def _record(
    session: Session, action: str, question: CallQuestion, actor: Actor, now: datetime
) -> None:
    subject = Subject("call_question", str(question.id), call_id=question.call_id)
    append_event(session, Act(action, subject), actor, now)
