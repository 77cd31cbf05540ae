"""Calls: publish it, move its deadline, cancel it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.domain.times import at_local_time
from app.queries.calls import list_all_calls, list_versions
from app.services.call import calls
from app.web.access import is_admin, requires
from app.web.admin.acts import act, act_on_form
from app.web.admin.blueprint import bp
from app.web.binding import now, reading
from app.web.call_page import describe_call
from app.web.call_words import CALL_STATES
from app.web.login import current_actor
from calls.check import check
from forms.admin import ExtensionForm, ReasonForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.actors import Actor
    from app.models import Call

Answer = str | tuple[str, int]


@bp.get("/calls")
@requires(is_admin)
def list_calls() -> str:
    """List every call, drafts included."""
    lines = list_all_calls(reading())
    return render_template("admin/calls_list.html", calls=lines, states=CALL_STATES)


def load_call(session: Session, _actor: Actor, call_id: uuid.UUID) -> Call:
    """Return a call, drafts included, for the pages that are about one."""
    return calls.get_call(session, call_id)


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


@bp.get("/calls/<uuid:call_id>/preview")
@requires(is_admin, load=load_call)
def preview_call(call: Call, call_id: uuid.UUID) -> str:
    """Show a call as the public will see it, before it is published."""
    return render_template("admin/call_preview.html", call_id=call_id, **describe_call(call))


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
