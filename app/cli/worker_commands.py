"""The command of background work for installations whose web processes do none."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from types import FrameType

import click

from app.config import Settings
from app.logs import configure_logs
from app.services.background.work import Worker, work_once
from app.services.record.tools import make_tools


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def worker_command(*, once: bool) -> None:
    """Do the background work: letters, receipts, mail, reminders and what the clock asks for.

    Several workers may run side by side. SIGTERM and Ctrl-C end one after the job in hand.
    """
    configure_logs()
    tools = make_tools(Settings())
    try:
        if once:
            click.echo(f"{work_once(tools, datetime.now(UTC))} jobs and mails taken")
            return
        worker = Worker(tools, lambda: datetime.now(UTC))

        def stop(_signal: int, _frame: FrameType | None) -> None:
            worker.ask_to_stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        click.echo("worker started")
        worker.run()
        click.echo("worker ended")
    finally:
        tools.renderer.close()
        tools.database.dispose()
