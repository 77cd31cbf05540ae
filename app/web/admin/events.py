"""The record of events, and the check that nobody changed it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.queries.users import EventFilter, count_events
from app.queries.users import list_events as query_events
from app.services.record.events import find_break
from app.web.access import is_admin, requires
from app.web.admin.blueprint import bp
from app.web.admin.event_words import SUBJECTS, list_changes, name_act
from app.web.binding import reading
from app.web.call_words import ROLES


@bp.get("/events")
@requires(is_admin)
def list_events() -> str:
    """List the events, the newest first."""
    wanted = EventFilter(
        action=request.args.get("action", "").strip(),
        subject_id=request.args.get("subject", "").strip(),
        before=request.args.get("before", type=int),
    )
    return render_template(
        "admin/event_list.html",
        page=query_events(reading(), wanted),
        wanted=wanted,
        roles=ROLES,
        subjects=SUBJECTS,
        name_act=name_act,
        list_changes=list_changes,
    )


@bp.post("/events/check")
@requires(is_admin)
def check_events() -> Response:
    """Compute the seal of every event anew and say whether all fit."""
    broken = find_break(reading())
    if broken is None:
        count = count_events(reading())
        flash(_("The record is whole: all %(count)s events fit.", count=count), "success")
    else:
        flash(_("The record is broken at event %(number)s.", number=broken), "error")
    return redirect(url_for("admin.list_events"), code=303)
