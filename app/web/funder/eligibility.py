"""Eligibility: an officer's results of the checks, and what follows from them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.times import at_local_time
from app.policies.funder import may_handle_application
from app.queries.content import load_submitted_content
from app.queries.funder.calls import load_application
from app.queries.funder.detail import load_results
from app.services.call.calls import get_definition
from app.services.evaluation import eligibility
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.filters import localized_text
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.fact_words import FactWriter
from app.web.login import current_actor
from calls.definition import CallDefinition
from forms.funder import AdmitForm, CheckForm, CompletionForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Application, EligibilityResult

Answer = str | Response | tuple[str, int]


def _address(application_id: uuid.UUID) -> str:
    return url_for("funder.show_eligibility", application_id=application_id)


def _page(application: Application, form: AdmitForm) -> str:
    definition = get_definition(reading(), application.call_version_id)
    results = load_results(reading(), application.id)
    return render_template(
        "funder/eligibility_show.html",
        application=application,
        definition=definition,
        results=results,
        assessment=eligibility.assess_results(definition, results),
        form=form,
    )


@bp.get("/applications/<uuid:application_id>/eligibility")
@requires(may_handle_application, load=load_application)
def show_eligibility(application: Application, **_ids: uuid.UUID) -> str:
    """Show every check with both results, and the outcomes to choose from."""
    return _page(application, AdmitForm())


@bp.route("/applications/<uuid:application_id>/checks/<check_id>", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def record_check(application: Application, application_id: uuid.UUID, check_id: str) -> Answer:
    """Record the officer's own result of a check."""
    definition = get_definition(reading(), application.call_version_id)
    check = next((each for each in definition.eligibility if each.id == check_id), None)
    row = load_results(reading(), application_id).get(check_id)
    if check is None or row is None:
        abort(404)
    form = _check_form(row)
    content = load_submitted_content(reading(), application_id)
    facts = FactWriter(definition, tools().registers, content).write(row.facts)
    shown = {"application": application, "check": check, "row": row, "facts": facts, "form": form}

    def page() -> str:
        return render_template("funder/check_record.html", **shown)

    def work(session: Session) -> None:
        passed, reason = form.passed.data == "yes", form.reason.data or ""
        actor = current_actor()
        eligibility.record_check(session, application_id, check_id, passed, reason, actor, now())

    if request.method == "GET":
        return page()
    return act_on_form(form, work, _address(application_id), _("The result was recorded."), page)


def _check_form(row: EligibilityResult) -> CheckForm:
    """Return the form with the result that counts now."""
    passed = eligibility.is_passed(row)
    chosen = None if passed is None else ("yes" if passed else "no")
    return CheckForm(request.form, data={"passed": chosen, "reason": row.reason})


@bp.post("/applications/<uuid:application_id>/admit")
@requires(may_handle_application, load=load_application)
def admit_application(_application: Application, application_id: uuid.UUID) -> Answer:
    """Find the application eligible, with conditions if any."""
    form = AdmitForm(request.form)
    return act_on_form(
        form,
        lambda session: eligibility.admit(
            session, application_id, current_actor(), now(), form.lines
        ),
        url_for("funder.show_application", application_id=application_id),
        _("The application was found eligible."),
        lambda: _page(load_application(reading(), current_actor(), application_id), form),
    )


@bp.post("/applications/<uuid:application_id>/refuse")
@requires(may_handle_application, load=load_application)
def refuse_application(_application: Application, application_id: uuid.UUID) -> Response:
    """Find the application ineligible."""
    return act(
        lambda session: eligibility.refuse(session, application_id, current_actor(), now()),
        _address(application_id),
        _("The application was found ineligible."),
    )


@bp.post("/applications/<uuid:application_id>/leave-unexamined")
@requires(may_handle_application, load=load_application)
def leave_unexamined(_application: Application, application_id: uuid.UUID) -> Response:
    """Leave a late application unexamined."""
    return act(
        lambda session: eligibility.leave_unexamined(
            session, application_id, current_actor(), now()
        ),
        _address(application_id),
        _("The application was left unexamined."),
    )


def question_choices(definition: CallDefinition) -> list[SelectChoice]:
    """Return the questions of a call to choose from."""
    return [
        SelectChoice(question.id, localized_text(question.label))
        for question in definition.questions()
    ]


@bp.route("/applications/<uuid:application_id>/completion", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def request_completion(application: Application, application_id: uuid.UUID) -> Answer:
    """Ask the applicant to complete the application by a time."""
    form = CompletionForm(request.form)
    definition = get_definition(reading(), application.call_version_id)
    form.question_ids.choices = question_choices(definition)

    def page() -> str:
        return render_template("funder/completion_request.html", application=application, form=form)

    def work(session: object) -> None:
        asked = eligibility.CompletionInput(
            tuple(form.question_ids.data),
            form.message.data or "",
            at_local_time(*form.day_and_time),
        )
        eligibility.request_completion(session, application_id, asked, current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("funder.show_application", application_id=application_id)
    return act_on_form(form, work, target, _("The completion was requested."), page)
