"""Commands of accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from app.config import Settings
from app.db import Database
from app.domain.actors import Role
from app.services.account.people import PersonInput, create_person, hash_password

SHORTEST_PASSWORD = 12


@click.group()
def user() -> None:
    """Make accounts."""


@user.command("create")
@click.argument("email")
@click.option("--name", required=True, help="Name or role title that is shown.")
@click.option("--role", type=click.Choice([role.value for role in Role if role is not Role.SYSTEM]))
@click.option("--body", default="", help="Key of the authority for officers and decision makers.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi")
@click.password_option(help="At least 12 characters.")
def create_command(
    email: str, name: str, role: str | None, body: str, language: str, password: str
) -> None:
    """Make an account with a role."""
    if len(password) < SHORTEST_PASSWORD:
        raise click.BadParameter(f"a password needs at least {SHORTEST_PASSWORD} characters")
    person = PersonInput(
        email=email,
        display_name=name,
        roles=[(Role(role), body)] if role and role != Role.APPLICANT else [],
        language=language,
        password_hash=hash_password(password),
    )
    database = Database(Settings().database_url)
    with database.unit_of_work() as session:
        create_person(session, person, datetime.now(UTC))
    database.dispose()
    click.echo(f"account {email} made")
