"""Calls: import a definition, publish it, move its deadline, cancel it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.domain.errors import DomainError
from app.domain.times import at_local_time
from app.queries.calls import list_all_calls, list_versions
from app.services import calls
from app.web.access import is_admin, requires
from app.web.admin.acts import act, act_on_form, explain
from app.web.admin.blueprint import bp
from app.web.binding import now, reading, tools, unit_of_work
from app.web.errors import status_of
from app.web.login import current_actor
from app.web.state_words import CALL_STATES
from calls import load
from calls.check import check
from calls.problems import InvalidDefinition, Problem
from forms.admin import ExtensionForm, ImportForm, ReasonForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from calls.definition import CallDefinition

Answer = str | tuple[str, int]
MAX_CHARACTERS = 2_000_000


@bp.get("/calls")
@requires(is_admin)
def list_calls() -> str:
    """List every call, drafts included."""
    lines = list_all_calls(reading())
    return render_template("admin/calls_list.html", calls=lines, states=CALL_STATES)


@bp.route("/calls/import", methods=["GET", "POST"])
@requires(is_admin)
def import_call() -> Answer | Response:
    """Import a definition as a draft; a bad one is shown with the path of every problem."""
    form = _import_form()
    if request.method == "GET":
        return _import_page(form)
    if not form.validate():
        return _import_page(form), 422
    try:
        definition = _read_definition(form)
        with unit_of_work() as session:
            call_id = calls.import_definition(session, definition, current_actor(), now()).id
    except InvalidDefinition as error:
        form.form_errors.append(_("The definition was not taken. Mend the points listed below."))
        return _import_page(form, error.problems), 422
    except DomainError as error:
        form.form_errors.append(explain(error))
        return _import_page(form), status_of(error)
    flash(_("The definition was imported as a draft."), "success")
    return redirect(url_for("admin.show_call", call_id=call_id), code=303)


def _import_form() -> ImportForm:
    form = ImportForm(request.form)
    form.packaged.choices = [(path.name, path.name) for path in load.list_packaged()]
    return form


def _import_page(form: ImportForm, problems: Sequence[Problem] = ()) -> str:
    return render_template("admin/call_import.html", form=form, problems=problems)


def _read_definition(form: ImportForm) -> CallDefinition:
    """Return the uploaded definition, or the packaged one that was chosen.

    Raises:
        InvalidDefinition: with every problem.
    """
    uploaded = request.files.get("definition")
    if uploaded is not None and uploaded.filename:
        raw = uploaded.stream.read(4 * MAX_CHARACTERS + 1)
        return load.parse_call(_decode(raw), tools().registers, uploaded.filename)
    for path in load.list_packaged():
        if path.name == form.packaged.data:
            return load.load_call(path, tools().registers)
    raise InvalidDefinition([Problem("", _("Choose a definition or a file."))])


def _decode(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("", _("The file is not text in UTF-8."))
        raise InvalidDefinition([problem]) from error
    if len(text) > MAX_CHARACTERS:
        raise InvalidDefinition([Problem("", _("The file is too long."))])
    return text


@bp.get("/calls/<uuid:call_id>")
@requires(is_admin)
def show_call(call_id: uuid.UUID) -> str:
    """Show a call, its versions, and what is unwise in its definition."""
    call = calls.get_call(reading(), call_id)
    found = check(calls.get_definition(reading(), call.version_id)) if call.version_id else ()
    return render_template(
        "admin/call_show.html",
        call=call,
        state=CALL_STATES[call.state.value],
        warnings=found,
        versions=list_versions(reading(), call_id),
    )


@bp.post("/calls/<uuid:call_id>/publish")
@requires(is_admin)
def publish_call(call_id: uuid.UUID) -> Response:
    """Publish a draft; from here its definition is fixed."""
    return act(
        lambda session: calls.publish_call(session, call_id, current_actor(), now()),
        url_for("admin.show_call", call_id=call_id),
        _("The call was published."),
    )


@bp.route("/calls/<uuid:call_id>/extend", methods=["GET", "POST"])
@requires(is_admin)
def extend_call(call_id: uuid.UUID) -> Answer | Response:
    """Move the deadline later, with a reason."""
    form = ExtensionForm(request.form)

    def page() -> str:
        call = calls.get_call(reading(), call_id)
        return render_template("admin/call_extend.html", call=call, form=form)

    def work(session: Session) -> None:
        if form.day.data is None or form.clock.data is None:
            raise ValueError("the form has not been validated")
        closes_at = at_local_time(form.day.data, form.clock.data)
        reason = form.reason.data or ""
        calls.extend_deadline(session, call_id, closes_at, reason, current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("admin.show_call", call_id=call_id)
    return act_on_form(form, work, target, _("The deadline was moved."), page)


@bp.route("/calls/<uuid:call_id>/cancel", methods=["GET", "POST"])
@requires(is_admin)
def cancel_call(call_id: uuid.UUID) -> Answer | Response:
    """Cancel a call before its deadline, with a reason."""
    form = ReasonForm(request.form)

    def page() -> str:
        call = calls.get_call(reading(), call_id)
        return render_template("admin/call_cancel.html", call=call, form=form)

    def work(session: Session) -> None:
        calls.cancel_call(session, call_id, form.reason.data or "", current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("admin.show_call", call_id=call_id)
    return act_on_form(form, work, target, _("The call was cancelled."), page)
