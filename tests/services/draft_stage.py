"""A draft with three partners on either database: what tests of the applicant's services begin from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import Database
from app.domain.actors import Actor
from app.models import Event
from app.services.application.partners import save_partners
from calls.definition import CallDefinition
from calls.load import list_packaged, load_call
from calls.registers import load_registers
from tests.support import applicants


@dataclass(slots=True)
class Draft:
    """A draft, its call and its owner."""

    database: Database
    definition: CallDefinition
    id: uuid.UUID
    owner: Actor
    now: datetime

    def add_person(self, email: str) -> Actor:
        """Add an account with an address."""
        return applicants.add_person(self.database, email, self.now)

    def acts(self) -> list[str]:
        """Return the acts on record of this draft, oldest first."""
        with self.database.reading() as session:
            return list(
                session.scalars(
                    sa.select(Event.action)
                    .where(Event.application_id == self.id)
                    .order_by(Event.seq)
                )
            )


@pytest.fixture
def stage(database: Database) -> Draft:
    """Give a draft whose partners P1 (lead), P2 and P3 are named but not confirmed."""
    path = next(path for path in list_packaged() if path.stem == "inno_2027_1")
    definition = load_call(path, load_registers())
    now = definition.timetable.closes - timedelta(days=10)
    call_id = applicants.open_call(database, definition)
    owner = applicants.add_person(database, "owner@example.org", now)
    draft = applicants.start_draft(database, call_id, owner, now)
    with database.unit_of_work() as session:
        save_partners(session, draft, applicants.partner_rows(), owner, now)
    return Draft(database, definition, draft, owner, now)
