"""Assignments: propose, and release to the evaluators; single pairs change on their own pages."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.times import at_local_time
from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.funder.panels import list_application_choices, list_pool, page_panels
from app.services.evaluation import assignments
from app.services.routing.proposal_jobs import cancel_proposal, request_proposal
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading, tools
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.routing import FAILURES, failure_of
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder import AssignForm, DueForm

if TYPE_CHECKING:
    from app.models import Call, RoutingRun

Answer = str | Response | tuple[str, int]


def _address(call_id: uuid.UUID) -> str:
    """Return where to go after an act: to the page of the list on which it was made."""
    page = request.args.get("page", type=int)
    return url_for("funder.show_assignments", call_id=call_id, page=page)


def _assign_form(call_id: uuid.UUID) -> AssignForm:
    form = AssignForm(request.form)
    choices = list_application_choices(reading(), call_id)
    form.application.choices = [SelectChoice(str(each.id), each.label) for each in choices]
    form.evaluator.choices = pool_choices(call_id)
    return form


def pool_choices(call_id: uuid.UUID) -> list[SelectChoice]:
    """Return the evaluators of a pool with their load, to choose from."""
    pool = list_pool(reading(), call_id)
    return [
        SelectChoice(
            str(each.evaluator_id), f"{each.code} – {each.name} ({each.load}/{each.capacity})"
        )
        for each in pool
    ]


def _page(call: Call, assign_form: AssignForm, due_form: DueForm) -> str:
    form = due_form if due_form.errors else assign_form
    return render_template(
        "funder/assignments_show.html",
        call=call,
        page=page_panels(reading(), call.id, request.args.get("page", 1, type=int)),
        assign_form=assign_form,
        due_form=due_form,
        form=form,
    )


@bp.get("/calls/<uuid:call_id>/assignments")
@requires(may_handle_call, load=load_call)
def show_assignments(call: Call, call_id: uuid.UUID) -> str:
    """Show who evaluates what, with affinity and the terms that match."""
    return _page(call, _assign_form(call_id), DueForm())


@bp.post("/calls/<uuid:call_id>/assignments/propose")
@requires(may_handle_call, load=load_call)
def propose_assignments(_call: Call, call_id: uuid.UUID) -> Response:
    """Propose evaluators for all eligible applications: at once, or in the background for a large call."""
    is_routing = request.form.get("to") == "routing"
    routing_page = url_for("funder.show_routing", call_id=call_id)
    back = routing_page if is_routing else _address(call_id)
    found: list[RoutingRun | None] = []

    def work(session: Session) -> None:
        at_once = tools().settings.routing_at_once_pairs
        found.append(request_proposal(session, call_id, current_actor(), now(), at_once))

    try:
        error = attempt(work)
    except FAILURES as failure:
        flash(failure_of(failure, call_id), "error")
        return redirect(back, code=303)
    if error is not None:
        flash(explain(error), "error")
        return redirect(back, code=303)
    if found[0] is None:
        return redirect(routing_page, code=303)
    count = found[0].changes
    flash(ngettext("%(num)s pair was proposed.", "%(num)s pairs were proposed.", count), "success")
    return redirect(back, code=303)


@bp.post("/calls/<uuid:call_id>/assignments/cancel")
@requires(may_handle_call, load=load_call)
def cancel_assignments(_call: Call, call_id: uuid.UUID) -> Response:
    """Cancel the run that waits or is being solved in the background."""
    back = url_for("funder.show_routing", call_id=call_id)
    done = _("The run was cancelled. Nothing was changed.")
    return act(lambda s: cancel_proposal(s, call_id, current_actor(), now()), back, done)


@bp.post("/calls/<uuid:call_id>/assignments/add")
@requires(may_handle_call, load=load_call)
def add_assignment(call: Call, call_id: uuid.UUID) -> Answer:
    """Go to the page of a pair, which shows what the choice costs before it is made."""
    form = _assign_form(call_id)
    if not form.validate():
        return _page(call, form, DueForm()), 422
    chosen = {"application_id": form.application.data, "evaluator_id": form.evaluator.data}
    return redirect(url_for("funder.weigh_pair", **chosen), code=303)


@bp.post("/calls/<uuid:call_id>/assignments/release")
@requires(may_handle_call, load=load_call)
def release_assignments(call: Call, call_id: uuid.UUID) -> Answer:
    """Release all proposals to the evaluators, with a due time."""
    form = DueForm(request.form)

    def work(session: Session) -> None:
        due_at = at_local_time(*form.day_and_time)
        assignments.release_assignments(session, call_id, due_at, current_actor(), now())

    done = _("The assignments were released.")
    return act_on_form(
        form, work, _address(call_id), done, lambda: _page(call, _assign_form(call_id), form)
    )
