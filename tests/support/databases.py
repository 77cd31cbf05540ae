"""Migrated databases for tests, on both engines, a few milliseconds each.

Migrations run once for each engine and test process; each test gets a copy of the result.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from app.db import upgrade
from tests.support.postgres import PostgresServer

NewDatabase = Callable[[], str]
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def written_out(url: URL) -> str:
    """Return a URL as text with its password."""
    return url.render_as_string(hide_password=False)


def sqlite_url_of(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return f"sqlite:///{path}"


def fold_journal(path: Path) -> None:
    """Move everything from the write-ahead log into the file, so that the file alone is whole."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a migrated SQLite file; copy it, do not change it."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    upgrade(sqlite_url_of(path))
    fold_journal(path)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the name of a migrated PostgreSQL database; copy it, do not connect to it."""
    name = f"template_{uuid.uuid4().hex}"
    upgrade(written_out(postgres_server.create_database(name)))
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a migrated, empty SQLite database of this test alone."""
    path = tmp_path / f"{uuid.uuid4().hex}.sqlite"
    shutil.copyfile(sqlite_template, path)
    return sqlite_url_of(path)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Give the URL of a migrated, empty PostgreSQL database of this test alone."""
    name = f"test_{uuid.uuid4().hex}"
    yield written_out(postgres_server.create_database(name, postgres_template))
    postgres_server.drop_database(name)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Give a migrated, empty database; the test runs on SQLite and again on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(params=ENGINES)
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database without any table, on SQLite and again on PostgreSQL (migration tests)."""
    if request.param == "sqlite":
        yield sqlite_url_of(tmp_path / "unmigrated.sqlite")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"unmigrated_{uuid.uuid4().hex}"
    yield written_out(server.create_database(name))
    server.drop_database(name)
