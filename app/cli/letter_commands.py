"""Commands of issued letters: is a file genuine, and does its record still give the same bytes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import ValidationError

from app.config import Settings
from app.domain.errors import NotFound
from app.domain.records import sha256_bytes
from app.pdf.client import RenderFailed
from app.pdf.seal.means import make_means
from app.services.decision.rederiving import rederive_letter
from app.services.record.tools import make_tools

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ALTERED, UNREADABLE, UNTRUSTED = 1, 2, 3


@click.group()
def letter() -> None:
    """Check issued letters."""


@letter.command("verify")
@click.argument("file", type=FILE)
@click.option(
    "--trust", type=FILE, help="Certificates in PEM to trust, instead of those of the settings."
)
def verify_command(file: Path, trust: Path | None) -> None:
    """Check a letter offline: its seal, and the record inside it.

    Exit 0 when it is genuine, 1 when it was changed, 2 when it is no sealed letter, 3 when whoever
    sealed it is not trusted.
    """
    from app.pdf.seal.checking import SealState, check_seal  # noqa: PLC0415 - the signing library
    from app.pdf.seal.keys import list_trusted, read_certificates  # noqa: PLC0415
    from app.pdf.seal.record import read_record  # noqa: PLC0415

    content = file.read_bytes()
    trusted = read_certificates(str(trust)) if trust else list_trusted(make_means(_settings()))
    report = check_seal(content, trusted, datetime.now(UTC))
    click.echo(f"sha256    {sha256_bytes(content)}")
    click.echo(f"seal      {report.state}{f': {report.detail}' if report.detail else ''}")
    if report.level:
        click.echo(f"level     {report.level}, {report.holder}")
        click.echo(f"sealed    {report.sealed_at}")
        click.echo(f"stamped   {report.stamped_at or 'no timestamp that proves the time'}")
    record = read_record(content)
    if record is not None:
        state = "whole" if record.is_whole else "does not have the checksum that it names"
        click.echo(f"record    {record.record_number}, {record.date}, {record.template}: {state}")
    is_whole = record is not None and record.is_whole
    if report.state is SealState.SOUND and not is_whole:
        sys.exit(ALTERED)
    codes = {SealState.BROKEN: ALTERED, SealState.UNSEALED: UNREADABLE}
    sys.exit({**codes, SealState.UNTRUSTED: UNTRUSTED, SealState.SOUND: 0}[report.state])


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        raise click.UsageError(
            "name the certificates to trust with --trust, or set up the service"
        ) from error


@letter.command("rederive")
@click.argument("name")
def rederive_command(name: str) -> None:
    """Lay out an issued letter anew from its frozen record (NAME: decision or code) and compare.

    Exit 0 when the bytes are the same, 1 when they differ, 2 when there is no such letter.
    """
    tools = make_tools(Settings())
    try:
        with tools.database.reading() as session:
            found = rederive_letter(session, tools, name)
    except (NotFound, RenderFailed) as error:
        click.echo(f"{name}: {error}", err=True)
        sys.exit(UNREADABLE)
    finally:
        tools.renderer.close()
        tools.database.dispose()
    click.echo(f"{found.record_number}: stored {found.stored_sha256}")
    click.echo(f"made anew {found.made_sha256}, {found.made_bytes} bytes before the seal")
    click.echo(
        "the same bytes" if found.is_same else "DIFFERENT bytes: other versions of the engine?"
    )
    sys.exit(0 if found.is_same else ALTERED)
