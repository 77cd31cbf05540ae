"""The database: engines, sessions, the unit of work and migrations.

Reads and writes are told apart. On SQLite a write begins IMMEDIATE, so two writers queue instead of
failing half-way, and a read begins deferred with ``query_only``, so a reader never waits for a writer
and a GET cannot change a row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from scoring.deferred import Deferred

if TYPE_CHECKING:
    from alembic import command
    from alembic import config as settings
else:
    # Ten megabytes that a web process never needs.
    command, settings = Deferred("alembic.command"), Deferred("alembic.config")

ROOT = Path(__file__).resolve().parent.parent
_WRITES = "innoverkko_writes"


def make_engine(url: str) -> sa.Engine:
    """Return an engine for SQLite or PostgreSQL with this project's settings."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite_engine(parsed)
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=8,
        pool_use_lifo=True,
        connect_args={"options": "-c timezone=utc -c lock_timeout=10000"},
    )


def _make_sqlite_engine(url: sa.URL) -> sa.Engine:
    is_file = bool(url.database) and url.database != ":memory:"
    if is_file:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # The connection used last holds what was read last, and the others need not hold it too.
    pool = {"pool_use_lifo": True} if is_file else {}
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, True)
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise sa.exc.InvalidRequestError("the connection is closed")
        raw.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """One database and its two ways in: reading, and a unit of work."""

    def __init__(self, url: str, encoder: str = "") -> None:
        """Open (lazily) the database at an SQLAlchemy URL.

        ``encoder`` names the language model of the installation; every session tells it (``info``).
        """
        self.url = url
        told = {"encoder": encoder}
        self.engine = make_engine(url)
        reading_engine = self.engine.execution_options(**{_WRITES: False})
        self._write_sessions = sessionmaker(self.engine, info=told, expire_on_commit=False)
        self._read_sessions = sessionmaker(
            reading_engine, info=told, expire_on_commit=False, autoflush=False
        )

    def open_reading(self) -> Session:
        """Return a session that only reads; the caller closes it."""
        return self._read_sessions()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads."""
        with self._read_sessions() as session:
            yield session

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Give a session whose changes are committed together, or not at all."""
        with self._write_sessions() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def alembic_config(url: str) -> settings.Config:
    """Return the migration settings for a database; there is no alembic.ini."""
    config = settings.Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision, from nothing if need be."""
    command.upgrade(alembic_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision."""
    command.downgrade(alembic_config(url), revision)
