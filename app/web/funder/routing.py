"""The routing of a call: runs and their proof, the matrix, what-if, re-routing."""

from __future__ import annotations

import json
import uuid
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.funder.outcomes import list_names
from app.queries.funder.pair_matrix import PAGE, load_pair_matrix
from app.queries.funder.panels import PoolLine, list_evaluators, list_pool
from app.queries.funder.routing import RunLine, get_run, list_lacking, list_runs, list_wishes
from app.queries.funder.routing_jobs import QueuedRun, find_queued_run
from app.services.call.calls import get_definition
from app.services.routing import rerouting, routing
from app.services.routing.drawing import describe_draw
from app.services.routing.refusals import NO_ASSIGNMENT, read_refusal
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading
from app.web.funder.blueprint import bp
from app.web.funder.routing_words import explain_failure
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder_routing import WhatIfForm
from scoring.routing.certificate import stage_kinds

if TYPE_CHECKING:
    from app.models import Call, RoutingRun

FAILURES = NO_ASSIGNMENT
"""What a run may end in when there is no assignment."""
ACROSS = 12
"""People on a page of the matrix."""
RELOAD_SECONDS = 10
"""While a run is under way its page loads itself again, unless the reader has stopped that."""


def application_names(call_id: uuid.UUID) -> dict[str, str]:
    """Return record number and acronym by the key of an application."""
    found = list_names(reading(), call_id).items()
    return {key: f"{number} {acronym}".strip() for key, (number, acronym, _lead) in found}


def codes_of(pool: list[PoolLine]) -> dict[str, str]:
    """Return the codes of a pool by the key of the person."""
    return {str(each.evaluator_id): each.code for each in pool}


def failure_of(error: Exception, call_id: uuid.UUID) -> str:
    """Return why there is no assignment, with the names of the call."""
    return explain_failure(
        error, application_names(call_id), codes_of(list_pool(reading(), call_id))
    )


def _address(call_id: uuid.UUID) -> str:
    return url_for("funder.show_routing", call_id=call_id)


@bp.get("/calls/<uuid:call_id>/routing")
@requires(may_handle_call, load=load_call)
def show_routing(call: Call, call_id: uuid.UUID) -> tuple[str, dict[str, str]]:
    """Show the last run, its rules and proof, who lacks evaluators, and all locks and forbids."""
    definition = get_definition(reading(), call.version_id) if call.version_id else None
    panel = definition.rubric.evaluation.evaluators_per_application if definition else 0
    pool = list_pool(reading(), call_id)
    runs = list_runs(reading(), call_id)
    last = next((each for each in runs if each.kind == "proposal"), None)
    queued = find_queued_run(reading(), call_id)
    is_still = bool(request.args.get("still"))
    page = render_template(
        "funder/routing_show.html",
        call=call,
        panel=panel,
        settings=definition.routing if definition else None,
        runs=runs,
        last=last,
        queued=queued,
        is_still=is_still,
        waited=int((now() - queued.asked_at).total_seconds()) if queued else 0,
        usual=_usual_seconds(runs),
        failure=_failure_of_queued(call_id, queued, last),
        wishes=list_wishes(reading(), call_id),
        lacking=list_lacking(reading(), call_id, panel),
        overloaded=[each for each in pool if each.load > each.capacity],
        names=application_names(call_id),
        form=_what_if_form(call_id, panel),
    )
    is_followed = queued is not None and queued.is_under_way and not is_still
    return page, {"Refresh": str(RELOAD_SECONDS)} if is_followed else {}


def _usual_seconds(runs: list[RunLine]) -> Fraction | None:
    """Return the median of the last runs."""
    taken = [each.seconds for each in runs if each.kind == "proposal"]
    return median(taken) if taken else None


def _failure_of_queued(call_id: uuid.UUID, queued: QueuedRun | None, last: RunLine | None) -> str:
    """Return why the newest run in the background gave nothing, unless a later one did."""
    if queued is None or not queued.has_failed_since(last.created_at if last else None):
        return ""
    if queued.refused:
        return failure_of(read_refusal(queued.refused), call_id)
    return _("It was given up after several tries: %(error)s", error=queued.error[:300])


def _what_if_form(call_id: uuid.UUID, panel: int) -> WhatIfForm:
    form = WhatIfForm(request.args)
    if not form.panel.raw_data:
        form.panel.data = panel
    form.evaluator.choices = [
        SelectChoice("", _("Nobody")),
        *(SelectChoice(str(each.id), each.label) for each in list_evaluators(reading())),
    ]
    return form


