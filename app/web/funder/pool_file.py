"""The pool of a call as a CSV file, out and in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.errors import InvalidInput, Problem
from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.funder.pool_table import list_pool_rows
from app.services.evaluation.pool_file import COLUMNS, import_pool, read_pool
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading
from app.web.funder.blueprint import bp
from app.web.funder.terms import term_names
from app.web.login import current_actor
from app.web.spreadsheets import write_rows
from forms.funder_routing import PoolFileForm

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]
MOST_BYTES = 5_000_000


@bp.get("/calls/<uuid:call_id>/pool.csv")
@requires(may_handle_call, load=load_call)
def export_pool(call: Call, call_id: uuid.UUID) -> Response:
    """Give the pool as a table that the import reads."""
    body = stream_with_context(write_rows(COLUMNS, list_pool_rows(reading(), call_id)))
    headers = {"Content-Disposition": f'attachment; filename="{call.code}-pool.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


@bp.route("/calls/<uuid:call_id>/pool/import", methods=["GET", "POST"])
@requires(may_handle_call, load=load_call)
def import_pool_file(call: Call, call_id: uuid.UUID) -> Answer:
    """Take people into the pool from a table; nothing is taken if a line has a fault."""
    form = PoolFileForm(request.form)
    if request.method == "GET":
        return _page(call, form)
    try:
        rows = read_pool(_read_text(form), frozenset(term_names()))
    except InvalidInput as error:
        return _page(call, form, error.problems), 422

    def work(session: Session) -> None:
        import_pool(session, call_id, rows, current_actor(), now())

    refusal = attempt(work)
    if isinstance(refusal, InvalidInput):
        return _page(call, form, refusal.problems), 422
    count = len(rows)
    flash(ngettext("%(num)s person is in.", "%(num)s people are in.", count), "success")
    return redirect(url_for("funder.show_pool", call_id=call_id), code=303)


def _read_text(form: Form) -> str:
    upload = request.files.get(form.file.name)
    content = upload.stream.read(MOST_BYTES + 1) if upload is not None else b""
    if not content:
        raise InvalidInput([Problem("file_missing", field="file")])
    if len(content) > MOST_BYTES:
        raise InvalidInput([Problem("file_too_large", field="file")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem("file_not_text", field="file")]) from error


def describe_fault(problem: Problem) -> str:
    """Return what is wrong with a line of the table."""
    texts = {
        "file_missing": _("Choose a file."),
        "file_too_large": _("The file is too large."),
        "file_not_text": _("The file is not UTF-8 text."),
        "column_missing": _("The column %(name)s is missing.", name=problem.field),
        "too_many_rows": _("The table has too many lines."),
        "not_an_evaluator": _("No evaluator has an account with this address."),
    }
    return texts.get(problem.code) or _("Not a value of the column %(name)s.", name=problem.field)


def _page(call: Call, form: Form, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "funder/pool_import.html",
        call=call,
        form=form,
        problems=[((each.data or {}).get("line"), describe_fault(each)) for each in problems],
        columns=COLUMNS,
    )
