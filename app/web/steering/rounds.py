"""Rounds as the steering group follows them: figures only, never applicants or scorers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import Response, render_template, stream_with_context

from app.queries import steering as queries
from app.web.access import is_steering, requires
from app.web.binding import reading
from app.web.call_words import APPLICATION_STATES, CALL_STATES
from app.web.login import current_actor
from app.web.papers import send_report
from app.web.spreadsheets import write_rows
from app.web.steering.blueprint import bp
from app.web.steering.overview import EXPORT_COLUMNS, list_export_rows, make_overview

if TYPE_CHECKING:
    from app.models import Call


@bp.get("/")
@requires(is_steering)
def list_rounds() -> str:
    """List the published rounds."""
    rounds = queries.list_rounds(reading())
    return render_template("steering/round_list.html", rounds=rounds, states=CALL_STATES)


@bp.get("/rounds/<uuid:call_id>")
@requires(is_steering)
def show_round(call_id: uuid.UUID) -> str:
    """Show the figures of a round."""
    call = _get_round(call_id)
    return render_template(
        "steering/round_show.html",
        call=call,
        call_id=call_id,
        overview=make_overview(call),
        call_states=CALL_STATES,
        states={state: text for state, (text, _kind) in APPLICATION_STATES.items()},
        fewest_in_group=queries.FEWEST_IN_GROUP,
        fewest_scored=queries.FEWEST_SCORED,
    )


@bp.get("/rounds/<uuid:call_id>.csv")
@requires(is_steering)
def export_round(call_id: uuid.UUID) -> Response:
    """Send the figures of a round as CSV."""
    call = _get_round(call_id)
    rows = list_export_rows(make_overview(call))
    headers = {"Content-Disposition": f'attachment; filename="{call.code}-figures.csv"'}
    body = stream_with_context(write_rows(EXPORT_COLUMNS, rows))
    return Response(body, mimetype="text/csv", headers=headers)


@bp.get("/rounds/<uuid:call_id>.pdf")
@requires(is_steering)
def download_report(call_id: uuid.UUID) -> Response:
    """Send the figures of a round as a report in PDF, with charts."""
    return send_report(_get_round(call_id))


def _get_round(call_id: uuid.UUID) -> Call:
    return queries.load_round(reading(), current_actor(), call_id)
