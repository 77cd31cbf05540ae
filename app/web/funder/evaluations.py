"""Evaluations under way: progress, reopening, and the third evaluator."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.times import local_date
from app.policies.funder import (
    may_handle_application,
    may_handle_call,
    may_handle_evaluation,
)
from app.queries.funder.calls import EvaluationInCall, load_application, load_call, load_evaluation
from app.queries.funder.candidates import Candidate, list_candidates
from app.queries.funder.panels import page_panels
from app.services.call.calls import get_definition
from app.services.evaluation import assignments, consensus, evaluations
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from forms.funder import ReasonForm, ThirdForm

if TYPE_CHECKING:
    from app.models import Application, Call

Answer = str | Response | tuple[str, int]


@bp.get("/calls/<uuid:call_id>/progress")
@requires(may_handle_call, load=load_call)
def show_progress(call: Call, call_id: uuid.UUID) -> str:
    """Show how far the scoring of each application is."""
    page = page_panels(reading(), call_id, request.args.get("page", 1, type=int))
    today = local_date(now())
    return render_template(
        "funder/progress_show.html", call=call, page=page, today=today, now=now()
    )


@bp.route("/evaluations/<uuid:evaluation_id>/reopen", methods=["GET", "POST"])
@requires(may_handle_evaluation, load=load_evaluation)
def reopen_evaluation(subject: EvaluationInCall, evaluation_id: uuid.UUID) -> Answer:
    """Open a submitted score sheet again, with a reason."""
    form = ReasonForm(request.form)
    evaluation = subject.evaluation

    def page() -> str:
        return render_template(
            "funder/evaluation_reopen.html", evaluation=evaluation, call=subject.call, form=form
        )

    def work(session: Session) -> None:
        reason = form.reason.data or ""
        evaluations.reopen_evaluation(session, evaluation_id, reason, current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("funder.show_application", application_id=evaluation.application_id)
    return act_on_form(form, work, target, _("The score sheet was opened again."), page)


@bp.route("/applications/<uuid:application_id>/third", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def choose_third(application: Application, application_id: uuid.UUID) -> Answer:
    """Show why a third evaluator is needed, who is free, and choose one."""
    definition = get_definition(reading(), application.call_version_id)
    candidates = list_candidates(reading(), application, definition)
    form = ThirdForm(request.form)
    form.evaluator.choices = [
        SelectChoice(str(each.person.evaluator_id), f"{each.person.code} – {each.person.name}")
        for each in candidates
    ]

    def page() -> str:
        return _third_page(application, candidates, form)

    def work(session: Session) -> None:
        evaluator_id, actor = uuid.UUID(form.evaluator.data), current_actor()
        assignments.assign_evaluator(
            session, application_id, evaluator_id, actor, now(), is_third=True
        )

    if request.method == "GET":
        return page()
    target = url_for("funder.show_assignments", call_id=application.call_id)
    return act_on_form(form, work, target, _("The third evaluator was chosen. Release it."), page)


def _third_page(application: Application, candidates: list[Candidate], form: ThirdForm) -> str:
    definition = get_definition(reading(), application.call_version_id)
    return render_template(
        "funder/third_choose.html",
        application=application,
        form=form,
        reasons=consensus.find_third_reasons(reading(), application.id),
        names={each.id: each.name for each in definition.rubric.criteria},
        candidates=candidates,
    )
