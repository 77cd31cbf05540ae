"""An open call, an owner and a draft: what tests of the applicant's pages begin from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calls.load import list_packaged, load_call
from calls.registers import load_registers
from tests.support import applicants


@pytest.fixture(scope="module")
def definition():
    path = next(path for path in list_packaged() if path.stem == "inno_2027_1")
    return load_call(path, load_registers())


@pytest.fixture
def clock(definition):
    return applicants.Clock(definition.timetable.closes - timedelta(days=10))


@pytest.fixture
def app(new_app, sqlite_url, clock):
    return new_app(sqlite_url, clock=clock)


@pytest.fixture
def database(app):
    return applicants.tools_of(app).database


@pytest.fixture
def call_id(database, definition):
    return applicants.open_call(database, definition)


@pytest.fixture
def owner(database, clock):
    return applicants.add_person(database, "owner@example.org", clock())


@pytest.fixture
def client(app, owner, clock):
    return applicants.client_of(app, owner, clock())


@pytest.fixture
def draft(database, call_id, owner, clock):
    return applicants.start_draft(database, call_id, owner, clock())


@pytest.fixture
def complete(app, definition, draft, owner, clock):
    applicants.fill_in(app, definition, draft, owner, clock())
    return draft
