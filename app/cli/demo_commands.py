"""Commands of the demo round."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from app.config import Settings
from app.services.record.tools import make_tools
from app.services.round.demo import DEMO_PASSWORD, is_empty, load_demo


@click.group()
def demo() -> None:
    """Load the packaged demo round."""


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database holds a call already.")
def load_command(if_empty: bool) -> None:
    """Load the demo round, through the same use cases that the browser uses, and print the logins."""
    os.environ.setdefault("INNOVERKKO_DEMO", "true")
    tools = make_tools(Settings())
    try:
        if not if_empty or is_empty(tools):
            load_demo(tools, lambda step: click.echo(f"… {step}"), datetime.now(UTC))
        click.echo("Demo logins, password of all: " + DEMO_PASSWORD)
        for line in (
            "  admin@innoverkko.example         administrator",
            "  esittelija@innoverkko.example    officer",
            "  ratkaisija@innoverkko.example    decision maker",
            "  arvioija-ev1@innoverkko.example  evaluator",
            "  hakija-demo-01@innoverkko.example  applicant",
            "  ohjausryhma@innoverkko.example   steering group",
        ):
            click.echo(line)
    finally:
        tools.renderer.close()
        tools.database.dispose()
