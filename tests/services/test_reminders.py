"""Reminders come from the clock: in time, once, and only to people whose work is unfinished."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.lifecycle import ApplicationState, EvaluationState
from app.models import (
    Application,
    ApplicationMember,
    CompletionRequest,
    Evaluation,
    EvaluatorProfile,
    OutboxMail,
    User,
)
from app.services.account.people import PersonInput, create_person
from app.services.background.work import follow_clock
from app.services.call.authorities import import_authorities
from app.services.call.calls import import_definition, publish_call
from app.services.record.tools import Tools, make_tools
from calls import load
from tests.support.apps import settings_for

ADMIN = Actor(user_id=None, roles=frozenset({Role.ADMIN, Role.SYSTEM}))
DUE = datetime(2027, 5, 20, 13, 15, tzinfo=UTC)
ASKED = DUE - timedelta(days=20)


@pytest.fixture
def tools(database_url: str, tmp_path: Path) -> Iterator[Tools]:
    """Give the tools of a database with one call, on SQLite and on PostgreSQL."""
    made = make_tools(settings_for(database_url, tmp_path / "data"))
    definition = load.load_call(load.PACKAGED / "inno_2027_1.yaml", made.registers)
    with made.database.unit_of_work() as session:
        import_authorities(session, made.registers)
        call = import_definition(session, definition, ADMIN, definition.timetable.opens)
        publish_call(session, call.id, ADMIN, definition.timetable.opens)
    yield made
    made.database.dispose()


def person(session: Session, name: str, language: str) -> User:
    """Add an account."""
    given = PersonInput(f"{name}@example.org", name, language=language)
    return create_person(session, given, ASKED)


def application(session: Session, owner: User, number: int, state: ApplicationState) -> Application:
    """Add a submitted application in a state."""
    version = session.execute(sa.text("SELECT id, version_id FROM call")).one()
    row = Application(
        call_id=uuid.UUID(str(version[0])),
        call_version_id=uuid.UUID(str(version[1])),
        state=state,
        record_number=f"IOV-2027-{number:04d}",
        record_order=number,
        language="fi",
        created_by=owner.id,
        created_at=ASKED,
        changed_at=ASKED,
        submitted_at=ASKED,
        withdrawn_at=ASKED if state is ApplicationState.WITHDRAWN else None,
    )
    session.add(row)
    session.flush()
    session.add(ApplicationMember(application_id=row.id, user_id=owner.id, added_at=ASKED))
    return row


def ask(session: Session, row: Application, requested_at: datetime = ASKED) -> None:
    """Add a completion request that ends at DUE."""
    session.add(
        CompletionRequest(
            application_id=row.id,
            question_ids=["summary_fi"],
            message="-",
            due_at=DUE,
            requested_at=requested_at,
        )
    )


def assign(session: Session, row: Application, user: User, state: EvaluationState) -> None:
    """Add an evaluation that is due at DUE."""
    if session.get(EvaluatorProfile, user.id) is None:
        session.add(EvaluatorProfile(user_id=user.id, code=user.display_name))
        session.flush()
    is_submitted = state is EvaluationState.SUBMITTED
    session.add(
        Evaluation(
            call_id=row.call_id,
            application_id=row.id,
            evaluator_id=user.id,
            state=state,
            proposed_at=ASKED,
            released_at=ASKED,
            due_at=DUE,
            declared_at=ASKED if state is not EvaluationState.ASSIGNED else None,
            submitted_at=ASKED if is_submitted else None,
        )
    )


def mails(tools: Tools) -> list[tuple[str, str]]:
    """Return kind and recipient of everything queued."""
    with tools.database.reading() as session:
        rows = session.execute(
            sa.select(OutboxMail.kind, OutboxMail.recipient).order_by(
                OutboxMail.kind, OutboxMail.recipient
            )
        )
        return [(kind, recipient.partition("@")[0]) for kind, recipient in rows]


def test_an_applicant_is_reminded_once_two_days_before_a_completion_ends(tools: Tools) -> None:
    with tools.database.unit_of_work() as session:
        for number, requested_at in ((1, ASKED), (2, DUE - timedelta(hours=30))):
            owner = person(session, f"hakija-{number}", "sv")
            row = application(session, owner, number, ApplicationState.COMPLETION_REQUESTED)
            ask(session, row, requested_at)
    follow_clock(tools, DUE - timedelta(days=2, seconds=1))
    assert mails(tools) == []
    for hours in (48, 24, 1):
        follow_clock(tools, DUE - timedelta(hours=hours))
    assert mails(tools) == [("completion_reminder", "hakija-1")]
    with tools.database.reading() as session:
        mail = session.scalars(sa.select(OutboxMail)).one()
    assert mail.subject == "Påminnelse: komplettering av ansökan IOV-2027-0001"
    assert "den 20 maj 2027 kl. 16.15" in mail.body


def test_evaluators_are_reminded_before_and_after_the_deadline_once_for_all_sheets(
    tools: Tools,
) -> None:
    with tools.database.unit_of_work() as session:
        owner = person(session, "hakija", "fi")
        late, ready, gone = (person(session, name, "en") for name in ("late", "ready", "gone"))
        rows = [application(session, owner, n, ApplicationState.IN_EVALUATION) for n in (1, 2)]
        withdrawn = application(session, owner, 3, ApplicationState.WITHDRAWN)
        assign(session, rows[0], late, EvaluationState.ASSIGNED)
        assign(session, rows[1], late, EvaluationState.DRAFTING)
        assign(session, rows[0], ready, EvaluationState.SUBMITTED)
        assign(session, withdrawn, gone, EvaluationState.DRAFTING)
    follow_clock(tools, DUE - timedelta(days=3, seconds=1))
    assert mails(tools) == []
    for _turn in range(2):
        follow_clock(tools, DUE - timedelta(days=3))
    assert mails(tools) == [("evaluation_due", "late")]
    for hours in (0, 1, 24):
        follow_clock(tools, DUE + timedelta(hours=hours))
    assert mails(tools) == [("evaluation_due", "late"), ("evaluation_overdue", "late")]


def test_a_worker_that_stood_still_sends_no_old_reminders(tools: Tools) -> None:
    with tools.database.unit_of_work() as session:
        owner, evaluator = person(session, "hakija", "fi"), person(session, "EV1", "fi")
        row = application(session, owner, 1, ApplicationState.IN_EVALUATION)
        assign(session, row, evaluator, EvaluationState.DRAFTING)
    follow_clock(tools, DUE + timedelta(days=14))
    assert mails(tools) == []
