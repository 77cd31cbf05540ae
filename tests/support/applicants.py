"""People, an open call and complete answers for tests of the applicant's portal."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pikepdf
from flask import Flask

from app.db import Database
from app.domain.actors import Actor, Role
from app.models import ApplicationMember, User
from app.services.account.sessions import SessionLimits, start_session
from app.services.application.answers import AnswerChange, save_answers
from app.services.application.applications import start_application
from app.services.application.attachments import AttachmentInput, attach_file
from app.services.application.partners import confirm_partner, save_partners
from app.services.call.authorities import import_authorities
from app.services.call.calls import import_definition, publish_call
from app.services.record.tools import Tools
from app.web.binding import Runtime
from calls.definition import AnyQuestion, CallDefinition, Column
from calls.registers import load_registers
from tests.support.pages import PageClient

LIMITS = SessionLimits(absolute=timedelta(days=300), idle=timedelta(days=300))
ADMIN = Actor(user_id=None, roles=frozenset({Role.ADMIN, Role.SYSTEM}))
PARTNERS = (
    ("P1", "lead", "Esimerkkiyliopisto", "0245895-5", "university", "19"),
    ("P2", "partner", "Esimerkin ammattikorkeakoulu", "0245896-3", "uas", "06"),
    ("P3", "partner", "Esimerkin kaupunki", "0211675-2", "municipality", "08"),
)


@dataclass(slots=True)
class Clock:
    """A clock that tests set."""

    moment: datetime

    def __call__(self) -> datetime:
        """Return the moment that was set."""
        return self.moment


def tools_of(app: Flask) -> Tools:
    """Return the tools of an application object."""
    runtime: Runtime = app.extensions["innoverkko"]
    return runtime.tools


def open_call(database: Database, definition: CallDefinition) -> uuid.UUID:
    """Import and publish a call; return its id."""
    with database.unit_of_work() as session:
        moment = definition.timetable.opens
        import_authorities(session, load_registers())
        call = import_definition(session, definition, ADMIN, moment)
        publish_call(session, call.id, ADMIN, moment)
        return call.id


def add_person(database: Database, email: str, now: datetime, language: str = "en") -> Actor:
    """Add an account and return its actor."""
    with database.unit_of_work() as session:
        person = User(
            email=email,
            display_name="hakija",
            password_hash="-",
            language=language,
            created_at=now,
        )
        session.add(person)
        session.flush()
        return Actor(person.id, frozenset({Role.APPLICANT}), language=language)


def client_of(app: Flask, actor: Actor, now: datetime) -> PageClient:
    """Return a judging client that is logged in as a person."""
    assert actor.user_id is not None
    with tools_of(app).database.unit_of_work() as session:
        token = start_session(session, actor.user_id, "test", LIMITS, now)
    client = PageClient(app)
    with client.http.session_transaction() as cookie:
        cookie["login"] = token
    return client


def add_editor(
    database: Database, application_id: uuid.UUID, actor: Actor, key: str, now: datetime
) -> None:
    """Let a person edit a partner's part."""
    with database.unit_of_work() as session:
        session.add(
            ApplicationMember(
                application_id=application_id,
                user_id=actor.user_id,
                partner_key=key,
                added_at=now,
            )
        )


def start_draft(database: Database, call_id: uuid.UUID, actor: Actor, now: datetime) -> uuid.UUID:
    """Start an empty draft."""
    with database.unit_of_work() as session:
        return start_application(session, call_id, "fi", actor, now).id


