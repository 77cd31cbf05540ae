"""Assignments: propose, change by hand, release to the evaluators."""

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
from app.policies.funder import may_handle_call, may_handle_evaluation
from app.queries.funder.calls import EvaluationInCall, load_call, load_evaluation
from app.queries.funder.outcomes import list_names
from app.queries.funder.panels import list_application_choices, list_panels, list_pool
from app.services.evaluation import assignments
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder import AssignForm, DueForm
from scoring.routing.problem import LockNotAllowed
from scoring.routing.shortage import NoFeasibleAssignment

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]


def _address(call_id: uuid.UUID) -> str:
    return url_for("funder.show_assignments", call_id=call_id)


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
        panels=list_panels(reading(), call.id),
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
    """Propose evaluators for all eligible applications."""
    names = {key: number for key, (number, _a, _l) in list_names(reading(), call_id).items()}
    found: list[int] = []

    def work(session: Session) -> None:
        found.append(assignments.propose_assignment(session, call_id, current_actor(), now()))

    try:
        error = attempt(work)
    except NoFeasibleAssignment as problem:
        flash(explain_shortage(problem, names), "error")
        return redirect(_address(call_id), code=303)
    except LockNotAllowed:
        flash(_("A choice made by hand is not possible. Remove it and propose again."), "error")
        return redirect(_address(call_id), code=303)
    if error is not None:
        flash(explain(error), "error")
    else:
        count = found[0]
        flash(
            ngettext("%(num)s pair was proposed.", "%(num)s pairs were proposed.", count), "success"
        )
    return redirect(_address(call_id), code=303)


def explain_shortage(problem: NoFeasibleAssignment, names: dict[str, str]) -> str:
    """Say which applications lack evaluators, why, and how to mend it."""
    missing = ", ".join(f"{names.get(key, key)} ({n})" for key, n in problem.missing.items())
    competing = ", ".join(names.get(key, key) for key in problem.shortage.proposals)
    return _(
        "The pool is too small: %(places)s places stay empty, in %(missing)s. %(competing)s"
        " compete for %(evaluators)s evaluators who can take %(capacity)s in all. Add evaluators"
        " with the right language and no conflict, or raise their numbers.",
        places=problem.places,
        missing=missing,
        competing=competing,
        evaluators=len(problem.shortage.evaluators),
        capacity=problem.shortage.available,
    )


@bp.post("/calls/<uuid:call_id>/assignments/add")
@requires(may_handle_call, load=load_call)
def add_assignment(call: Call, call_id: uuid.UUID) -> Answer:
    """Choose an evaluator by hand; a conflict of interest is refused."""
    form = _assign_form(call_id)

    def work(session: Session) -> None:
        application_id, evaluator_id = (
            uuid.UUID(form.application.data),
            uuid.UUID(form.evaluator.data),
        )
        assignments.assign_evaluator(session, application_id, evaluator_id, current_actor(), now())

    done = _("The evaluator was chosen.")
    return act_on_form(form, work, _address(call_id), done, lambda: _page(call, form, DueForm()))


@bp.post("/evaluations/<uuid:evaluation_id>/remove")
@requires(may_handle_evaluation, load=load_evaluation)
def remove_assignment(subject: EvaluationInCall, evaluation_id: uuid.UUID) -> Response:
    """Take an evaluator off an application on which nothing has been scored."""
    return act(
        lambda session: assignments.remove_evaluation(
            session, evaluation_id, current_actor(), now()
        ),
        _address(subject.call.id),
        _("The evaluator was removed."),
    )


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
