"""First half of a round: the call is published, applications are submitted and checked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.models import Application
from app.queries.content import get_application, load_submitted_content
from app.services.application import answers, applications, attachments, partners, submission
from app.services.call import authorities, calls
from app.services.evaluation import eligibility
from app.services.paper import words as letter_words
from app.services.round.content import (
    Supplement,
    build_answers,
    build_attachments,
    build_partners,
)
from app.services.round.state import (
    RoundPeople,
    RoundState,
    make_person,
)
from calls.round_input import ApplicationInput


def publish(state: RoundState) -> None:
    """Publish the call; the officials get their accounts."""
    now = state.definition.timetable.published
    selecting = state.definition.selecting_authority_key
    granting = state.definition.granting_authority_key
    with state.tools.database.unit_of_work() as session:
        authorities.import_authorities(session, state.tools.registers)
        state.people = RoundPeople(
            admin=make_person(state, session, "admin", "Pääkäyttäjä", [(Role.ADMIN, "")], now),
            officer=make_person(
                state, session, "esittelija", "Esittelijä", [(Role.OFFICER, granting)], now
            ),
            selector=make_person(
                state,
                session,
                "valitsija",
                "Valintapäätöksen tekijä",
                [(Role.DECISION_MAKER, selecting)],
                now,
            ),
            decider=make_person(
                state, session, "ratkaisija", "Ratkaisija", [(Role.DECISION_MAKER, granting)], now
            ),
        )
        call = calls.import_definition(session, state.definition, state.officials.admin, now)
        calls.publish_call(session, call.id, state.officials.admin, now)
        state.call_id = call.id


def submit_all(state: RoundState) -> None:
    """Fill in all applications while the call is open and submit each at its time."""
    for place, each in enumerate(state.given.applications):
        _fill_in(state, each, state.opens + timedelta(minutes=place))
    for each in sorted(state.given.applications, key=lambda one: one.submitted_at):
        with state.tools.database.unit_of_work() as session:
            calls.advance_clock(session, each.submitted_at)
            submission.submit_application(
                session,
                state.ids[each.id],
                state.applicants[each.id],
                each.submitted_at,
                demand_complete=state.plan.strict,
            )


def _fill_in(state: RoundState, each: ApplicationInput, now: datetime) -> None:
    supplement = state.plan.supplements.get(each.id, Supplement())
    with state.tools.database.unit_of_work() as session:
        calls.advance_clock(session, now)
        name = f"hakija-{each.id.lower()}"
        actor = make_person(state, session, name, f"Hakija {each.acronym}", [], now, each.language)
        state.applicants[each.id] = actor
        started = applications.start_application(session, state.call_id, each.language, actor, now)
        state.ids[each.id] = started.id
        rows = build_partners(each, supplement)
        partners.save_partners(session, started.id, rows, actor, now)
        changes = build_answers(state.definition, each, supplement)
        answers.save_answers(session, started.id, changes, actor, now)
        for file in build_attachments(state.definition, each, supplement):
            attachments.attach_file(session, state.tools, started.id, file, actor, now)
        for row in rows:
            partners.confirm_partner(session, started.id, row["key"], actor, now)


def check_eligibility(state: RoundState) -> None:
    """Check every application after the deadline; ask for what is missing."""
    now = state.closes + timedelta(days=1)
    waiting: list[uuid.UUID] = []
    with state.tools.database.unit_of_work() as session:
        calls.start_evaluation(session, state.call_id, state.officials.officer, now)
        for application_id in state.ids.values():
            _check(state, session, application_id, waiting, now)
    if waiting:
        _wait_for_completion(state, waiting, now + timedelta(days=15))


def _check(
    state: RoundState,
    session: Session,
    application_id: uuid.UUID,
    waiting: list[uuid.UUID],
    now: datetime,
) -> None:
    officer = state.officials.officer
    application = get_application(session, application_id)
    assessment = eligibility.assess(session, application)
    if assessment.failures_with("not_examined"):
        eligibility.leave_unexamined(session, application_id, officer, now)
    elif assessment.failures_with("ineligible", "blocks_submission"):
        eligibility.refuse(session, application_id, officer, now)
    else:
        for check in assessment.open:
            eligibility.record_check(session, application_id, check.id, True, "", officer, now)
        if assessment.failures_with("completion_request"):
            _ask_for_files(state, session, application, now)
            waiting.append(application_id)
        else:
            eligibility.admit(session, application_id, officer, now)


def _ask_for_files(
    state: RoundState, session: Session, application: Application, now: datetime
) -> None:
    content = load_submitted_content(session, application.id)
    given = {str(each["question"]) for each in content.attachments}
    missing = tuple(
        question.id
        for question in state.definition.questions()
        if question.type in {"file", "files"} and question.required and question.id not in given
    )
    language = application.language
    asked = eligibility.CompletionInput(
        question_ids=missing,
        message=letter_words.say(letter_words.AGREEMENT_CONDITION, language),
        due_at=now + timedelta(days=14),
    )
    eligibility.request_completion(session, application.id, asked, state.officials.officer, now)


def _wait_for_completion(state: RoundState, waiting: Sequence[uuid.UUID], now: datetime) -> None:
    """Take the answers that come; what is still missing becomes a condition of the decision."""
    officer = state.officials.officer
    names = {value: key for key, value in state.ids.items()}
    with state.tools.database.unit_of_work() as session:
        for application_id in waiting:
            _answer(state, session, names[application_id], now - timedelta(days=2))
        submission.lapse_completions(session, now)
        for application_id in waiting:
            application = get_application(session, application_id)
            condition = letter_words.say(letter_words.AGREEMENT_CONDITION, application.language)
            eligibility.admit(session, application_id, officer, now, (condition,))


def _answer(state: RoundState, session: Session, name: str, now: datetime) -> None:
    late = state.plan.supplements.get(name, Supplement()).late_attachments
    actor = state.applicants[name]
    for question_id, files in late.items():
        for filename, path in files:
            file = attachments.AttachmentInput(question_id, filename, path.read_bytes())
            attachments.attach_file(session, state.tools, state.ids[name], file, actor, now)
    if late:
        submission.answer_completion(session, state.ids[name], actor, now)
