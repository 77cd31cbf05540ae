"""A round in which every role has something of its own to guard: the ground of the access and leak tests.

Every secret place holds a marker, a word that stands nowhere else, so that a page that shows it where
it must not is found by that word.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from app.factory import create_app
from app.services.record.tools import Tools
from app.services.round.demo import read_demo
from app.services.round.rounds import run_round
from app.services.round.state import Plan
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of
from tests.web.funder_round import NOW, add_outsiders
from tests.web.markers import marked_supplements
from tests.web.round_makers import LOGINS, Maker

CSRF = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class GuardedRound:
    """The application on a round in a folder of its own, and a browser for every role."""

    app: Flask
    folder: Path
    logins: Mapping[str, str]
    tokens: Mapping[str, str]
    watch: sqlite3.Connection

    @property
    def tools(self) -> Tools:
        """Return the tools of the application."""
        tools: Tools = self.app.extensions["innoverkko"].tools
        return tools

    def browser(self, role: str) -> FlaskClient:
        """Return a new browser in which the role is logged in, with English pages."""
        kept = {"csrf_token": CSRF, "language": "en", "login": self.logins.get(role)}
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer is not None
        client = self.app.test_client()
        client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], str(serializer.dumps(kept)))
        return client

    def csrf_header(self) -> dict[str, str]:
        """Return the header that a page of the round sends with what it changes."""
        serializer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return {"X-CSRFToken": str(serializer.dumps(CSRF))}

    def version(self) -> int:
        """Return a number that changes with every write to the database."""
        number: int = self.watch.execute("PRAGMA data_version").fetchone()[0]
        return number

    def restore(self) -> None:
        """Put the database back as it was made."""
        kept, used = (self.folder / name for name in ("kept.sqlite", "round.sqlite"))
        with (
            contextlib.closing(sqlite3.connect(kept)) as source,
            contextlib.closing(sqlite3.connect(used)) as target,
        ):
            source.backup(target)


def make_guarded_round(folder: Path, template: Path) -> GuardedRound:
    """Make the round in a folder."""
    shutil.copyfile(template, folder / "round.sqlite")
    settings = settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data")
    app = create_app(settings, lambda: NOW)
    tools: Tools = app.extensions["innoverkko"].tools
    plan = Plan(supplements=marked_supplements(folder), stop_before="evaluate")
    run_round(tools, read_demo(tools), plan)
    add_outsiders(tools)
    with tools.database.unit_of_work() as session:
        maker = Maker(tools, session)
        maker.add_people()
        maker.tell_ties()
        maker.open_call()
        session.flush()
        maker.add_members()
        maker.evaluate()
        maker.decide()
        tokens = maker.add_mail()
        logins = {role: maker.log_in(role) for role in LOGINS}
    tools.database.dispose()
    fold_journal(folder / "round.sqlite")
    shutil.copyfile(folder / "round.sqlite", folder / "kept.sqlite")
    watch = sqlite3.connect(folder / "round.sqlite", check_same_thread=False)
    return GuardedRound(app, folder, logins, tokens, watch)


@pytest.fixture(scope="session")
def guarded_source(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[GuardedRound]:
    """Make the round once for the session."""
    made = make_guarded_round(tmp_path_factory.mktemp("guarded"), sqlite_template)
    yield made
    made.watch.close()
    made.tools.database.dispose()


@pytest.fixture
def guarded(guarded_source: GuardedRound) -> GuardedRound:
    """Give the round as it was made."""
    guarded_source.restore()
    return guarded_source
