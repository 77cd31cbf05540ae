"""The panel meeting as an evaluator follows it: only what the person has scored, and no conflict closes."""

from __future__ import annotations

import uuid

from flask import render_template

from app.domain.errors import NotFound
from app.policies.evaluations import may_attend_panel
from app.queries.funder.agenda import list_agenda
from app.queries.panel_seat import Seat, load_seat
from app.services.call.calls import get_definition
from app.web.access import requires
from app.web.binding import reading
from app.web.evaluator.blueprint import bp
from app.web.login import current_actor
from calls.scoring_rules import to_rubric


@bp.get("/calls/<uuid:call_id>/panel")
@requires(may_attend_panel, load=load_seat)
def show_panel(seat: Seat, call_id: uuid.UUID) -> str:
    """Show the agenda, the widest disagreement first, without names or codes of evaluators."""
    if seat.call.version_id is None:
        raise NotFound(call_version=str(call_id))
    definition = get_definition(reading(), seat.call.version_id)
    reader = current_actor().user_id
    agenda = list_agenda(reading(), call_id, to_rubric(definition), {}, reader)
    return render_template(
        "evaluator/panel_show.html",
        call=seat.call,
        items=[item for item in agenda if item.application_id in seat.sheets],
        sheets=seat.sheets,
        names={each.id: each.name for each in definition.rubric.criteria},
    )
