"""Checking the answers, submitting, completing, and the receipt."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from app.domain.budgets import compute_budget
from app.domain.content import Content
from app.domain.errors import IncompleteApplication, NotFound
from app.policies.applicant import (
    may_manage_application,
    may_manage_open_application,
    may_view_own_application,
)
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.applications import find_receipt
from app.queries.content import load_content, load_submitted_content
from app.services.application import submission
from app.web.access import requires
from app.web.applicant.answers_view import view_answer
from app.web.applicant.attachments import send_pdf
from app.web.applicant.blueprint import bp
from app.web.applicant.budget_view import budget_lines
from app.web.applicant.problem_links import link_problems
from app.web.applicant.progress import CheckStatus, check_statuses
from app.web.applicant.scope import Scope, scope_of
from app.web.applicant.section_page import partner_names
from app.web.application_copy import send_copy
from app.web.binding import now, reading, unit_of_work
from app.web.filters import localized_text
from app.web.login import current_actor
from forms.attachment import SubmitForm


@bp.get("/applications/<uuid:application_id>/check")
@requires(may_view_own_application, load=load_own_application)
def check_answers(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show all answers with links to change them, and what is still missing."""
    return _render_check(scope_of(application), SubmitForm())


def _render_check(scope: Scope, form: SubmitForm) -> str:
    application = scope.application
    is_frozen = not application.is_open and application.record_number is not None
    read = load_submitted_content if is_frozen else load_content
    whole = read(reading(), application.id)
    problems = submission.find_blocking_problems(scope.definition, whole)
    content = scope.readable_part(whole)
    labels = {each.id: localized_text(dict(each.label)) for each in scope.definition.questions()}
    sections = [
        (section, [(each, view_answer(each, content, labels)) for each in section.questions])
        for section in scope.definition.sections
    ]
    return render_template(
        "applicant/answers_check.html",
        application=application,
        scope=scope,
        sections=sections,
        problems=link_problems(scope, scope.own_problems(problems, whole))
        if application.is_open
        else [],
        failing=_failing_checks(scope, whole),
        lines=budget_lines(
            compute_budget(scope.definition, whole), partner_names(whole), _("All partners")
        ),
        form=form,
        now=now(),
    )


def _failing_checks(scope: Scope, content: Content) -> list[CheckStatus]:
    """Return the conditions that an open application does not meet and that are judged later."""
    if not (scope.application.is_open and scope.application.is_owner):
        return []
    return [
        each
        for each in check_statuses(scope, content)
        if each.passed is False and each.check.on_fail != "blocks_submission"
    ]


@bp.post("/applications/<uuid:application_id>/submit")
@requires(may_manage_open_application, load=load_own_application)
def submit_application(
    application: OwnApplication, application_id: uuid.UUID
) -> Redirect | tuple[str, int]:
    """Submit the application, or send the completed parts of it."""
    scope = scope_of(application)
    form = SubmitForm(request.form)
    if not form.validate():
        return _render_check(scope, form), 422
    send = submission.submit_application if application.is_draft else submission.answer_completion
    try:
        with unit_of_work() as session:
            send(session, application_id, current_actor(), now())
    except IncompleteApplication:
        return _render_check(scope, form), 422
    flash(_("The application has been received."), "success")
    return redirect(url_for(".show_receipt", application_id=application_id), code=303)


@bp.get("/applications/<uuid:application_id>/application.pdf")
@requires(may_manage_application, load=load_own_application)
def download_copy(application: OwnApplication, **_ids: uuid.UUID) -> Response:
    """Send the application as it was submitted, as PDF. The pay of all partners is in it: the owner's alone."""
    return send_copy(application.id)


@bp.get("/applications/<uuid:application_id>/receipt")
@requires(may_view_own_application, load=load_own_application)
def show_receipt(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show what was received, when, and the fingerprints that prove it."""
    receipt = find_receipt(reading(), application_id)
    if receipt is None:
        raise NotFound(receipt=str(application_id))
    content = load_submitted_content(reading(), application_id)
    files = [] if application.partner_key else content.attachments
    return render_template(
        "applicant/receipt_show.html",
        application=application,
        receipt=receipt,
        attachments=files,
        is_late=(application.submitted_at or now()).replace(microsecond=0) > application.closes_at,
    )


@bp.get("/applications/<uuid:application_id>/receipt.pdf")
@requires(may_manage_application, load=load_own_application)
def download_receipt(application: OwnApplication, application_id: uuid.UUID) -> Response:
    """Send the receipt as PDF, once it has been made."""
    receipt = find_receipt(reading(), application_id)
    if receipt is None or receipt.pdf_sha256 is None:
        raise NotFound(receipt=str(application_id))
    number = (application.record_number or "").replace("/", "-")
    return send_pdf(receipt.pdf_sha256, f"{number}-{receipt.number}.pdf")
