"""Importing a call definition: a packaged one or a file, checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.errors import DomainError
from app.services.call.calls import import_definition
from app.web.access import is_admin, requires
from app.web.admin.acts import explain
from app.web.admin.blueprint import bp
from app.web.binding import now, tools, unit_of_work
from app.web.errors import status_of
from app.web.login import current_actor
from calls import load
from calls.definition import CallDefinition
from calls.problems import InvalidDefinition, Problem
from calls.yaml_source import MAX_CHARACTERS
from forms.admin import ImportForm

_BYTES_PER_CHARACTER = 4


@bp.route("/calls/import", methods=["GET", "POST"])
@requires(is_admin)
def import_call() -> str | Response | tuple[str, int]:
    """Check a definition; store it as a draft, or show every problem with its place."""
    form = ImportForm(request.form)
    form.packaged.choices = [SelectChoice(path.name, path.name) for path in load.list_packaged()]
    if request.method == "GET":
        return _page(form)
    try:
        definition = read_definition(form)
        if definition is None:
            form.form_errors.append(_("Choose a definition or a file."))
            return _page(form), 422
        with unit_of_work() as session:
            call_id = import_definition(session, definition, current_actor(), now()).id
    except InvalidDefinition as refused:
        form.form_errors.append(_("The definition was not taken. Mend the points listed below."))
        return _page(form, refused.problems), 422
    except DomainError as error:
        form.form_errors.append(explain(error))
        return _page(form), status_of(error)
    flash(_("The definition was checked and stored as a draft."), "success")
    return redirect(url_for("admin.show_call", call_id=call_id), code=303)


def read_definition(form: ImportForm) -> CallDefinition | None:
    """Return the definition that a form brings; None when it brings none.

    Raises:
        InvalidDefinition: with every problem of the file.
    """
    upload = request.files.get(form.definition.name)
    if upload is not None and upload.filename:
        name = Path(upload.filename).name
        content = upload.stream.read(MAX_CHARACTERS * _BYTES_PER_CHARACTER + 1)
        return load.parse_call(_decode(content, name), tools().registers, name)
    chosen = [path for path in load.list_packaged() if path.name == form.packaged.data]
    return load.load_call(chosen[0], tools().registers) if chosen else None


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InvalidDefinition([Problem("", "the file is not UTF-8 text", file=name)]) from fault


def _page(form: ImportForm, problems: Sequence[Problem] = ()) -> str:
    return render_template("admin/call_import.html", form=form, problems=problems)
