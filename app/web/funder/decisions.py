"""Decisions: draft, present, return, approve, take back, serve; one by one or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.policies.funder import (
    may_approve_decision,
    may_approve_in_call,
    may_handle_call,
    may_handle_decision,
    may_view_call,
    may_view_decision,
)
from app.queries.funder import load_call, load_decision
from app.queries.funder_outcomes import DecisionLine
from app.queries.funder_outcomes import list_decisions as list_lines
from app.services import decisions, serving
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.funder.acts import act, act_on_form, attempt
from app.web.funder.blueprint import bp
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder import ReasonForm
from forms.funder_decisions import DraftForm

if TYPE_CHECKING:
    from app.models import Call, Decision

Answer = str | Response | tuple[str, int]


@bp.get("/calls/<uuid:call_id>/decisions")
@requires(may_view_call, load=load_call)
def list_decisions(call: Call, call_id: uuid.UUID) -> str:
    """List the decisions of a call."""
    actor = current_actor()
    return render_template(
        "funder/decisions_list.html",
        call=call,
        lines=list_lines(reading(), call_id),
        may_handle=may_handle_call(actor, call),
        may_decide=may_approve_in_call(actor, call),
        results=None,
    )


@bp.post("/calls/<uuid:call_id>/decisions/draft")
@requires(may_handle_call, load=load_call)
def draft_decisions(_call: Call, call_id: uuid.UUID) -> Response:
    """Draft a decision for every application that can be decided."""
    return act(
        lambda session: decisions.draft_decisions(session, call_id, current_actor(), now()),
        url_for("funder.list_decisions", call_id=call_id),
        _("The decisions were drafted."),
    )


def _do_many(call: Call, one: Callable[[Session, uuid.UUID], object]) -> str:
    """Do an act for each chosen decision in a transaction of its own; show how each went."""
    chosen = set(request.form.getlist("decision"))
    lines = [line for line in list_lines(reading(), call.id) if str(line.id) in chosen]
    results: list[tuple[DecisionLine, str]] = []
    for line in lines:
        error = attempt(lambda session, key=line.id: one(session, key))
        results.append((line, "" if error is None else explain(error)))
    actor = current_actor()
    return render_template(
        "funder/decisions_list.html",
        call=call,
        lines=list_lines(reading(), call.id),
        may_handle=may_handle_call(actor, call),
        may_decide=may_approve_in_call(actor, call),
        results=results,
    )


@bp.post("/calls/<uuid:call_id>/decisions/present")
@requires(may_handle_call, load=load_call)
def present_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Present the chosen drafts, each on its own."""

    def one(session: Session, key: uuid.UUID) -> None:
        decisions.present_decision(session, tools().registers, key, current_actor(), now())

    return _do_many(call, one)


@bp.post("/calls/<uuid:call_id>/decisions/approve")
@requires(may_approve_in_call, load=load_call)
def approve_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Approve the chosen decisions, each on its own; the presenter's own are refused."""

    def one(session: Session, key: uuid.UUID) -> None:
        decisions.approve_decision(session, tools().registers, key, current_actor(), now())

    return _do_many(call, one)


@bp.post("/calls/<uuid:call_id>/decisions/serve")
@requires(may_handle_call, load=load_call)
def serve_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Serve the chosen decisions whose letters are ready."""

    def one(session: Session, key: uuid.UUID) -> None:
        serving.serve_decision(session, key, current_actor(), now())

    return _do_many(call, one)


def _page(decision: Decision, form: DraftForm, reason_form: ReasonForm) -> str:
    actor = current_actor()
    return render_template(
        "funder/decision_show.html",
        decision=decision,
        application=decision.application,
        form=reason_form if reason_form.errors or reason_form.form_errors else form,
        draft_form=form,
        reason_form=reason_form,
        may_handle=may_handle_decision(actor, decision),
        may_decide=may_approve_decision(actor, decision),
        is_presenter=decision.presenter_id is not None and decision.presenter_id == actor.user_id,
    )


def _draft_form(decision: Decision) -> DraftForm:
    draft = decision.draft
    lines = {key: "\n".join(draft.get(key) or ()) for key in ("reasons", "conditions")}
    texts = {key: draft.get(key) or "" for key in ("strengths", "weaknesses")}
    days = {key: _day(draft.get(key)) for key in ("conditions_due", "reserve_until")}
    return DraftForm(data={**lines, **texts, **days})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _fresh(decision_id: uuid.UUID) -> Decision:
    return load_decision(reading(), current_actor(), decision_id)


@bp.get("/decisions/<uuid:decision_id>")
@requires(may_view_decision, load=load_decision)
def show_decision(decision: Decision, **_ids: uuid.UUID) -> str:
    """Show a decision with what may be done with it."""
    return _page(decision, _draft_form(decision), ReasonForm())


@bp.post("/decisions/<uuid:decision_id>/draft")
@requires(may_handle_decision, load=load_decision)
def update_draft(_decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Save what the officer writes; a presentation or an approval is taken back."""
    form = DraftForm(request.form)
    return act_on_form(
        form,
        lambda session: decisions.update_draft(
            session, decision_id, form.to_fields(), current_actor(), now()
        ),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The draft was saved."),
        lambda: _page(_fresh(decision_id), form, ReasonForm()),
    )


@bp.post("/decisions/<uuid:decision_id>/present")
@requires(may_handle_decision, load=load_decision)
def present_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Present a draft to the decision maker."""
    return act(
        lambda session: decisions.present_decision(
            session, tools().registers, decision_id, current_actor(), now()
        ),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The decision was presented."),
    )


@bp.post("/decisions/<uuid:decision_id>/approve")
@requires(may_approve_decision, load=load_decision)
def approve_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Approve a presented decision."""
    return act(
        lambda session: decisions.approve_decision(
            session, tools().registers, decision_id, current_actor(), now()
        ),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The decision was approved."),
    )


@bp.post("/decisions/<uuid:decision_id>/return")
@requires(may_approve_decision, load=load_decision)
def return_decision(_decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Return a presented decision to the officer, with a reason."""
    form = ReasonForm(request.form)
    return act_on_form(
        form,
        lambda session: decisions.return_decision(
            session, decision_id, form.reason.data or "", current_actor(), now()
        ),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The decision was returned."),
        lambda: _page(_fresh(decision_id), _draft_form(_fresh(decision_id)), form),
    )


@bp.post("/decisions/<uuid:decision_id>/void")
@requires(may_handle_decision, load=load_decision)
def void_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Take a presented or approved decision back to its draft."""

    def work(session: Session) -> None:
        row = decisions.get_decision(session, decision_id)
        decisions.void_decision(session, row, current_actor(), now())

    back = url_for("funder.show_decision", decision_id=decision_id)
    return act(work, back, _("The decision was taken back to its draft."))


@bp.post("/decisions/<uuid:decision_id>/serve")
@requires(may_handle_decision, load=load_decision)
def serve_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Serve a decision whose letter is ready."""
    return act(
        lambda session: serving.serve_decision(session, decision_id, current_actor(), now()),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The decision was served."),
    )
