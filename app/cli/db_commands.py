"""Commands of the database."""

from __future__ import annotations

import sys

import click

from app.config import Settings
from app.db import Database, upgrade
from app.services.call.authorities import import_authorities
from app.services.record.events import find_break
from calls.registers import load_registers


@click.group()
def db() -> None:
    """Set up and check the database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema and bring in the packaged authorities."""
    settings = Settings()
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    with database.unit_of_work() as session:
        added = import_authorities(session, load_registers())
    database.dispose()
    click.echo(f"database ready, {added} authorities added")


@db.command("check-events")
def check_events_command() -> None:
    """Check the chain of the event record."""
    database = Database(Settings().database_url)
    with database.reading() as session:
        broken = find_break(session)
    database.dispose()
    if broken is not None:
        click.echo(f"the record does not fit from event {broken} on", err=True)
        sys.exit(1)
    click.echo("the record is whole")