def fill_in(
    app: Flask, definition: CallDefinition, application_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Fill a draft with complete answers, confirmed partners and the required files."""
    tools = tools_of(app)
    with tools.database.unit_of_work() as session:
        save_partners(session, application_id, partner_rows(), actor, now)
        session.flush()
        changes = [
            AnswerChange(each.id, complete_answer(each))
            for each in definition.questions()
            if each.type not in {"partners", "file", "files", "budget_staff", "budget_financing"}
        ]
        for key, *_rest in PARTNERS:
            changes.append(AnswerChange("staff_costs", [staff_row(key)], key))
            changes.append(AnswerChange("financing", [financing_row(key)], key))
        save_answers(session, application_id, changes, actor, now)
        for key, *_rest in PARTNERS:
            confirm_partner(session, application_id, key, actor, now)
        for each in definition.questions():
            if each.type in {"file", "files"} and each.required:
                file = AttachmentInput(each.id, "liite.pdf", small_pdf())
                attach_file(session, tools, application_id, file, actor, now)


def partner_rows() -> list[dict[str, Any]]:
    """Return three partners of two regions."""
    return [
        {
            "key": key,
            "role": role,
            "name": name,
            "y_tunnus": business_id,
            "org_type": kind,
            "sme_size": None,
            "region": region,
            "municipality": "Tampere",
            "contact_role": "projektipäällikkö",
            "task_summary": "Testaus",
        }
        for key, role, name, business_id, kind, region in PARTNERS
    ]


def staff_row(key: str) -> dict[str, Any]:
    """Return a staff line of 100 000 euros: 50 € an hour for 2 000 hours."""
    return {
        "partner": key,
        "task": "Tutkija",
        "annual_gross_or_pay": "68800.00",
        "side_cost_pct": "25.00",
        "hours": "2000",
        "cost": "100000.00",
    }


def financing_row(key: str) -> dict[str, Any]:
    """Return the financing of 140 000 euros at 70 %."""
    return {
        "partner": key,
        "support_applied": "98000.00",
        "own": "42000.00",
        "municipal": "0.00",
        "other_public": "0.00",
        "private": "0.00",
    }


def complete_answer(question: AnyQuestion) -> Any:
    """Return a canonical answer that the rules of the question accept."""
    maker = _ANSWERS.get(question.type, _rows)
    return maker(question)


def _text(question: Any) -> str:
    length = max(question.min_chars, min(question.max_chars, 12))
    return ("Sana ja toinen. " * (length // 16 + 1))[:length].strip().ljust(length, "a")


def _options(question: Any) -> list[str]:
    return [each.id for each in question.options[: max(question.min_items, 1)]]


def _rows(question: Any) -> list[dict[str, Any]]:
    if question.type == "dnsh":
        return [
            {
                "objective": letter,
                "answer_no_harm_yes_no": True,
                "justification": "Riittävä perustelu. " * 4 + "Ei haittaa.",
            }
            for letter in "abcdef"
        ]
    count = max(question.min_rows, 1)
    rows = [{column.id: _cell(column) for column in question.columns} for _each in range(count)]
    if question.type == "indicators":
        return [{**rows[0], "code": code} for code in question.mandatory_codes]
    for number, row in enumerate(rows, start=1):
        row.update({"no": number} if "no" in row else {})
    return rows


def _cell(column: Column) -> Any:
    if column.type in {"choice", "region"}:
        return column.options[0].id
    if column.id == "share_pct":
        return "100"
    return {
        "integer": 1,
        "decimal": "2.5",
        "percent": "20",
        "money": "12.50",
        "yes_no": True,
        "date": "2026-05-31",
        "partner": "P1",
        "business_id": "0245895-5",
    }.get(column.type, "Sisältö")


_ANSWERS: dict[str, Any] = {
    "text": _text,
    "longtext": _text,
    "choice": lambda question: question.options[0].id,
    "multichoice": _options,
    "checkbox": lambda _question: True,
    "yes_no": lambda _question: False,
    "number": lambda question: 3 if question.decimals == 0 else "3.5",
    "money": lambda _question: "1250.50",
    "date_range": lambda _question: {"start": "2027-10-01", "end": "2030-03-31"},
    "range": lambda _question: {"start": 4, "end": 6},
    "secrecy_marks": lambda _question: [],
}


def small_pdf() -> bytes:
    """Return a PDF of one empty page."""
    document = pikepdf.new()
    document.add_blank_page()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_uuid(key: object) -> uuid.UUID:
    """Return an identifier that was read without its type."""
    return key if isinstance(key, uuid.UUID) else uuid.UUID(str(key))
