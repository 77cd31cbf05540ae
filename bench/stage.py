"""What the measurements share: one seeded database, the served system, the floor, and logged-in people."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex

import sqlalchemy as sa
from flask import Flask

from app.config import Settings
from app.db import upgrade
from app.factory import create_app
from app.models import User
from app.services.account.sessions import start_session
from app.services.record.tools import Tools, make_tools
from app.web.login import session_limits
from bench.client import Visitor
from bench.processes import Server, serve_floor, serve_project
from bench.seed import Seeded, Size, seed
from tests.support.statements import statements

BROWSER = {
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Site": "same-origin",
    "Accept-Language": "fi",
}
"""What a browser sends with a page of this site over HTTPS."""


class Round:
    """A migrated and seeded database with its files, and how long both took."""

    def __init__(self, folder: Path, size: Size, url: str = "") -> None:
        """Make it: at an address, else in an SQLite file of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.size = folder, size
        self.url = url or f"sqlite:///{folder / 'round.sqlite'}"
        begun = time.perf_counter()
        upgrade(self.url)
        self.migrate_seconds = time.perf_counter() - begun
        tools = make_tools(self.settings)
        begun = time.perf_counter()
        self.seeded: Seeded = seed(tools, datetime.now(UTC), size)
        self.seed_seconds = time.perf_counter() - begun
        tools.database.dispose()

    @property
    def settings(self) -> Settings:
        """Return the settings under which the system uses it."""
        return Settings(
            database_url=self.url, data_dir=self.folder, demo=True, embedded_worker=False
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the same settings for a server process; its background work runs as it always does."""
        return {
            "INNOVERKKO_DATABASE_URL": self.url,
            "INNOVERKKO_DATA_DIR": str(self.folder),
            "INNOVERKKO_DEMO": "true",
        }

    @cached_property
    def app(self) -> Flask:
        """Return the application in this process: statements are counted here."""
        return create_app(self.settings)

    @property
    def tools(self) -> Tools:
        """Return the tools of the application in this process."""
        tools: Tools = self.app.extensions["innoverkko"].tools
        return tools

    def log_in(self, email: str) -> dict[str, str]:
        """Start a login for a person; return the headers that carry it."""
        with self.app.app_context(), self.tools.database.unit_of_work() as session:
            user_id = session.scalars(sa.select(User.id).where(User.email == email)).one()
            token = start_session(session, user_id, "bench", session_limits(), datetime.now(UTC))
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        # With the seed of its form tokens, which a browser has after its first page.
        kept = {"login": token, "language": "fi", "_permanent": True, "csrf_token": token_hex(20)}
        cookie = signer.dumps(kept)
        return {"Cookie": f"{self.app.config['SESSION_COOKIE_NAME']}={cookie}"}

    def count_statements(self, headers: dict[str, str], path: str, *bodies: dict[str, str]) -> int:
        """Return how many statements the last of two requests takes; with bodies they are posted."""
        client = self.app.test_client(use_cookies=False)
        method = "POST" if bodies else "GET"
        warm, counted = bodies or ({}, {})
        client.open(path, method=method, headers=headers, data=warm)
        with statements(self.tools.database.engine) as seen:
            response = client.open(path, method=method, headers=headers, data=counted)
        if response.status_code >= 400:
            raise LookupError(f"{path} answers {response.status_code}")
        return len(seen)


class Stage:
    """Makes what a measurement asks for, once, and takes it down at the end."""

    def __init__(
        self,
        folder: Path,
        stack: contextlib.ExitStack,
        applications: int,
        gold: Path | None = None,
    ) -> None:
        """Use a folder; ``applications`` is the size of the round, ``gold`` see bench/gold.py."""
        self.folder, self.applications, self.gold = folder, applications, gold
        self._stack = stack

    @cached_property
    def round(self) -> Round:
        """Return the round of 1,000 applications and 3,000 evaluations."""
        return Round(self.folder / "round", Size(self.applications))

    @cached_property
    def server(self) -> Server:
        """Return the system, served as ``./dev up`` serves it."""
        environment = self.round.environment
        return self._stack.enter_context(serve_project(environment, self.folder / "server.log"))

    @cached_property
    def floor(self) -> Server:
        """Return the floor, served the same way."""
        return self._stack.enter_context(serve_floor(self.folder))

    @cached_property
    def officer(self) -> dict[str, str]:
        """Return the headers of the officer."""
        return self.round.log_in(self.round.seeded.officer)

    @property
    def list_path(self) -> str:
        """Return the address of the officer's list."""
        return f"/funder/calls/{self.round.seeded.call_id}/applications"

    @property
    def application_path(self) -> str:
        """Return the address of one evaluated application."""
        return f"/funder/applications/{self.round.seeded.evaluated[0]}"

    @contextlib.contextmanager
    def visit(self, headers: dict[str, str]) -> Iterator[Visitor]:
        """Give a kept connection of one person."""
        visitor = Visitor(self.server, headers)
        try:
            yield visitor
        finally:
            visitor.close()
