"""Pages take a fixed number of statements, whether there are three applications or fifteen."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import Database
from app.factory import create_app
from app.models import User
from app.services.account.sessions import make_actor, start_session
from app.services.decision.ranking import draw_ranking
from app.services.record.tools import Tools
from app.web.login import session_limits
from bench.seed import Seeded, Size, seed
from tests.support.apps import settings_for
from tests.support.databases import sqlite_url_of
from tests.support.statements import statements

NOW = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)
FEW, MANY = 3, 15

OFFICER_PAGES = {
    "/funder/": 8,
    "/funder/calls/{call}/applications": 6,
    "/funder/calls/{call}/applications?sort=score": 6,
    "/funder/calls/{call}/applications?sort=spread": 6,
    "/funder/calls/{call}/applications?sort=disagreement": 6,
    "/funder/calls/{call}/applications?sort=support": 6,
    "/funder/calls/{call}/applications?sort=region&search=a": 6,
    "/funder/calls/{call}/applications.csv": 3,
    "/funder/calls/{call}/pool": 5,
    "/funder/calls/{call}/pool.csv": 3,
    "/funder/calls/{call}/routing": 9,
    "/funder/calls/{call}/routing/matrix": 9,
    "/funder/calls/{call}/conflicts": 6,
    "/funder/calls/{call}/assignments": 7,
    "/funder/calls/{call}/progress": 5,
    "/funder/calls/{call}/ranking": 8,
    "/funder/calls/{call}/agreement": 9,
    "/funder/calls/{call}/panel": 9,
    "/funder/calls/{call}/scenarios": 6,
    "/funder/applications/{evaluated}/opinions": 9,
    "/funder/calls/{call}/ranking.csv": 4,
    "/funder/calls/{call}/decisions": 4,
    "/funder/applications/{evaluated}": 10,
    "/funder/applications/{evaluated}/eligibility": 4,
    "/funder/applications/{evaluated}/consensus": 7,
    "/funder/applications/{evaluated}/support": 4,
    "/funder/decisions/{decision}": 4,
}
APPLICANT_PAGES = {
    "/applicant/": 4,
    "/applicant/applications/{draft}": 8,
    "/applicant/applications/{draft}/sections/S1": 7,
    "/applicant/applications/{draft}/sections/S8": 7,
    "/applicant/applications/{draft}/attachments": 5,
    "/applicant/applications/{draft}/check": 6,
}
LIST_BYTES = 45_000


@dataclass(frozen=True, slots=True)
class BigRound:
    """An application object on a seeded round, and who is logged in."""

    app: Flask
    seeded: Seeded
    officer: str
    applicant: str

    @property
    def database(self) -> Database:
        tools: Tools = self.app.extensions["innoverkko"].tools
        return tools.database

    def address(self, pattern: str) -> str:
        """Fill the addresses of the round into a pattern."""
        return pattern.format(
            call=self.seeded.call_id,
            evaluated=self.seeded.evaluated[0],
            decision=next((decision for _key, decision, _owner in self.seeded.letters), ""),
            draft=self.seeded.drafts[0][0],
        )

    def count(self, token: str, pattern: str) -> tuple[int, bytes]:
        """Return how many statements a page takes when it is warm, and the page."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["login"], cookie["language"] = token, "en"
        path = self.address(pattern)
        client.get(path).close()
        with statements(self.database.engine) as seen:
            response = client.get(path)
            page = response.get_data()
        assert response.status_code == 200, (path, response.status_code)
        return len(seen), page


def make_round(folder: Path, template: Path, size: Size) -> BigRound:
    """Seed a round; with letters it also has a ranking."""
    folder.mkdir()
    shutil.copyfile(template, folder / "round.sqlite")
    app = create_app(
        settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data"), lambda: NOW
    )
    tools: Tools = app.extensions["innoverkko"].tools
    seeded = seed(tools, NOW, size)
    tokens = {}
    with app.app_context(), tools.database.unit_of_work() as session:
        people = {user.email: user for user in session.scalars(sa.select(User))}
        officer = make_actor(people[seeded.officer])
        if size.letters:
            draw_ranking(session, seeded.call_id, officer, NOW)
        for email in (seeded.officer, seeded.drafts[0][1]):
            tokens[email] = start_session(session, people[email].id, "test", session_limits(), NOW)
    return BigRound(app, seeded, tokens[seeded.officer], tokens[seeded.drafts[0][1]])


@pytest.fixture(scope="module")
def few(tmp_path_factory, sqlite_template):
    size = Size(FEW, drafts=1, letters=1, unsettled_every=0)
    made = make_round(tmp_path_factory.mktemp("few") / "round", sqlite_template, size)
    yield made
    made.database.dispose()


@pytest.fixture(scope="module")
def many(tmp_path_factory, sqlite_template):
    size = Size(MANY, drafts=MANY, letters=4, unsettled_every=0)
    made = make_round(tmp_path_factory.mktemp("many") / "round", sqlite_template, size)
    yield made
    made.database.dispose()


@pytest.mark.parametrize("pattern", OFFICER_PAGES)
def test_an_officers_page_takes_as_many_statements_for_many_applications_as_for_few(
    pattern, few, many
):
    counts = [each.count(each.officer, pattern)[0] for each in (few, many)]
    assert counts[0] == counts[1]
    assert counts[1] <= OFFICER_PAGES[pattern]


@pytest.mark.parametrize("pattern", APPLICANT_PAGES)
def test_an_applicants_page_takes_as_many_statements_for_many_applications_as_for_few(
    pattern, few, many
):
    counts = [each.count(each.applicant, pattern)[0] for each in (few, many)]
    assert counts[0] == counts[1]
    assert counts[1] <= APPLICANT_PAGES[pattern]


def test_saving_one_answer_as_one_types_takes_at_most_five_statements(many):
    client = many.app.test_client()
    many.app.config["WTF_CSRF_ENABLED"] = False
    with client.session_transaction() as cookie:
        cookie["login"] = many.applicant
    path = many.address("/applicant/applications/{draft}/sections/S1/draft")
    client.post(path, data={"_changed": "acronym", "acronym": "ENSIN"})
    with statements(many.database.engine) as seen:
        response = client.post(path, data={"_changed": "acronym", "acronym": "SITTEN"})
    many.app.config["WTF_CSRF_ENABLED"] = True
    assert response.status_code == 200
    assert len(seen) <= 5


def test_a_full_page_of_the_list_stays_within_its_bytes(tmp_path, sqlite_template):
    size = Size(50, drafts=1, letters=0, texts=False, unsettled_every=0)
    made = make_round(tmp_path / "round", sqlite_template, size)
    _count, page = made.count(made.officer, "/funder/calls/{call}/applications")
    made.database.dispose()
    assert page.count(b'<th scope="row"') == 50
    assert len(page) <= LIST_BYTES


def test_the_page_of_an_application_needs_no_other_page(many):
    _count, page = many.count(many.officer, "/funder/applications/{evaluated}")
    html = page.decode()
    shown = set(re.findall(r"EV\d+", html))
    assert len(shown) == 3
    assert "<iframe" not in html
