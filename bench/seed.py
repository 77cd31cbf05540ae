"""A big round, written with bulk inserts: calls, people, applications, score sheets, events, letters.

Rows are what the services would have written: every constraint holds, the record of events is sealed,
totals come from the rubric. The last step, letters, goes through the services themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.lifecycle import CallState
from app.models import Base, Call, EvaluatorProfile, PoolMember, RoleGrant, User
from app.services.account.people import hash_password
from app.services.account.sessions import make_actor
from app.services.call.authorities import import_authorities
from app.services.call.calls import import_definition, publish_call
from app.services.record.tools import Tools
from app.services.round.demo import DEMO_PASSWORD
from bench.copying import copy_rows
from bench.letters import serve_letters
from bench.prototypes import Prototype, read_prototypes
from bench.record import Record
from bench.seed_applications import ApplicationMaker, Made
from bench.seed_sheets import SheetMaker
from calls.definition import CallDefinition
from calls.round_input import shift_definition
from calls.scoring_rules import to_rubric

EVALUATORS = 24
CLOSED_AGO = timedelta(days=60)
OPENED_AGO = timedelta(days=7)
OPEN_CALL = "AVOIN-2027"
ROOMY_BUDGET = Decimal(1_000_000_000)
"""Euros: no letter of the seed is refused for want of money."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is seeded. Without ``texts`` the answers are left out: enough for lists."""

    applications: int = 1_000
    drafts: int = 200
    letters: int = 40
    texts: bool = True
    unsettled_every: int = 10
    """Every so many-eth application is still in evaluation; 0 for none."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Where to find what was seeded."""

    call_id: uuid.UUID
    open_call_id: uuid.UUID
    officer: str
    decider: str
    evaluated: tuple[uuid.UUID, ...]
    in_evaluation: tuple[uuid.UUID, ...]
    drafts: tuple[tuple[uuid.UUID, str], ...]
    """Draft and the e-mail address of its owner."""
    letters: tuple[tuple[uuid.UUID, uuid.UUID, str], ...]
    """Application, decision and the e-mail address of the owner."""


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order in which they may be inserted."""

    by_table: dict[sa.Table, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        """Keep rows of a table for the insert; the caller may still complete them."""
        table = sa.inspect(model).local_table
        self.by_table.setdefault(table, []).extend(rows)

    def insert(self, session: Session) -> None:
        """Insert everything that was kept, a table at a time, parents first."""
        is_postgresql = session.get_bind().dialect.name == "postgresql"
        for table in Base.metadata.sorted_tables:
            rows = self.by_table.pop(table, None)
            if rows and is_postgresql:
                copy_rows(session, table, rows)
            elif rows:
                session.execute(sa.insert(table), rows)


def seed(tools: Tools, now: datetime, size: Size | None = None) -> Seeded:
    """Fill a migrated, empty database; the same size and moment give the same figures."""
    size = size or Size()
    definition, prototypes = read_prototypes(tools)
    closed = shift_definition(definition, _days(now - CLOSED_AGO - definition.timetable.closes))
    opened = shift_definition(definition, _days(now - OPENED_AGO - definition.timetable.opens))
    opened = opened.model_copy(update={"id": OPEN_CALL})
    with tools.database.unit_of_work() as session:
        people = People.add(session, closed, now)
        call = publish(session, tools, closed, people, now)
        open_call = publish(session, tools, opened, people, now)
        call.state, call.budget = CallState.IN_EVALUATION, ROOMY_BUDGET
        session.flush()
        made, drafts = _write(session, size, prototypes, (call, open_call), people)
        session.flush()
    letters = serve_letters(tools, [each.id for each in made[: size.letters]], people.actors, now)
    rest = made[size.letters :]
    owners = {each.id: each.owner for each in made}
    return Seeded(
        call_id=call.id,
        open_call_id=open_call.id,
        officer=people.officer,
        decider=people.decider,
        evaluated=tuple(each.id for each in rest if each.is_evaluated),
        in_evaluation=tuple(each.id for each in rest if not each.is_evaluated),
        drafts=tuple((each.id, each.owner) for each in drafts),
        letters=tuple((key, decision, owners[key]) for key, decision in letters),
    )


def _days(span: timedelta) -> timedelta:
    """Whole days, so that the call keeps its hour."""
    return timedelta(days=span.days)


@dataclass(frozen=True, slots=True)
class People:
    """The officials and evaluators; applicants are rows like all others."""

    actors: Mapping[str, Actor]
    evaluators: tuple[uuid.UUID, ...]
    password_hash: str
    officer: str = "esittelija@innoverkko.example"
    decider: str = "ratkaisija@innoverkko.example"

    @classmethod
    def add(cls, session: Session, definition: CallDefinition, now: datetime) -> People:
        """Add the people who handle the call."""
        hashed = hash_password(DEMO_PASSWORD)
        granting = definition.granting_authority_key
        selecting = definition.selecting_authority_key
        roles = {
            "admin": [(Role.ADMIN, "")],
            "esittelija": [(Role.OFFICER, granting)],
            "valitsija": [(Role.DECISION_MAKER, selecting)],
            "ratkaisija": [(Role.DECISION_MAKER, granting)],
            **{f"arvioija-{n}": [(Role.EVALUATOR, "")] for n in range(1, EVALUATORS + 1)},
        }
        users = {
            name: User(
                email=f"{name}@innoverkko.example",
                display_name=name,
                password_hash=hashed,
                created_at=now,
                roles=[
                    RoleGrant(role=role, authority_key=body, granted_at=now)
                    for role, body in granted
                ],
            )
            for name, granted in roles.items()
        }
        session.add_all(users.values())
        session.flush()
        evaluators = [user for name, user in users.items() if name.startswith("arvioija")]
        session.add_all(
            EvaluatorProfile(user_id=user.id, code=f"EV{number}", languages=["fi", "sv", "en"])
            for number, user in enumerate(evaluators, start=1)
        )
        session.flush()
        actors = {name: make_actor(user) for name, user in users.items()}
        return cls(actors, tuple(user.id for user in evaluators), hashed)


def publish(
    session: Session, tools: Tools, definition: CallDefinition, people: People, now: datetime
) -> Call:
    """Import and publish a call with everybody in its pool."""
    import_authorities(session, tools.registers)
    admin = people.actors["admin"]
    call = import_definition(session, definition, admin, definition.timetable.published)
    publish_call(session, call.id, admin, min(now, definition.timetable.opens))
    session.add_all(
        PoolMember(call_id=call.id, evaluator_id=key, capacity=500, added_at=now)
        for key in people.evaluators
    )
    session.flush()
    return call


def _write(
    session: Session,
    size: Size,
    prototypes: list[Prototype],
    calls: tuple[Call, Call],
    people: People,
) -> tuple[list[Made], list[Made]]:
    """Insert applications with their sheets and events; return the submitted ones and the drafts."""
    call, open_call = calls
    rows, record = Rows(), Record.open(session)
    maker = ApplicationMaker(
        rows,
        record,
        people.password_hash,
        texts=size.texts,
        unsettled_every=size.unsettled_every,
    )
    made = [
        maker.submit(call, prototypes[n % len(prototypes)], n, is_selected=n <= size.letters)
        for n in range(1, size.applications + 1)
    ]
    drafts = [
        maker.draft(open_call, prototypes[n % len(prototypes)], size.applications + n)
        for n in range(1, size.drafts + 1)
    ]
    sheets = SheetMaker(
        rows=rows,
        record=record,
        rubric=to_rubric(maker.definition_of(session, call)),
        evaluators=people.evaluators,
        officer=people.actors["esittelija"],
    )
    for each in made:
        sheets.evaluate(call, each)
    maker.count_numbers()
    record.keep(rows)
    rows.insert(session)
    return made, drafts