@bp.get("/calls/<uuid:call_id>/routing/what-if")
@requires(may_handle_call, load=load_call)
def show_outlook(call: Call, call_id: uuid.UUID) -> str | tuple[str, int]:
    """Show what a run would give with other numbers; nothing is stored."""
    form = _what_if_form(call_id, 0)
    outlook, today, failure = None, None, ""
    is_asked = bool(request.args) and form.validate()
    if is_asked:
        more = uuid.UUID(form.evaluator.data) if form.evaluator.data else None
        try:
            outlook = routing.foresee(reading(), call_id, form.panel.data, more, now())
            today = routing.foresee(reading(), call_id, None, None, now())
        except FAILURES as error:
            failure = failure_of(error, call_id)
    page = render_template(
        "funder/routing_what_if.html",
        call=call,
        form=form,
        outlook=outlook,
        today=today,
        failure=failure,
        codes=codes_of(list_pool(reading(), call_id)),
    )
    return page if is_asked or not request.args else (page, 422)


@bp.get("/calls/<uuid:call_id>/routing/matrix")
@requires(may_handle_call, load=load_call)
def show_pair_matrix(call: Call, call_id: uuid.UUID) -> str:
    """Show applications × people, a page of each at a time."""
    page = max(0, request.args.get("page", 1, int) - 1)
    column = max(0, request.args.get("column", 1, int) - 1)
    matrix = load_pair_matrix(reading(), call_id, page, column, ACROSS)
    return render_template(
        "funder/routing_matrix.html",
        call=call,
        matrix=matrix,
        page=page + 1,
        column=column + 1,
        pages=-(-matrix.applications // PAGE),
        columns=-(-matrix.evaluators // ACROSS),
    )


@bp.get("/calls/<uuid:call_id>/routing/runs/<int:number>.json")
@requires(may_handle_call, load=load_call)
def download_certificate(call: Call, call_id: uuid.UUID, number: int) -> Response:
    """Give the instance, the pairs and the whole prices of a run to whoever wants to check it."""
    run = get_run(reading(), call_id, number)
    body = json.dumps(_certificate(call, run), ensure_ascii=False, indent=1)
    name = f"{call.code}-routing-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="application/json", headers=headers)


def _certificate(call: Call, run: RoutingRun) -> dict[str, object]:
    kinds = stage_kinds(run.objective) if run.certificate else ()
    return {
        "schema": "innoverkko-routing/1",
        "call": call.code,
        "run": run.number,
        "at": run.created_at.isoformat(),
        "objective": run.objective,
        "status": run.status,
        "value": run.value_millionths,
        "bound": run.bound_millionths,
        "rules": run.rules,
        "breaches": run.breaches,
        "problem": run.instance,
        "fingerprint": run.instance_sha256,
        "chosen": run.chosen,
        "stages": kinds,
        "certificate": run.certificate,
        "draw": describe_draw(run),
    }


@bp.get("/calls/<uuid:call_id>/routing/reroute")
@requires(may_handle_call, load=load_call)
def show_reroute(call: Call, call_id: uuid.UUID) -> str:
    """Show the fewest changes that fill empty places again, before anything is changed."""
    plan, failure = None, ""
    try:
        plan = rerouting.plan_reroute(reading(), call_id, now())
    except FAILURES as error:
        failure = failure_of(error, call_id)
    return render_template(
        "funder/routing_reroute.html",
        call=call,
        plan=plan,
        failure=failure,
        names=application_names(call_id),
        codes=codes_of(list_pool(reading(), call_id)),
    )


@bp.post("/calls/<uuid:call_id>/routing/reroute")
@requires(may_handle_call, load=load_call)
def propose_reroute(_call: Call, call_id: uuid.UUID) -> Response:
    """Turn the fewest changes into proposals."""
    found: list[int] = []

    def work(session: Session) -> None:
        run = rerouting.propose_reroute(session, call_id, current_actor(), now())
        found.append(run.changes)

    try:
        error = attempt(work)
    except FAILURES as failure:
        flash(failure_of(failure, call_id), "error")
        return redirect(_address(call_id), code=303)
    if error is not None:
        flash(explain(error), "error")
    else:
        count = found[0]
        flash(
            ngettext("%(num)s pair was proposed.", "%(num)s pairs were proposed.", count), "success"
        )
    return redirect(url_for("funder.show_assignments", call_id=call_id), code=303)
