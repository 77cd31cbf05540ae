"""The evaluator's own ties: organisations, people close, joint work."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import NotFound
from app.queries.ties import load_ties
from app.services.evaluation import ties
from app.web.access import is_evaluator, requires
from app.web.binding import now, reading, unit_of_work
from app.web.evaluator.blueprint import bp
from app.web.login import current_actor
from app.web.tie_forms import (
    KIND_NAMES,
    make_tie_form,
    make_work_form,
    read_joint_work,
    read_tie,
)
from forms.conflicts import JointWorkForm, TieForm


def _own_id() -> uuid.UUID:
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound
    return user_id


def _page(tie_form: TieForm, work_form: JointWorkForm) -> str:
    return render_template(
        "evaluator/ties_show.html",
        told=load_ties(reading(), _own_id()),
        tie_form=tie_form,
        work_form=work_form,
        kinds=KIND_NAMES,
    )


def _done(text: str) -> Response:
    flash(text, "success")
    return redirect(url_for("evaluator.show_ties"), 303)


@bp.get("/ties")
@requires(is_evaluator)
def show_ties() -> str:
    """Show what the evaluator has told of ties."""
    return _page(make_tie_form(), make_work_form())


@bp.post("/ties")
@requires(is_evaluator)
def add_tie() -> Any:
    """Add a tie; matters that it touches close at once."""
    form = make_tie_form(request.form)
    if not form.validate():
        return _page(form, make_work_form()), 422
    with unit_of_work() as session:
        ties.add_tie(session, _own_id(), read_tie(form), current_actor(), now())
    return _done(_("The tie was added."))


@bp.post("/joint-work")
@requires(is_evaluator)
def add_joint_work() -> Any:
    """Add joint work; matters that it touches close at once."""
    form = make_work_form(request.form)
    if not form.validate():
        return _page(make_tie_form(), form), 422
    with unit_of_work() as session:
        ties.add_joint_work(session, _own_id(), read_joint_work(form), current_actor(), now())
    return _done(_("The joint work was added."))


@bp.post("/ties/<uuid:tie_id>/remove")
@requires(is_evaluator)
def remove_tie(tie_id: uuid.UUID) -> Response:
    """Take back a tie or joint work that was told by mistake."""
    with unit_of_work() as session:
        ties.remove_tie(session, _own_id(), tie_id, current_actor(), now())
    return _done(_("The tie was removed."))
