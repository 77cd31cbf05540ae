"""The deadline of the demo call, on the server's clock and on Finnish ones, which change on 28 March 2027."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.db import Database
from app.domain.actors import Role
from app.domain.lifecycle import ApplicationState
from app.models import Application, Call
from app.services.account.people import PersonInput, create_person
from app.services.account.sessions import make_actor
from app.services.call import calls
from calls.definition import CallDefinition
from calls.load import PACKAGED, load_call
from calls.registers import load_registers
from tests.support import applicants
from tests.support.pages import PageClient

CLOSES = datetime(2027, 3, 31, 13, 15, tzinfo=UTC)
"""16:15 in Finland, where summer time began three days before."""


@pytest.fixture(scope="module")
def definition() -> CallDefinition:
    return load_call(PACKAGED / "inno_2027_1.yaml", load_registers())


@dataclass(slots=True)
class Site:
    """A call that takes applications, on a clock that the test sets."""

    app: Flask
    clock: applicants.Clock
    definition: CallDefinition
    call_id: uuid.UUID

    @property
    def database(self) -> Database:
        """Return the database."""
        return applicants.tools_of(self.app).database

    def officer(self) -> PageClient:
        """Return an officer's browser, after the call has been closed by the clock and handling begun."""
        with self.database.unit_of_work() as session:
            body = session.get_one(Call, self.call_id).granting_authority
            person = PersonInput("officer@example.org", "esittelijä", [(Role.OFFICER, body)], "en")
            actor = make_actor(create_person(session, person, self.clock()))
            calls.advance_clock(session, self.clock())
            calls.start_evaluation(session, self.call_id, actor, self.clock())
        return applicants.client_of(self.app, actor, self.clock())

    def state_of(self, application_id: uuid.UUID) -> ApplicationState:
        """Return the state of an application."""
        with self.database.reading() as session:
            return session.get_one(Application, application_id).state


@pytest.fixture
def site(new_app: Any, sqlite_url: str, definition: CallDefinition) -> Site:
    clock = applicants.Clock(CLOSES - timedelta(days=10))
    app: Flask = new_app(sqlite_url, clock=clock)
    call_id = applicants.open_call(applicants.tools_of(app).database, definition)
    return Site(app, clock, definition, call_id)


def test_the_deadline_of_the_definition_is_finnish_time(definition: CallDefinition) -> None:
    assert definition.timetable.closes == CLOSES
    assert definition.timetable.opens == datetime(2027, 2, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "is_late"),
    [
        (timedelta(seconds=-2), False),
        (timedelta(milliseconds=999), False),
        (timedelta(seconds=1), True),
    ],
)
def test_a_late_submission_is_recorded_and_left_unexamined_one_in_time_never(
    site: Site, offset: timedelta, is_late: bool
) -> None:
    owner = applicants.add_person(site.database, "owner@example.org", site.clock())
    draft = applicants.start_draft(site.database, site.call_id, owner, site.clock())
    applicants.fill_in(site.app, site.definition, draft, owner, site.clock())
    site.clock.moment = CLOSES - timedelta(minutes=1)
    client = applicants.client_of(site.app, owner, site.clock())
    page = client.get(f"/applicant/applications/{draft}/check")
    site.clock.moment = CLOSES + offset
    receipt = client.follow(client.submit(page, "#submit-form", declaration="y"))
    assert receipt.path == f"/applicant/applications/{draft}/receipt"
    with site.database.reading() as session:
        stored = session.get_one(Application, draft)
        assert (stored.state, stored.record_number) == (ApplicationState.SUBMITTED, "IOV/1/2027")
        assert stored.submitted_at == CLOSES + offset
    site.clock.moment = CLOSES + timedelta(days=1)
    officer = site.officer()
    page = officer.get(f"/funder/applications/{draft}/eligibility")
    token = page.soup.select("input[name=csrf_token]")[0]["value"]
    officer.post(f"/funder/applications/{draft}/leave-unexamined", data={"csrf_token": token})
    expected = ApplicationState.NOT_EXAMINED if is_late else ApplicationState.SUBMITTED
    assert site.state_of(draft) is expected


MOMENTS = [
    pytest.param(datetime(2027, 3, 27, 14, 15, tzinfo=UTC), "3 days 23 hours", id="winter time"),
    pytest.param(datetime(2027, 3, 28, 13, 15, tzinfo=UTC), "3 days", id="summer time"),
]
"""A quarter past four in the afternoon, on the day before the clocks change and on the day of it."""


@pytest.mark.parametrize(("moment", "left"), MOMENTS)
def test_the_time_left_is_counted_in_real_hours_across_the_change(
    site: Site, moment: datetime, left: str
) -> None:
    site.clock.moment = moment
    shown = {}
    for language in ("fi", "sv", "en"):
        banner = PageClient(site.app).get(f"/{language}/calls/INNO-2027-1")
        stamp = str(banner.soup.select(".app-deadline time")[0]["datetime"])
        assert datetime.fromisoformat(stamp) == CLOSES
        shown[language] = banner.text(".app-deadline")
    assert "16.15" in shown["fi"]
    assert "16.15" in shown["sv"]
    assert "16:15 (Finnish time)" in shown["en"]
    assert shown["en"].endswith(f"Time left: {left}")


def test_what_was_done_in_winter_time_is_shown_in_winter_time(site: Site) -> None:
    site.clock.moment = datetime(2027, 3, 27, 10, 0, tzinfo=UTC)
    owner = applicants.add_person(site.database, "owner@example.org", site.clock())
    draft = applicants.start_draft(site.database, site.call_id, owner, site.clock())
    applicants.fill_in(site.app, site.definition, draft, owner, site.clock())
    client = applicants.client_of(site.app, owner, site.clock())
    page = client.get(f"/applicant/applications/{draft}/check")
    client.submit(page, "#submit-form", declaration="y")
    site.clock.moment = datetime(2027, 3, 29, 10, 0, tzinfo=UTC)
    client = applicants.client_of(site.app, owner, site.clock())
    receipt = client.get(f"/applicant/applications/{draft}/receipt")
    assert "12:00" in receipt.text("main")
