"""The stage of the journeys: the real application on a real server, with a clock that tests set.

Outside the browser happens only what no person does: the clock moves on, background work is done,
and a second application is there to be ranked beside the one that is typed by hand.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from flask import Flask

from app.domain.actors import Role
from app.domain.lifecycle import DecisionState
from app.factory import create_app
from app.models import Application, Decision, EvaluatorProfile
from app.services.account.people import PersonInput, create_person, hash_password
from app.services.application.submission import submit_application
from app.services.background.work import follow_clock, run_due_jobs, send_waiting_mail
from app.services.call.authorities import import_authorities
from app.services.call.calls import import_definition, publish_call
from app.services.record.tools import Tools
from calls import load
from calls.definition import CallDefinition
from calls.registers import Registers
from tests.support.applicants import ADMIN, Clock, add_person, fill_in, start_draft, tools_of
from tests.support.apps import settings_for
from tests.support.browser import serve

PASSWORD = "sininen polku vie rantaan"
OFFICIALS: dict[str, list[tuple[Role, str]]] = {
    "esittelija": [(Role.OFFICER, "council_01")],
    "valitsija": [(Role.DECISION_MAKER, "city_853")],
    "ratkaisija": [(Role.DECISION_MAKER, "council_01")],
    "ohjausryhma": [(Role.STEERING, "")],
    "arvioija-1": [(Role.EVALUATOR, "")],
    "arvioija-2": [(Role.EVALUATOR, "")],
    "arvioija-3": [(Role.EVALUATOR, "")],
    "arvioija-4": [(Role.EVALUATOR, "")],
}
MORE_QUESTIONS: dict[str, dict[str, Any]] = {
    "S3": {
        "id": "trl",
        "type": "range",
        "label": {
            "fi": "Teknologian valmiustaso alussa ja lopussa (TRL 1–9)",
            "sv": "Teknikens mognadsgrad i början och i slutet (TRL 1–9)",
            "en": "Technology readiness level at start and end (TRL 1-9)",
        },
        "required": False,
        "visibility": "party",
    },
    "S6": {
        "id": "att_other",
        "type": "files",
        "label": {"fi": "Muut liitteet", "sv": "Övriga bilagor", "en": "Other attachments"},
        "required": False,
        "visibility": "party",
        "accept": ["application/pdf"],
        "max_mb": 10,
        "max_items": 5,
    },
}
"""The types of question that the small packaged call lacks."""


def read_call(registers: Registers) -> CallDefinition:
    """Return the packaged call of an ecosystem agreement with a question of every type."""
    source = yaml.safe_load((load.PACKAGED / "eco_turku_2027_1.yaml").read_text(encoding="utf-8"))
    for section in source["sections"]:
        if section["id"] in MORE_QUESTIONS:
            section["questions"].append(MORE_QUESTIONS[section["id"]])
    text = yaml.safe_dump(source, allow_unicode=True, sort_keys=False)
    return load.parse_call(text, registers, "every_type.yaml")


@dataclass(slots=True)
class Stage:
    """The application that is served, and what a journey needs beside the browser."""

    app: Flask
    definition: CallDefinition
    clock: Clock
    address: str = ""
    call_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def tools(self) -> Tools:
        """Return the tools of the application."""
        return tools_of(self.app)

    def turn_clock(self, moment: datetime) -> None:
        """Move the clock, and let the background work notice."""
        self.clock.moment = moment
        self.work()

    def work(self) -> None:
        """Do the background work that is due now."""
        follow_clock(self.tools, self.clock.moment)
        run_due_jobs(self.tools, self.clock.moment)
        send_waiting_mail(self.tools, self.clock.moment)

    def mail_to(self, recipient: str) -> str:
        """Return the text of the only message to an address."""
        self.work()
        folder = self.tools.settings.mail_dir
        messages = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in folder.glob("*.eml")
        ]
        (found,) = [each for each in messages if each["To"] == recipient]
        body = found.get_body()
        assert body is not None
        return str(body.get_content())

    def application_id(self, acronym: str) -> uuid.UUID:
        """Return the identifier of an application."""
        with self.tools.database.reading() as session:
            query = sa.select(Application.id).where(Application.acronym == acronym)
            return session.scalars(query).one()

    def decision_states(self) -> set[DecisionState]:
        """Return the states that the decisions of the call are in."""
        with self.tools.database.reading() as session:
            return set(session.scalars(sa.select(Decision.state)))


@contextmanager
def open_stage(database_url: str, folder: Path) -> Iterator[Stage]:
    """Serve the application with a published call and its people, on the day the call opens."""
    clock = Clock(datetime(2027, 8, 1, 9, 0, tzinfo=UTC))
    app = create_app(settings_for(database_url, folder / "data"), clock)
    tools = tools_of(app)
    definition = read_call(tools.registers)
    stage = Stage(app, definition, clock)
    add_officials(stage)
    publish(stage)
    try:
        with serve(app) as address:
            stage.address = address
            yield stage
    finally:
        tools.database.dispose()


def publish(stage: Stage) -> None:
    """Publish the call, and go to the second day of applying."""
    moment = stage.definition.timetable.published
    with stage.tools.database.unit_of_work() as session:
        import_authorities(session, stage.tools.registers)
        call = import_definition(session, stage.definition, ADMIN, moment)
        publish_call(session, call.id, ADMIN, moment)
        stage.call_id = call.id
    stage.turn_clock(stage.definition.timetable.opens + timedelta(days=1))


def add_officials(stage: Stage) -> None:
    """Add the people who work for the bodies, and the evaluators' profiles."""
    hashed = hash_password(PASSWORD)
    with stage.tools.database.unit_of_work() as session:
        for name, roles in OFFICIALS.items():
            person = PersonInput(
                f"{name}@innoverkko.example", name.capitalize(), roles, password_hash=hashed
            )
            user = create_person(session, person, stage.clock.moment)
            if roles[0][0] is Role.EVALUATOR:
                code = f"EV{name[-1]}"
                session.add(EvaluatorProfile(user_id=user.id, code=code, languages=["fi", "en"]))


def submit_another(stage: Stage, applicant: str = "toinen-hakija") -> uuid.UUID:
    """Submit a complete further application without the browser; return its identifier."""
    now = stage.clock.moment
    person = add_person(stage.tools.database, f"{applicant}@innoverkko.example", now)
    application_id = start_draft(stage.tools.database, stage.call_id, person, now)
    fill_in(stage.app, stage.definition, application_id, person, now)
    with stage.tools.database.unit_of_work() as session:
        submit_application(session, application_id, person, now)
    return application_id
