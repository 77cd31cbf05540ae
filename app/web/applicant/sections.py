"""The sections of an application: fill in, save, save as one types."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from app.domain.errors import StaleVersion
from app.policies.applicant import may_edit_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.content import load_content
from app.web.access import requires
from app.web.applicant.blueprint import bp
from app.web.applicant.budget_view import computed_texts, partner_keys
from app.web.applicant.comparing import compare_page, read_choices
from app.web.applicant.conflicts import describe_conflicts
from app.web.applicant.saving import Saved, save_typed
from app.web.applicant.scope import Scope, scope_of
from app.web.applicant.section_page import SectionPage, make_page, read_section, retype_section
from app.web.applicant.typed_errors import errors_by_control
from app.web.binding import now, reading, unit_of_work
from app.web.filters import translate
from app.web.messages import describe
from calls.definition import Section
from forms.rows import apply_row_action, fill_given

Answer = str | Redirect | tuple[str, int]


@bp.get("/applications/<uuid:application_id>/sections/<section_id>")
@requires(may_edit_application, load=load_own_application)
def edit_section(application: OwnApplication, application_id: uuid.UUID, section_id: str) -> Answer:
    """Show a section to fill in; ``?check=1`` also says what is missing."""
    scope = scope_of(application)
    section = scope.get_section(section_id)
    if not scope.fields_of(section):
        return redirect(url_for(".list_attachments", application_id=application_id), code=303)
    return _show(read_section(scope, section, check=request.args.get("check") == "1"))


@bp.post("/applications/<uuid:application_id>/sections/<section_id>")
@requires(may_edit_application, load=load_own_application)
def save_section(application: OwnApplication, application_id: uuid.UUID, section_id: str) -> Answer:
    """Save a section, or add or remove a row of it."""
    scope = scope_of(application)
    section = scope.get_section(section_id)
    if "row_action" in request.form:
        return _change_rows(scope, section, request.form["row_action"])
    return _save_all(scope, section, request.form, {each.id for each in scope.fields_of(section)})


def _save_all(scope: Scope, section: Section, typed: Any, only: Collection[str]) -> Answer:
    try:
        with unit_of_work() as session:
            saved = save_typed(session, scope, section, typed, only)
    except StaleVersion as conflict:
        return render_template(
            "applicant/section_compare.html",
            page=compare_page(scope, section, typed, conflict),
            application=scope.application,
            now=now(),
        ), 409
    if errors_by_control(saved.form):
        return _show_refused(scope, section, typed, saved)
    flash(_("Saved."), "success")
    return redirect(_next_address(scope, section), code=303)


@bp.get("/applications/<uuid:application_id>/sections/<section_id>/compare")
@requires(may_edit_application, load=load_own_application)
def open_compare(
    application: OwnApplication, application_id: uuid.UUID, section_id: str
) -> Redirect:
    """Lead to the section: what was typed travels by the form, and a copy lies in the browser."""
    section = scope_of(application).get_section(section_id)
    address = url_for(".edit_section", application_id=application_id, section_id=section.id)
    return redirect(address, code=303)


@bp.post("/applications/<uuid:application_id>/sections/<section_id>/compare")
@requires(may_edit_application, load=load_own_application)
def compare_section(
    application: OwnApplication, application_id: uuid.UUID, section_id: str
) -> Answer:
    """Show both texts of what two people changed; with all choices made, save what was chosen."""
    scope = scope_of(application)
    section = scope.get_section(section_id)
    only = {each.id for each in scope.fields_of(section)}
    typed, left_out, missing = read_choices(scope, section, request.form)
    if missing:
        page = compare_page(scope, section, request.form, None, missing)
        return render_template(
            "applicant/section_compare.html", page=page, application=application, now=now()
        ), 422
    return _save_all(scope, section, typed, only - left_out)


def _next_address(scope: Scope, section: Section) -> str:
    application_id = scope.application.id
    if request.form.get("then") == "stay":
        return url_for(".edit_section", application_id=application_id, section_id=section.id)
    if scope.files_of(section):
        return url_for(".list_attachments", application_id=application_id)
    following = scope.section_after(section)
    if request.form.get("then") == "next" and following is not None:
        return url_for(".edit_section", application_id=application_id, section_id=following.id)
    return url_for(".show_application", application_id=application_id)


def _show(page: SectionPage, status: int = 200) -> Answer:
    return render_template(
        "applicant/section_edit.html", page=page, form=page.form, now=now()
    ), status


def _change_rows(scope: Scope, section: Section, action: str) -> Answer:
    form = retype_section(scope, section, request.form)
    form.validate()
    apply_row_action(form, action)
    return _show(_page_of(scope, section, form, request.form))


def _page_of(scope: Scope, section: Section, form: Any, carried: Mapping[str, Any]) -> SectionPage:
    content = load_content(reading(), scope.application.id)
    return make_page(scope, section, form, content, carried)


def _show_refused(scope: Scope, section: Section, typed: Any, saved: Saved) -> Answer:
    """Show what could not be read, as typed; all the rest has been saved."""
    fill_given(saved.form, saved.given)
    return _show(_page_of(scope, section, saved.form, {**typed, **saved.given}), 422)


@bp.post("/applications/<uuid:application_id>/sections/<section_id>/draft")
@requires(may_edit_application, load=load_own_application)
def save_draft(
    application: OwnApplication, application_id: uuid.UUID, section_id: str
) -> tuple[Response, int]:
    """Save the changed answers while the person types; answer with what the page shows anew."""
    scope = scope_of(application)
    section = scope.get_section(section_id)
    typed = MultiDict(request.get_json()) if request.is_json else request.form
    only = {each.id for each in scope.fields_of(section)} & set(typed.getlist("_changed"))
    try:
        with unit_of_work() as session:
            saved = save_typed(session, scope, section, typed, only)
    except StaleVersion as conflict:
        return jsonify(_conflict_reply(scope, section, conflict)), 409
    reply = _saved_reply(scope, section, saved, typed.get("_version", "0"))
    status = 422 if only and not saved.saved_ids else 200
    return jsonify(reply), status


def _saved_reply(scope: Scope, section: Section, saved: Saved, version: str) -> dict[str, Any]:
    errors = {
        control: _("Not saved: %(reason)s", reason=translate(text))
        for control, text in errors_by_control(saved.form).items()
    }
    partners = [(key, "") for key in partner_keys(saved.budget)] if saved.budget else []
    return {
        "saved_at": now().isoformat(),
        "version": (int(version) if version.isdigit() else 0) + saved.grown_by,
        "computed": computed_texts(saved, scope.fields_of(section), partners),
        "errors": errors,
        "values": saved.given,
        "progress": str(saved.progress),
        "message": next(iter(errors.values()), ""),
    }


def _conflict_reply(scope: Scope, section: Section, conflict: StaleVersion) -> dict[str, Any]:
    return {
        "error": describe(conflict),
        "compare_url": url_for(
            ".compare_section", application_id=scope.application.id, section_id=section.id
        ),
        "compare_method": "post",
        "conflicts": [each.to_json() for each in describe_conflicts(scope, conflict)],
    }
