"""The record of events, and the check that nothing in it was changed."""

from __future__ import annotations

from flask import render_template, request

from app.queries.users import EventFilter, count_events
from app.queries.users import list_events as find_events
from app.services.events import find_break
from app.web.access import is_admin, requires
from app.web.admin.blueprint import bp
from app.web.binding import reading


@bp.get("/events")
@requires(is_admin)
def list_events() -> str:
    """List the events, the newest first; with ``check`` read the whole chain."""
    wanted = EventFilter(
        action=request.args.get("action", ""), before=request.args.get("before", type=int)
    )
    is_checked = "check" in request.args
    return render_template(
        "admin/events_list.html",
        page=find_events(reading(), wanted),
        wanted=wanted,
        count=count_events(reading()),
        is_checked=is_checked,
        broken_at=find_break(reading()) if is_checked else None,
    )
