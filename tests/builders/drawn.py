"""A round whose call declares a draw, with a pool and no assignment."""

from __future__ import annotations

import shutil
import uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app.services.record.tools import make_tools
from calls.routing import DrawSettings, RoutingSettings
from tests.builders.pools import fill_pool
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of

DRAWN = RoutingSettings(objective="total", draw=DrawSettings(cap=Decimal("0.5")))


def make_drawn_round(folder: Path, template: Path, now: datetime) -> uuid.UUID:
    """Make the round in a folder; return its call."""
    shutil.copyfile(template, folder / "round.sqlite")
    tools = make_tools(settings_for(sqlite_url_of(folder / "round.sqlite"), folder / "data"))
    result = run_demo(tools, routing=DRAWN, stop_before="evaluate")
    with tools.database.unit_of_work() as session:
        fill_pool(tools, session, result.call_id, now)
    tools.database.dispose()
    fold_journal(folder / "round.sqlite")
    return result.call_id
