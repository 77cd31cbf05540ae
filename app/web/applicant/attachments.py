"""Attachments of an application: add, mark as secret, remove, download."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Redirect

from app.domain.errors import DomainError, FileRefused, InvalidInput, NotFound, NotPermitted
from app.policies.applicant import may_edit_application, may_view_own_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.applications import OwnAttachment, get_own_attachment
from app.queries.content import load_content
from app.services.application.attachments import (
    AttachmentInput,
    SecrecyMark,
    attach_file,
    mark_attachment,
)
from app.services.application.attachments import remove_attachment as remove_stored
from app.web.access import requires
from app.web.applicant.blueprint import bp
from app.web.applicant.scope import Scope, scope_of, secrecy_grounds
from app.web.applicant.section_page import partner_names
from app.web.binding import now, reading, tools, unit_of_work
from app.web.filters import file_size
from app.web.login import current_actor
from calls.definition import AnyQuestion
from forms.attachment import AttachmentForm, SecrecyForm

REFUSALS = {
    "not_pdf": _l("The file is not a PDF. Save the document as PDF and add it again."),
    "encrypted": _l("The PDF is protected by a password. Remove the protection and add it again."),
    "too_large": _l("The file is too large."),
    "empty": _l("The file is empty. Choose another file."),
    "damaged": _l("The PDF is damaged and cannot be opened. Save it again and add it again."),
    "active_content": _l(
        "The PDF holds scripts, forms or embedded files. Print it to a new PDF and add that."
    ),
    "too_many": _l("There are already as many files as the call takes. Remove one first."),
}


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """A question answered by files, with its files and the form that adds one.

    There is no form where the lead partner alone gives the file, or all places are taken.
    """

    question: AnyQuestion
    files: list[Any]
    form: AttachmentForm | None
    is_own: bool


@bp.get("/applications/<uuid:application_id>/attachments")
@requires(may_edit_application, load=load_own_application)
def list_attachments(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show the attachments asked for, and those that are there."""
    return _render(scope_of(application))


def _render(scope: Scope, refused: AttachmentForm | None = None, question_id: str = "") -> str:
    content = load_content(reading(), scope.application.id)
    questions = []
    own = {each.id for each in scope.file_questions()}
    for each in scope.shown_file_questions():
        files = content.attachments_of(each.id)
        is_refused = refused is not None and each.id == question_id
        has_place = each.id in own and len(files) < getattr(each, "max_items", 1)
        form = refused if is_refused else _make_form(each.id) if has_place else None
        questions.append(FileQuestion(each, files, form, each.id in own))
    return render_template(
        "applicant/attachment_list.html",
        application=scope.application,
        scope=scope,
        partners=dict(partner_names(content)),
        questions=questions,
        now=now(),
    )


def _make_form(question_id: str, *sent: Any) -> AttachmentForm:
    return AttachmentForm(*sent, grounds=secrecy_grounds(), prefix=f"{question_id}-")


@bp.post("/applications/<uuid:application_id>/attachments/<question_id>")
@requires(may_edit_application, load=load_own_application)
def add_attachment(
    application: OwnApplication, application_id: uuid.UUID, question_id: str
) -> Redirect | tuple[str, int]:
    """Take a file, or say in plain words why it is not taken."""
    scope = scope_of(application)
    if question_id not in {each.id for each in scope.file_questions()}:
        raise NotFound(question=question_id)
    form = _make_form(question_id, request.form)
    upload = request.files.get(form.file.name)
    content = upload.read() if upload else b""
    file = AttachmentInput(
        question_id,
        (upload.filename if upload else "") or "",
        content,
        partner_key=application.partner_key,
        secrecy_ground=form.ground.canonical() or "",
        secrecy_reason=form.reason.canonical(),
    )
    try:
        with unit_of_work() as session:
            attach_file(session, tools(), application_id, file, current_actor(), now())
    except (FileRefused, InvalidInput) as error:
        _mark(form, error)
        return _render(scope, form, question_id), 422
    flash(_("The file was added."), "success")
    return redirect(url_for(".list_attachments", application_id=application_id), code=303)


