"""Applications for tests, each with a database and a data folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from app.config import Settings
from app.db import Database
from tests.support.browser import serve
from tests.support.pages import PageClient

Clock = Callable[[], datetime]
SECRET = "a key for tests that guards nothing"


def settings_for(database_url: str, data_dir: Path, **changes: object) -> Settings:
    """Return the settings of a test application: no background work, mail into a folder."""
    fixed: dict[str, object] = {
        "database_url": database_url,
        "data_dir": data_dir,
        "secret_key": SecretStr(SECRET),
        "testing": True,
        "embedded_worker": False,
    }
    return Settings(**{**fixed, **changes})


@pytest.fixture
def new_app(tmp_path: Path) -> Callable[..., Flask]:
    """Give a function that makes an application on a database.

    The clock and any setting may be chosen: `new_app(url, clock=lambda: moment, demo=True)`.
    """
    # Imported here, so that tests of pure rules do not load the whole web application.
    from app.factory import create_app, system_clock  # noqa: PLC0415 - see above

    def make(database_url: str, *, clock: Clock = system_clock, **changes: object) -> Flask:
        return create_app(settings_for(database_url, tmp_path / "data", **changes), clock)

    return make


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an open, migrated, empty database; the test runs on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """Give an open, migrated, empty SQLite database, for tests of the web and of letters."""
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def web_app(new_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """Give the application on an empty SQLite database."""
    return new_app(sqlite_url)


@pytest.fixture
def pages(web_app: Flask) -> PageClient:
    """Give a client of `web_app` that judges every page."""
    return PageClient(web_app)


@pytest.fixture
def live_url(web_app: Flask) -> Iterator[str]:
    """Serve `web_app` to a browser; give its address."""
    with serve(web_app) as address:
        yield address
