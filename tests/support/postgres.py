"""A PostgreSQL of our own for the tests, started in under a second and thrown away.

Order: the server at TEST_POSTGRES_URL, else the system's binaries (as user postgres when we are
root, because PostgreSQL refuses to run as root).
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
MISSING = (
    "PostgreSQL: not found, its tests are skipped "
    "(apt-get install -y postgresql, or set TEST_POSTGRES_URL)"
)


class PostgresMissing(Exception):
    """Neither TEST_POSTGRES_URL nor the system's PostgreSQL binaries are there."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `url` leads to its maintenance database."""

    url: URL

    def create_database(self, name: str, template: str = "template0") -> URL:
        """Create a database, as a copy of a template that nobody is connected to."""
        self._administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url.set(database=name)

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting the connections that a test has left open."""
        self._administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _administer(self, statement: sql.Composed) -> None:
        """Run one statement outside of a transaction."""
        address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def find_binaries() -> Path | None:
    """Find the folder of initdb and pg_ctl, the newest version first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]), reverse=True)
    if newest:
        return newest[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def pytest_report_header() -> str:
    """Say in one line which PostgreSQL the tests use, or that there is none."""
    if os.environ.get("TEST_POSTGRES_URL"):
        return "PostgreSQL: the server at TEST_POSTGRES_URL"
    binaries = find_binaries()
    return f"PostgreSQL: own server from {binaries}" if binaries else MISSING


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged(folder: Path) -> dict[str, object]:
    """Return the options of subprocess.run that start a program as postgres when we are root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def own_server(binaries: Path) -> Iterator[PostgresServer]:
    """Start a server in a temporary folder; stop and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="innoverkko-pg-"))
    folder.chmod(0o755)
    as_user = unprivileged(folder)
    port = free_port()
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(data), *arguments]
        log = subprocess.run(
            command,
            cwd=folder,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **as_user,
        )
        if log.returncode:
            raise RuntimeError(f"{program} failed: {log.stderr.decode()}")

    settings = " ".join(f"-c {item}" for item in (*FAST, "listen_addresses=127.0.0.1"))
    run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run("pg_ctl", "-w", "-o", f"-p {port} -k {folder} {settings}", "-l", f"{folder}/log", "start")
    try:
        yield PostgresServer(make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"))
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextlib.contextmanager
def any_server() -> Iterator[PostgresServer]:
    """Give the server to test with.

    Raises PostgresMissing.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    binaries = find_binaries()
    if given:
        yield PostgresServer(make_url(given).set(drivername="postgresql+psycopg"))
    elif binaries:
        with own_server(binaries) as server:
            yield server
    else:
        raise PostgresMissing(MISSING)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Give one server for each test process; where there is none, skip, but fail in CI."""
    try:
        with any_server() as server:
            yield server
    except PostgresMissing as problem:
        if os.environ.get("CI"):
            pytest.fail(str(problem), pytrace=False)
        pytest.skip(str(problem))
