"""Eligibility: the rules' results, the officer's own results with reasons, and what follows from them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotFound, Problem, StepNotAllowed
from app.domain.facts import build_facts
from app.domain.lifecycle import ApplicationStep
from app.models import Application, CompletionRequest, EligibilityResult
from app.queries.content import get_application, get_newest_version, read_version
from app.services.call.calls import get_definition
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe, refuse_ended
from calls.definition import CallDefinition, EligibilityCheck
from calls.scoring_rules import to_eligibility_rules
from scoring.eligibility import evaluate


def run_checks(session: Session, application_id: uuid.UUID, now: datetime) -> None:
    """Compute the automatic checks for the newest submitted version; officers' results stay."""
    application = get_application(session, application_id)
    definition = get_definition(session, application.call_version_id)
    version = get_newest_version(session, application_id)
    first_submitted = application.submitted_at or now
    facts = build_facts(definition, read_version(version), first_submitted)
    rules = to_eligibility_rules(definition)
    stored = results_of(session, application_id)
    for check in definition.eligibility:
        result = evaluate(rules[check.id], facts)
        row = stored.get(check.id)
        if row is None:
            row = EligibilityResult(
                application_id=application_id, check_id=check.id, version_number=1
            )
            session.add(row)
        row.version_number = version.number
        row.automatic_passed = result.passed if check.automatic else None
        row.facts = json.loads(json.dumps(dict(result.facts)))


def results_of(session: Session, application_id: uuid.UUID) -> dict[str, EligibilityResult]:
    """Return the stored results of an application by check."""
    rows = session.scalars(
        sa.select(EligibilityResult).where(EligibilityResult.application_id == application_id)
    )
    return {row.check_id: row for row in rows}


