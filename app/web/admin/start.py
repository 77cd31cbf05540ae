"""The administrators' start page."""

from __future__ import annotations

from flask import render_template

from app.queries.admin import count_calls
from app.queries.users import count_users, count_work
from app.web.access import is_admin, requires
from app.web.admin.blueprint import bp
from app.web.binding import reading
from app.web.call_words import CALL_STATES


@bp.get("/")
@requires(is_admin)
def show_start() -> str:
    """Show what there is to look after."""
    open_accounts, with_role = count_users(reading())
    return render_template(
        "admin/start_show.html",
        open_accounts=open_accounts,
        with_role=with_role,
        calls=count_calls(reading()),
        states=CALL_STATES,
        work=count_work(reading()),
    )
