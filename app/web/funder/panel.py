"""The panel meeting: an agenda in the order of doubt, to read on a screen or on paper."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template

from app.policies.funder import may_handle_call
from app.queries.funder.agenda import list_agenda
from app.queries.funder.analyses import find_analysis, find_waiting
from app.queries.funder.calls import load_call
from app.services.call.calls import get_definition
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from calls.scoring_rules import to_rubric

if TYPE_CHECKING:
    from app.models import Call


@bp.get("/calls/<uuid:call_id>/panel")
@requires(may_handle_call, load=load_call)
def show_panel(call: Call, call_id: uuid.UUID) -> str:
    """Show the agenda of a panel meeting; what a conflict closes to the reader is not on it."""
    definition = get_definition(reading(), call.version_id)
    analysis = find_analysis(reading(), call_id)
    chances = analysis.chances if analysis else {}
    rubric, reader = to_rubric(definition), current_actor().user_id
    return render_template(
        "funder/panel_show.html",
        call=call,
        definition=definition,
        analysis=analysis,
        waiting=find_waiting(reading(), call_id),
        items=list_agenda(reading(), call_id, rubric, chances, reader),
        now=now(),
    )