def _mark(form: SecrecyForm, error: DomainError) -> None:
    """Put the reason of a refusal at the control that it concerns."""
    if isinstance(error, InvalidInput):
        field = form.reason if form.ground.canonical() else form.ground
        field.errors = [_("Give both the ground and the reason for secrecy, or neither")]
        return
    reason = str(error.data.get("reason", ""))
    text = str(REFUSALS.get(reason, _l("The file was not taken.")))
    if reason == "too_large":
        limit = file_size(int(error.data["maximum"]))
        text = _("The file is too large: at most %(limit)s is taken.", limit=limit)
    form.file.errors = [text]


@bp.post("/applications/<uuid:application_id>/attachments/<uuid:attachment_id>/remove")
@requires(may_edit_application, load=load_own_application)
def remove_attachment(
    application: OwnApplication, application_id: uuid.UUID, attachment_id: uuid.UUID
) -> Redirect:
    """Remove a file from the application."""
    _get_changeable(scope_of(application), attachment_id)
    with unit_of_work() as session:
        remove_stored(session, attachment_id, current_actor(), now())
    flash(_("The file was removed."), "success")
    return redirect(url_for(".list_attachments", application_id=application_id), code=303)


def _get_changeable(scope: Scope, attachment_id: uuid.UUID) -> OwnAttachment:
    """Return a file that the person may change: of an open question, and the own partner's."""
    attachment = get_own_attachment(reading(), scope.application.id, attachment_id)
    is_open = attachment.question_id in {each.id for each in scope.file_questions()}
    if not is_open or not scope.may_change_file(attachment.partner_key):
        raise NotPermitted(attachment=str(attachment_id))
    return attachment


@bp.get("/applications/<uuid:application_id>/attachments/<uuid:attachment_id>/secrecy")
@requires(may_edit_application, load=load_own_application)
def edit_secrecy(
    application: OwnApplication, application_id: uuid.UUID, attachment_id: uuid.UUID
) -> str:
    """Show the secrecy mark of a file to change."""
    attachment = _get_changeable(scope_of(application), attachment_id)
    mark = {"ground": attachment.secrecy_ground, "reason": attachment.secrecy_reason}
    return _secrecy_page(application, attachment, SecrecyForm(data=mark, grounds=secrecy_grounds()))


def _secrecy_page(application: OwnApplication, attachment: OwnAttachment, form: SecrecyForm) -> str:
    return render_template(
        "applicant/attachment_secrecy.html", application=application, file=attachment, form=form
    )


@bp.post("/applications/<uuid:application_id>/attachments/<uuid:attachment_id>/secrecy")
@requires(may_edit_application, load=load_own_application)
def save_secrecy(
    application: OwnApplication, application_id: uuid.UUID, attachment_id: uuid.UUID
) -> Redirect | tuple[str, int]:
    """Set the secrecy mark of a file, or take it away."""
    attachment = _get_changeable(scope_of(application), attachment_id)
    form = SecrecyForm(request.form, grounds=secrecy_grounds())
    if not form.validate():
        return _secrecy_page(application, attachment, form), 422
    mark = SecrecyMark(form.ground.canonical() or "", form.reason.canonical())
    try:
        with unit_of_work() as session:
            mark_attachment(session, attachment_id, mark, current_actor(), now())
    except InvalidInput as error:
        _mark(form, error)
        return _secrecy_page(application, attachment, form), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".list_attachments", application_id=application_id), code=303)


@bp.get("/applications/<uuid:application_id>/attachments/<uuid:attachment_id>")
@requires(may_view_own_application, load=load_own_application)
def download_attachment(
    application: OwnApplication, application_id: uuid.UUID, attachment_id: uuid.UUID
) -> Response:
    """Send a file of the application; an editor of a part gets only that part's files."""
    attachment = get_own_attachment(reading(), application_id, attachment_id)
    if application.partner_key and attachment.partner_key != application.partner_key:
        raise NotPermitted(attachment=str(attachment_id))
    return send_pdf(attachment.sha256, attachment.filename)


def send_pdf(sha256: str, name: str) -> Response:
    """Send a PDF of the store as a download, never to be shown inside a page."""
    return send_file(
        io.BytesIO(tools().blobs.get(sha256)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
        max_age=0,
        etag=False,
    )
