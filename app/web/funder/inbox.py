"""The funder's inbox: calls, how far each is, and the one thing to do next."""

from __future__ import annotations

from flask import render_template

from app.queries.funder_inbox import list_calls
from app.web.access import is_funder, requires
from app.web.binding import reading
from app.web.funder.blueprint import bp
from app.web.login import current_actor


@bp.get("/")
@requires(is_funder)
def show_inbox() -> str:
    """Show the calls of the reader's bodies."""
    calls = list_calls(reading(), current_actor().authority_keys)
    return render_template("funder/inbox_show.html", calls=calls)
