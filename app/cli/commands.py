"""The commands and their options."""

from __future__ import annotations

import click

from app.cli import (
    call_commands,
    db_commands,
    demo_commands,
    letter_commands,
    lottery,
    round_commands,
    routing,
    scoring,
    user_commands,
    worker_commands,
)


@click.group()
@click.version_option(package_name="innoverkko")
def main() -> None:
    """Innoverkko: a funding call from the first word to the last letter."""


main.add_command(db_commands.db)
main.add_command(call_commands.call)
main.add_command(round_commands.run_round_command)
main.add_command(demo_commands.demo)
main.add_command(letter_commands.letter)
main.add_command(user_commands.user)
main.add_command(worker_commands.worker_command)
main.add_command(routing.routing)
main.add_command(scoring.scoring)
main.add_command(lottery.lottery)
