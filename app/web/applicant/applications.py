"""Applications of a person: list, start, the task list, withdrawal."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from app.policies.applicant import (
    may_manage_application,
    may_view_own_application,
)
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.applications import (
    find_receipt,
    get_published_call,
    list_own_applications,
)
from app.queries.applicant.invitations import list_own_invitations, list_partner_people
from app.queries.content import load_content
from app.services.application import applications as service
from app.web.access import logged_in, requires
from app.web.applicant.blueprint import bp
from app.web.applicant.progress import check_statuses, next_step, section_statuses, state_name
from app.web.applicant.scope import scope_of
from app.web.binding import now, reading, unit_of_work
from app.web.login import current_actor
from forms.start_application import StartApplicationForm


@bp.get("/")
@requires(logged_in)
def list_applications() -> str:
    """List the person's applications, each with the one thing to do next."""
    listed = list_own_applications(reading(), current_actor())
    return render_template(
        "applicant/application_list.html",
        steps=[(each, next_step(each, now())) for each in listed],
        invitations=list_own_invitations(reading(), current_actor(), now()),
        state_name=state_name,
    )


@bp.get("/start/<call_code>")
@requires(logged_in)
def start_application(call_code: str) -> str:
    """Ask for the language of proceedings and confirm the start."""
    call = get_published_call(reading(), call_code)
    form = StartApplicationForm(data={"language": _wanted_language()})
    return render_template("applicant/application_start.html", call=call, form=form, now=now())


@bp.post("/start/<call_code>")
@requires(logged_in)
def confirm_start(call_code: str) -> Redirect | tuple[str, int]:
    """Start a draft and go to its task list."""
    call = get_published_call(reading(), call_code)
    form = StartApplicationForm(request.form)
    if not form.validate():
        page = render_template("applicant/application_start.html", call=call, form=form, now=now())
        return page, 422
    with unit_of_work() as session:
        started = service.start_application(
            session, call.id, form.language.data, current_actor(), now()
        )
    return redirect(url_for(".show_application", application_id=started.id), code=303)


def _wanted_language() -> str:
    language = current_actor().language
    return language if language in {"fi", "sv"} else "fi"


@bp.get("/applications/<uuid:application_id>")
@requires(may_view_own_application, load=load_own_application)
def show_application(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show the task list, the eligibility so far and the time left."""
    scope = scope_of(application)
    content = load_content(reading(), application_id)
    has_decision = bool(application.record_number) and _has_decision(application_id)
    return render_template(
        "applicant/application_show.html",
        application=application,
        scope=scope,
        sections=section_statuses(scope, content),
        checks=check_statuses(scope, content),
        partners=list_partner_people(reading(), application_id),
        receipt=find_receipt(reading(), application_id),
        has_decision=has_decision,
        state=state_name(application.state, has_decision=has_decision),
        now=now(),
    )


def _has_decision(application_id: uuid.UUID) -> bool:
    return any(
        each.has_decision
        for each in list_own_applications(reading(), current_actor())
        if each.id == application_id
    )


@bp.get("/applications/<uuid:application_id>/withdraw")
@requires(may_manage_application, load=load_own_application)
def withdraw_application(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Ask whether the application is really to be withdrawn."""
    return render_template("applicant/application_withdraw.html", application=application)


@bp.post("/applications/<uuid:application_id>/withdraw")
@requires(may_manage_application, load=load_own_application)
def confirm_withdrawal(_application: OwnApplication, application_id: uuid.UUID) -> Redirect:
    """Withdraw the application."""
    with unit_of_work() as session:
        service.withdraw_application(session, application_id, current_actor(), now())
    flash(_("The application has been withdrawn."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)
