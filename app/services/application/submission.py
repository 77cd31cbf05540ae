"""Submission: the content is frozen, numbered and sealed; and the answer to a completion request."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.budgets import compute_budget
from app.domain.completeness import find_problems
from app.domain.content import Content
from app.domain.errors import CallNotOpen, IncompleteApplication, NotFound, Problem
from app.domain.facts import build_facts
from app.domain.lifecycle import ApplicationStep, CallState
from app.domain.records import (
    canonical_json,
    format_record_number,
    record_order,
    sha256_text,
)
from app.domain.times import to_local
from app.jobs import enqueue
from app.models import Application, ApplicationVersion, Call, CompletionRequest
from app.queries.content import get_application, load_content
from app.services.application.applications import find_open_request
from app.services.call.calls import get_definition
from app.services.evaluation import eligibility
from app.services.record import notices
from app.services.record.counters import next_number
from app.services.record.transitions import advance
from calls.definition import CallDefinition
from calls.scoring_rules import to_eligibility_rules
from scoring.eligibility import evaluate

RECORD_PREFIX = "IOV"


def submit_application(
    session: Session,
    application_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    *,
    demand_complete: bool = True,
) -> ApplicationVersion:
    """Submit a draft. A late one is recorded too: whether it is examined is a decision, not a lock.

    ``demand_complete=False`` is for imported rounds whose answers that decide nothing are missing;
    rules that block submission are enforced all the same.

    Raises:
        IncompleteApplication: listing all that must be mended.
        CallNotOpen: before the call opens, and once its evaluation has begun.
    """
    application = get_application(session, application_id)
    _refuse_closed_call(application.call, now)
    definition = get_definition(session, application.call_version_id)
    content = load_content(session, application_id)
    problems = find_blocking_problems(definition, content, demand_complete=demand_complete)
    if problems:
        raise IncompleteApplication(problems)
    year = to_local(now).year
    number = next_number(session, f"record.{year}")
    version = _freeze(session, application, definition, content, actor, now)
    application.submitted_at = now
    application.record_number = format_record_number(RECORD_PREFIX, number, year)
    application.record_order = record_order(number, year)
    data = {"version": version.number, "sha256": version.sha256}
    advance(session, application, ApplicationStep.SUBMIT, actor, now, data)
    eligibility.run_checks(session, application_id, now)
    _confirm_submission(session, application, now)
    return version


def _confirm_submission(session: Session, application: Application, now: datetime) -> None:
    closes_at = application.call.closes_at
    notices.notify(
        session,
        "application_submitted_late" if now > closes_at else "application_submitted",
        notices.list_leads(session, application),
        str(application.id),
        now,
        about=application,
        received=now,
        due=closes_at,
    )


def find_blocking_problems(
    definition: CallDefinition, content: Content, *, demand_complete: bool = True
) -> list[Problem]:
    """List what keeps an application from being submitted.

    A missing attachment does not: the rules of the call answer it with a completion request.
    """
    problems: list[Problem] = []
    if demand_complete:
        files = {q.id for q in definition.questions() if q.type in {"file", "files"}}
        problems += [
            each
            for each in find_problems(definition, content)
            if not (each.code == "required" and each.question_id in files)
        ]
    facts = build_facts(definition, content, None)
    rules = to_eligibility_rules(definition)
    for check in definition.eligibility:
        if check.on_fail != "blocks_submission":
            continue
        result = evaluate(rules[check.id], facts)
        if result.passed is False:
            problems.append(Problem(f"check_{check.id}", data={"check": check.id, **result.facts}))
    return problems


def _refuse_closed_call(call: Call, now: datetime) -> None:
    takes = call.state in {CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED}
    if not takes or now < call.opens_at:
        raise CallNotOpen(opens_at=call.opens_at, closes_at=call.closes_at)


def _freeze(
    session: Session,
    application: Application,
    definition: CallDefinition,
    content: Content,
    actor: Actor,
    now: datetime,
) -> ApplicationVersion:
    budget = compute_budget(definition, content)
    application.support_applied = budget.support
    application.total_cost = budget.total_cost
    text = canonical_json(content.to_json())
    newest = session.scalar(
        sa.select(sa.func.max(ApplicationVersion.number)).where(
            ApplicationVersion.application_id == application.id
        )
    )
    version = ApplicationVersion(
        application_id=application.id,
        number=(newest or 0) + 1,
        content=text,
        sha256=sha256_text(text),
        submitted_at=now,
        submitted_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    enqueue(session, "make_receipt", {"version_id": str(version.id)}, now)
    return version


def answer_completion(
    session: Session, application_id: uuid.UUID, actor: Actor, now: datetime
) -> ApplicationVersion:
    """Send the completed parts: a new version, the old one stays.

    Raises:
        NotFound: if nothing has been asked for, or the time for it has run out.
    """
    application = get_application(session, application_id)
    request = find_open_request(session, application_id)
    if request is None or now > request.due_at:
        raise NotFound(completion_request=str(application_id))
    request.closed_at, request.outcome = now, "answered"
    definition = get_definition(session, application.call_version_id)
    content = load_content(session, application_id)
    version = _freeze(session, application, definition, content, actor, now)
    advance(session, application, ApplicationStep.COMPLETE, actor, now, {"version": version.number})
    eligibility.run_checks(session, application_id, now)
    for kind, people in (
        ("completion_received", notices.list_leads(session, application)),
        ("completion_answered", notices.list_officers(session, application)),
    ):
        event = str(version.id)
        notices.notify(session, kind, people, event, now, about=application, received=now)
    return version


def lapse_completions(session: Session, now: datetime) -> int:
    """Close the completion requests whose time has run out; the handling goes on with what there is."""
    due = session.scalars(
        sa.select(Application).where(
            Application.state == "completion_requested",
        )
    ).all()
    count = 0
    for application in due:
        request = find_open_request(session, application.id)
        if request is not None and request.due_at < now:
            request.closed_at, request.outcome = now, "lapsed"
            advance(session, application, ApplicationStep.LAPSE_COMPLETION, SYSTEM, now)
            _tell_of_lapse(session, application, request, now)
            count += 1
    return count


def _tell_of_lapse(
    session: Session, application: Application, request: CompletionRequest, now: datetime
) -> None:
    for kind, people in (
        ("completion_lapsed", notices.list_leads(session, application)),
        ("completion_lapsed_handling", notices.list_officers(session, application)),
    ):
        event = str(request.id)
        notices.notify(session, kind, people, event, now, about=application, due=request.due_at)
