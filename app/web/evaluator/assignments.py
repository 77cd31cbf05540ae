"""The evaluator's work: the list, the declaration of independence, and declining."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.calendar_file import Deadline, write_calendar
from app.domain.lifecycle import EvaluationState
from app.policies.evaluations import may_declare_independence, may_decline_evaluation
from app.queries.conflicts import has_open_doubt
from app.queries.evaluator import (
    OwnEvaluation,
    list_own_evaluations,
    list_partner_names,
    load_own_evaluation,
)
from app.services.evaluation.evaluations import CONFLICT_GROUNDS
from app.services.evaluation.evaluations import declare_independence as accept
from app.services.evaluation.evaluations import decline_evaluation as decline
from app.services.routing.bidding import list_bid_calls
from app.web.access import is_evaluator, requires
from app.web.binding import now, reading, unit_of_work
from app.web.evaluator.blueprint import bp
from app.web.evaluator.words import EXPLANATIONS, NEXT_STEPS, STATES
from app.web.login import current_actor
from forms.evaluation import PRACTICAL_CHOICES, DeclarationForm, DeclineForm
from scoring.routing.screening.grounds import Ground


@bp.get("/")
@requires(is_evaluator)
def list_evaluations() -> str:
    """List the evaluator's own work; what is over shows its record number only."""
    actor = current_actor()
    rows = list_own_evaluations(reading(), actor.user_id) if actor.user_id else []
    work = [row for row in rows if not row.is_over]
    return render_template(
        "evaluator/evaluations_list.html",
        to_do=[
            row for row in work if row.submitted_at is None or row.state is EvaluationState.DRAFTING
        ],
        done=[
            row for row in work if row.submitted_at and row.state is not EvaluationState.DRAFTING
        ],
        over=[row for row in rows if row.is_over],
        bid_calls=list_bid_calls(reading(), actor),
        partners=list_partner_names(reading(), [row.application_id for row in work]),
        states=STATES,
        steps=NEXT_STEPS,
        now=now(),
    )


@bp.get("/evaluations.ics")
@requires(is_evaluator)
def download_calendar() -> Response:
    """Give the due times of the work that is not done as a calendar file."""
    actor = current_actor()
    rows = list_own_evaluations(reading(), actor.user_id) if actor.user_id else []
    deadlines = [
        Deadline(
            str(row.id),
            row.due_at,
            _("Scores due: %(name)s", name=f"{row.record_number} {row.acronym}".strip()),
            url_for("evaluator.list_evaluations", _external=True),
        )
        for row in rows
        if row.due_at is not None and row.submitted_at is None and not row.is_over
    ]
    body = write_calendar(_("My evaluations"), deadlines, now())
    headers = {"Content-Disposition": 'attachment; filename="evaluations.ics"'}
    return Response(body, mimetype="text/calendar", headers=headers)


@bp.route("/evaluations/<uuid:evaluation_id>/declaration", methods=["GET", "POST"])
@requires(may_declare_independence, load=load_own_evaluation)
def declare_independence(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Ask for the declaration; the application opens after it."""
    form = DeclarationForm(request.form)
    if request.method == "POST" and form.validate():
        with unit_of_work() as session:
            accept(session, evaluation_id, current_actor(), now())
        flash(_("Your declaration is on record and the application is open to you."), "success")
        return redirect(url_for("evaluator.score_application", evaluation_id=evaluation_id), 303)
    if request.method == "GET" and work.state is not EvaluationState.ASSIGNED:
        return redirect(url_for(NEXT_STEPS[work.state][0], evaluation_id=evaluation_id), 303)
    page = render_template(
        "evaluator/evaluation_declare.html",
        form=form,
        work=work,
        partners=list_partner_names(reading(), [work.application_id])[work.application_id],
        is_asked=has_open_doubt(reading(), work.application_id, work.evaluator_id),
        grounds=Ground,
        explanations=EXPLANATIONS,
    )
    return page, 200 if request.method == "GET" else 422


@bp.route("/evaluations/<uuid:evaluation_id>/decline", methods=["GET", "POST"])
@requires(may_decline_evaluation, load=load_own_evaluation)
def decline_evaluation(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Decline with a ground and its facts; a conflict of interest closes the matter."""
    form = make_decline_form()
    if request.method == "POST" and form.validate():
        ground, reason = str(form.ground.data), str(form.reason.data)
        with unit_of_work() as session:
            decline(session, evaluation_id, ground, reason, current_actor(), now())
        if ground in CONFLICT_GROUNDS:
            flash(
                _("The conflict of interest is on record. The matter is closed to you."), "success"
            )
        else:
            flash(_("You have declined the evaluation."), "success")
        return redirect(url_for("evaluator.list_evaluations"), 303)
    hints = {ground.citation: EXPLANATIONS[ground] for ground in Ground}
    page = render_template("evaluator/evaluation_decline.html", form=form, work=work, hints=hints)
    return page, 200 if request.method == "GET" else 422


def make_decline_form() -> DeclineForm:
    """Return the form of declining with every ground as a choice."""
    form = DeclineForm(request.form)
    form.ground.choices = [
        *(SelectChoice(ground.citation, dict(ground.label)) for ground in Ground),
        *PRACTICAL_CHOICES,
    ]
    form.ground.validate_choice = True
    return form
