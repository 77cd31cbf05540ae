"""The ties of one person of the pool, as an officer keeps them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.ties import load_ties
from app.services.evaluation import ties
from app.services.evaluation.profiles import get_member
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from app.web.tie_forms import (
    KIND_NAMES,
    make_tie_form,
    make_work_form,
    read_joint_work,
    read_tie,
)
from forms.conflicts import JointWorkForm, TieForm

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]


def _page(call: Call, evaluator_id: uuid.UUID, tie_form: TieForm, work_form: JointWorkForm) -> str:
    profile, _member = get_member(reading(), call.id, evaluator_id)
    return render_template(
        "funder/ties_show.html",
        call=call,
        code=profile.code,
        told=load_ties(reading(), evaluator_id),
        tie_form=tie_form,
        work_form=work_form,
        kinds=KIND_NAMES,
    )


def _address(call_id: uuid.UUID, evaluator_id: uuid.UUID) -> str:
    return url_for("funder.show_ties", call_id=call_id, evaluator_id=evaluator_id)


@bp.get("/calls/<uuid:call_id>/pool/<uuid:evaluator_id>/ties")
@requires(may_handle_call, load=load_call)
def show_ties(call: Call, call_id: uuid.UUID, evaluator_id: uuid.UUID) -> str:
    """Show the ties of a person of the pool."""
    return _page(call, evaluator_id, make_tie_form(), make_work_form())


@bp.post("/calls/<uuid:call_id>/pool/<uuid:evaluator_id>/ties")
@requires(may_handle_call, load=load_call)
def add_tie(call: Call, call_id: uuid.UUID, evaluator_id: uuid.UUID) -> Answer:
    """Add a tie; matters that it touches close at once."""
    get_member(reading(), call_id, evaluator_id)
    form = make_tie_form(request.form)
    return act_on_form(
        form,
        lambda session: ties.add_tie(session, evaluator_id, read_tie(form), current_actor(), now()),
        _address(call_id, evaluator_id),
        _("The tie was added."),
        lambda: _page(call, evaluator_id, form, make_work_form()),
    )


@bp.post("/calls/<uuid:call_id>/pool/<uuid:evaluator_id>/joint-work")
@requires(may_handle_call, load=load_call)
def add_joint_work(call: Call, call_id: uuid.UUID, evaluator_id: uuid.UUID) -> Answer:
    """Add joint work; matters that it touches close at once."""
    get_member(reading(), call_id, evaluator_id)
    form = make_work_form(request.form)
    return act_on_form(
        form,
        lambda session: ties.add_joint_work(
            session, evaluator_id, read_joint_work(form), current_actor(), now()
        ),
        _address(call_id, evaluator_id),
        _("The joint work was added."),
        lambda: _page(call, evaluator_id, make_tie_form(), form),
    )


@bp.post("/calls/<uuid:call_id>/pool/<uuid:evaluator_id>/ties/<uuid:tie_id>/remove")
@requires(may_handle_call, load=load_call)
def remove_tie(
    _call: Call, call_id: uuid.UUID, evaluator_id: uuid.UUID, tie_id: uuid.UUID
) -> Response:
    """Take back a tie or joint work that was told by mistake."""
    get_member(reading(), call_id, evaluator_id)
    return act(
        lambda session: ties.remove_tie(session, evaluator_id, tie_id, current_actor(), now()),
        _address(call_id, evaluator_id),
        _("The tie was removed."),
    )