def record_check(
    session: Session,
    application_id: uuid.UUID,
    check_id: str,
    passed: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record an officer's own result of a check; a failure, or going against the rule, needs a reason.

    Raises:
        InvalidInput: if the reason is missing.
        NotFound: if the call has no such check.
        StepNotAllowed: if the application has been decided or withdrawn.
    """
    application = get_application(session, application_id)
    refuse_ended(application, "check")
    row = results_of(session, application_id).get(check_id)
    if row is None:
        raise NotFound(check=check_id)
    differs = row.automatic_passed is not None and row.automatic_passed != passed
    if (not passed or differs) and not reason.strip():
        raise InvalidInput([Problem("reason_required", field=check_id)])
    row.officer_passed, row.reason = passed, reason.strip()
    row.decided_at, row.decided_by = now, actor.user_id
    data = {"check": check_id, "passed": passed, "reason": reason.strip()}
    append_event(session, Act("application.check", describe(application), data), actor, now)


def is_passed(row: EligibilityResult) -> bool | None:
    """Return the result that counts: the officer's, else the rule's, else none yet."""
    return row.officer_passed if row.officer_passed is not None else row.automatic_passed


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where the eligibility of an application stands."""

    failed: tuple[EligibilityCheck, ...]
    open: tuple[EligibilityCheck, ...]

    def failures_with(self, *consequences: str) -> tuple[EligibilityCheck, ...]:
        """Return the failed checks with one of the consequences."""
        return tuple(each for each in self.failed if each.on_fail in consequences)


def assess(session: Session, application: Application) -> Assessment:
    """Return which checks have failed and which are still open."""
    definition = get_definition(session, application.call_version_id)
    return assess_results(definition, results_of(session, application.id))


def assess_results(definition: CallDefinition, results: dict[str, EligibilityResult]) -> Assessment:
    """Return which of a call's checks have failed and which are open, from stored results."""
    passed = {
        check.id: is_passed(results[check.id]) if check.id in results else None
        for check in definition.eligibility
    }
    return Assessment(
        failed=tuple(each for each in definition.eligibility if passed[each.id] is False),
        open=tuple(each for each in definition.eligibility if passed[each.id] is None),
    )


def leave_unexamined(
    session: Session, application_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Leave a late application unexamined.

    Raises:
        StepNotAllowed: if no check with that consequence has failed.
    """
    application = get_application(session, application_id)
    failed = assess(session, application).failures_with("not_examined")
    if not failed:
        raise StepNotAllowed(subject="application", step="leave_unexamined")
    data = {"checks": [each.id for each in failed]}
    advance(session, application, ApplicationStep.LEAVE_UNEXAMINED, actor, now, data)


def refuse(session: Session, application_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Find an application ineligible; the failed checks are its reasons.

    Raises:
        StepNotAllowed: if no check that excludes has failed.
    """
    application = get_application(session, application_id)
    failed = assess(session, application).failures_with(
        "ineligible", "blocks_submission", "completion_then_ineligible"
    )
    if not failed:
        raise StepNotAllowed(subject="application", step="refuse")
    data = {"checks": [each.id for each in failed]}
    advance(session, application, ApplicationStep.REFUSE, actor, now, data)


def admit(
    session: Session,
    application_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    conditions: Sequence[str] = (),
) -> None:
    """Find an application eligible.

    A failed check whose consequence is a completion request may be left to a condition of the
    decision, which must then be written down.

    Raises:
        StepNotAllowed: if a check is open, one that excludes has failed, or a condition is missing.
    """
    application = get_application(session, application_id)
    assessment = assess(session, application)
    excluding = [each for each in assessment.failed if each.on_fail != "completion_request"]
    unfulfilled = assessment.failures_with("completion_request")
    if assessment.open or excluding or (unfulfilled and not conditions):
        blocking = [each.id for each in (*assessment.open, *excluding, *unfulfilled)]
        raise StepNotAllowed(subject="application", step="admit", checks=blocking)
    application.conditions = [*application.conditions, *conditions]
    advance(
        session, application, ApplicationStep.ADMIT, actor, now, {"conditions": list(conditions)}
    )


@dataclass(frozen=True, slots=True)
class CompletionInput:
    """What an applicant is asked to complete, and by when."""

    question_ids: tuple[str, ...]
    message: str
    due_at: datetime


def request_completion(
    session: Session, application_id: uuid.UUID, asked: CompletionInput, actor: Actor, now: datetime
) -> CompletionRequest:
    """Ask the applicant to complete the application (Administrative Procedure Act 434/2003, 22 §).

    Raises:
        InvalidInput: if the message, the questions or a deadline in the future are missing.
    """
    application = get_application(session, application_id)
    definition = get_definition(session, application.call_version_id)
    problems = _completion_problems(asked, definition, now)
    if problems:
        raise InvalidInput(problems)
    request = CompletionRequest(
        application_id=application_id,
        question_ids=list(asked.question_ids),
        message=asked.message.strip(),
        due_at=asked.due_at,
        requested_at=now,
        requested_by=actor.user_id,
    )
    session.add(request)
    data: dict[str, Any] = {
        "questions": list(asked.question_ids),
        "due_at": asked.due_at.isoformat(),
    }
    advance(session, application, ApplicationStep.REQUEST_COMPLETION, actor, now, data)
    leads, event = notices.list_leads(session, application), str(request.id)
    kind, due = "completion_requested", asked.due_at
    notices.notify(session, kind, leads, event, now, about=application, due=due)
    return request


def _completion_problems(
    asked: CompletionInput, definition: CallDefinition, now: datetime
) -> list[Problem]:
    problems = []
    if not asked.message.strip():
        problems.append(Problem("required", field="message"))
    if not asked.question_ids:
        problems.append(Problem("required", field="question_ids"))
    problems += [
        Problem("unknown_question", field="question_ids")
        for question_id in asked.question_ids
        if definition.find_question(question_id) is None
    ]
    if asked.due_at <= now:
        problems.append(Problem("not_in_future", field="due_at"))
    return problems
