"""Rounds as the steering group follows them: figures only, never applicants or scorers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Response, render_template, stream_with_context
from flask_babel import gettext as _

from app.queries import steering as queries
from app.services.calls import get_definition
from app.web.access import is_steering, requires
from app.web.binding import reading, tools
from app.web.filters import localized_text
from app.web.login import current_actor
from app.web.spreadsheets import write_rows
from app.web.state_words import APPLICATION_STATES, CALL_STATES
from app.web.steering.blueprint import bp
from app.web.steering.figures import Table, list_objectives, list_tables, track_round

if TYPE_CHECKING:
    from app.models import Call


@bp.get("/")
@requires(is_steering)
def list_rounds() -> str:
    """List the published rounds."""
    rounds = queries.list_rounds(reading())
    return render_template("steering/rounds_list.html", rounds=rounds, states=CALL_STATES)


@bp.get("/rounds/<uuid:call_id>")
@requires(is_steering)
def show_round(call_id: uuid.UUID) -> str:
    """Show the figures of a round."""
    call, figures, tables = _read_round(call_id)
    tracked = track_round(figures, tools().registers)
    return render_template(
        "steering/round_show.html",
        call=call,
        figures=figures,
        tables=tables,
        tracked=tracked,
        objectives=list_objectives(tracked.sum),
        call_states=CALL_STATES,
        application_states=APPLICATION_STATES,
    )


@bp.get("/rounds/<uuid:call_id>.csv")
@requires(is_steering)
def export_round(call_id: uuid.UUID) -> Response:
    """Send the figures of a round as CSV."""
    call, figures, tables = _read_round(call_id)
    header = (_("Grouping"), _("Group"), _("Applications"), _("Applied for"), _("Proposed"))
    rows = (*_state_rows(figures), *_group_rows(tables), *_objective_rows(figures))
    body = stream_with_context(write_rows((*header, _("Granted")), rows))
    headers = {"Content-Disposition": f'attachment; filename="{call.code}-figures.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


def _read_round(call_id: uuid.UUID) -> tuple[Call, queries.RoundFigures, list[Table]]:
    call = queries.load_round(reading(), current_actor(), call_id)
    figures = queries.load_figures(reading(), call_id)
    if call.version_id is None:
        raise ValueError("a published round has a version")
    definition = get_definition(reading(), call.version_id)
    return call, figures, list_tables(figures, definition, tools().registers)


def _state_rows(figures: queries.RoundFigures) -> Iterator[tuple[object, ...]]:
    for state, count in sorted(figures.states.items()):
        text = str(APPLICATION_STATES[state.value])
        yield _("State"), text, count, None, None, None


def _group_rows(tables: list[Table]) -> Iterator[tuple[object, ...]]:
    for table in tables:
        for group in table.groups:
            name = localized_text(table.names.get(group.key)) or group.key
            euros = (group.applied, group.proposed, group.granted)
            shown = (None, None, None) if group.hides_euros else euros
            yield table.heading, name, group.count, *shown


def _objective_rows(figures: queries.RoundFigures) -> Iterator[tuple[object, ...]]:
    tracked = track_round(figures, tools().registers).sum
    amounts = (tracked.climate, tracked.environment, tracked.digital)
    for (name, _share, _text), amount in zip(list_objectives(tracked), amounts, strict=True):
        yield _("Objective"), name, None, None, None, amount
