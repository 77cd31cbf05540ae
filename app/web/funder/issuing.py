"""How the letters of a call are made: progress, stop and start again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.policies.funder import may_handle_call, may_view_call
from app.queries.funder import issuing as queries
from app.queries.funder.calls import load_call
from app.services.decision import issuing
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.acts import act
from app.web.funder.blueprint import bp
from app.web.funder.letter_words import view_fault
from app.web.login import current_actor

if TYPE_CHECKING:
    from datetime import timedelta

    from app.models import Call

_MINUTE = 60


@bp.get("/calls/<uuid:call_id>/letters")
@requires(may_view_call, load=load_call)
def show_issuing(call: Call, **_ids: uuid.UUID) -> str:
    """Show how many letters are made, wait or failed, and the time left."""
    found = queries.show_issuing(reading(), call.id)
    return render_template(
        "funder/letters_issue.html",
        call=call,
        issuing=found,
        time_left=_write_time(found.time_left),
        may_handle=may_handle_call(current_actor(), call),
        view_fault=view_fault,
    )


def _write_time(left: timedelta | None) -> str:
    if left is None:
        return ""
    seconds = int(left.total_seconds())
    if seconds < _MINUTE:
        return _("less than a minute")
    minutes = -(-seconds // _MINUTE)
    return ngettext("about %(num)s minute", "about %(num)s minutes", minutes)


@bp.post("/calls/<uuid:call_id>/letters/stop")
@requires(may_handle_call, load=load_call)
def stop_letters(_call: Call, call_id: uuid.UUID) -> Response:
    """Stop the letters that wait."""
    return act(
        lambda session: issuing.stop_letters(session, call_id, current_actor(), now()),
        url_for("funder.show_issuing", call_id=call_id),
        _("The letters that waited were stopped."),
    )


@bp.post("/calls/<uuid:call_id>/letters/retry")
@requires(may_handle_call, load=load_call)
def retry_letters(_call: Call, call_id: uuid.UUID) -> Response:
    """Set the letters going that are neither made nor under way."""
    return act(
        lambda session: issuing.retry_letters(session, call_id, current_actor(), now()),
        url_for("funder.show_issuing", call_id=call_id),
        _("The letters were set going again."),
    )
