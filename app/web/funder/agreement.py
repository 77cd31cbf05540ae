"""How far the evaluators agree: of a round, of one application, and the record behind the figures."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.policies.funder import may_handle_application, may_handle_call
from app.queries.conflicts import list_closed_to
from app.queries.funder.analyses import find_analysis, find_waiting, get_analysis
from app.queries.funder.calls import load_application, load_call
from app.queries.funder.detail import list_evaluations
from app.queries.funder.disagreements import list_disagreements
from app.queries.funder.matrix import build_matrix
from app.queries.funder.outcomes import list_names
from app.services.call.calls import get_definition
from app.services.decision.analyses import request_analysis
from app.services.evaluation.consensus import find_consensus, find_third_reasons
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.acts import act
from app.web.funder.blueprint import bp
from app.web.funder.opinions import present_criteria, present_disagreements
from app.web.login import current_actor
from calls.scoring_rules import to_rubric

if TYPE_CHECKING:
    from app.models import Application, Call

BACK = {
    "agreement": "funder.show_agreement",
    "ranking": "funder.show_ranking",
    "panel": "funder.show_panel",
}
"""Pages from which figures are asked for."""


@bp.get("/calls/<uuid:call_id>/agreement")
@requires(may_handle_call, load=load_call)
def show_agreement(call: Call, call_id: uuid.UUID) -> str:
    """Show how far the evaluators of a round agree, who is strict, and every disagreement."""
    definition = get_definition(reading(), call.version_id)
    reader = current_actor().user_id
    found = list_disagreements(reading(), call_id, to_rubric(definition), reader)
    analysis = find_analysis(reading(), call_id)
    return render_template(
        "funder/agreement_show.html",
        call=call,
        definition=definition,
        analysis=analysis,
        waiting=find_waiting(reading(), call_id),
        disagreements=present_disagreements(definition, found.rows),
        count=found.count,
        names=list_names(reading(), call_id),
        closed=list_closed_to(reading(), call_id, reader),
    )


@bp.get("/applications/<uuid:application_id>/opinions")
@requires(may_handle_application, load=load_application)
def show_opinions(application: Application, application_id: uuid.UUID) -> str:
    """Show the evaluators' scores of one application side by side, with anchors and comments."""
    definition = get_definition(reading(), application.call_version_id)
    consensus = find_consensus(reading(), application_id)
    sheets = list_evaluations(reading(), application_id)
    matrix = build_matrix(to_rubric(definition), sheets, consensus)
    return render_template(
        "funder/opinions_show.html",
        application=application,
        definition=definition,
        matrix=matrix,
        consensus=consensus,
        criteria=present_criteria(definition, matrix),
        names={each.id: each.name for each in definition.rubric.criteria},
        reasons=find_third_reasons(reading(), application_id),
    )


@bp.post("/calls/<uuid:call_id>/analyses")
@requires(may_handle_call, load=load_call)
def request_figures(_call: Call, call_id: uuid.UUID) -> Response:
    """Have the figures calculated in the background."""
    back = BACK.get(request.form.get("to", ""), BACK["agreement"])

    def work(session: Session) -> None:
        request_analysis(session, call_id, current_actor(), now())

    return act(work, url_for(back, call_id=call_id), _("The figures will be calculated."))


@bp.get("/calls/<uuid:call_id>/analyses/<int:number>.json")
@requires(may_handle_call, load=load_call)
def download_analysis(call: Call, call_id: uuid.UUID, number: int) -> Response:
    """Give every score that was counted and every result to whoever wants to check them."""
    row = get_analysis(reading(), call_id, number)
    data: dict[str, Any] = {
        "schema": "innoverkko-analysis/1",
        "call": call.code,
        "analysis": row.number,
        "algorithm": row.algorithm,
        "at": row.created_at.isoformat(),
        "inputs_sha256": row.inputs_sha256,
        "inputs": json.loads(row.inputs),
        "sha256": row.sha256,
        "result": json.loads(row.content),
    }
    body = json.dumps(data, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{call.code}-analysis-{number}.json"'}
    return Response(body, mimetype="application/json", headers=headers)
