"""Decisions: draft, present, approve, return, take back, serve; one by one or many at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.domain.lifecycle import DECISION, DecisionStep
from app.domain.service_days import ServiceMethod
from app.policies.funder import (
    may_approve_decision,
    may_approve_in_call,
    may_handle_call,
    may_handle_decision,
    may_view_call,
)
from app.queries.funder.approvals import list_waiting, sum_budget
from app.queries.funder.calls import load_call, load_decision
from app.queries.funder.outcomes import DecisionLine, count_undrafted
from app.queries.funder.outcomes import list_decisions as list_lines
from app.services.decision import decisions, serving
from app.services.decision.contents import count_lacks
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading, tools
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.drafts import decision_page, draft_form_of, reload_decision
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.decision_studio import PostedForm
from forms.funder import ReasonForm

if TYPE_CHECKING:
    from app.models import Call, Decision

Answer = str | Response | tuple[str, int]
Step = Callable[[Session, uuid.UUID], object]


def _present(session: Session, key: uuid.UUID) -> object:
    return decisions.present_decision(session, tools().registers, key, current_actor(), now())


def _approve(session: Session, key: uuid.UUID) -> object:
    used, seen = tools(), request.form.get("seen")
    site = used.settings.public_url
    return decisions.approve_decision(
        session, used.registers, key, current_actor(), now(), site, seen
    )


def _serve(session: Session, key: uuid.UUID) -> object:
    form = PostedForm(request.form)
    posted_on = form.posted_on.data if "posted_on" in request.form else None
    return serving.serve_decision(session, key, current_actor(), now(), posted_on)


def _take_back(session: Session, key: uuid.UUID) -> object:
    row = decisions.get_decision(session, key)
    decisions.void_decision(session, row, current_actor(), now())
    return row


@bp.get("/calls/<uuid:call_id>/decisions")
@requires(may_view_call, load=load_call)
def list_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """List the decisions of a call."""
    return _list_page(call, None)


def _list_page(call: Call, results: list[tuple[DecisionLine, str]] | None) -> str:
    """Show the decisions of a call, and how an act on many of them went."""
    actor, lines = current_actor(), list_lines(reading(), call.id)
    may_handle = may_handle_call(actor, call)
    steps = _find_steps(call, lines)
    return render_template(
        "funder/decisions_list.html",
        call=call,
        lines=lines,
        steps=steps,
        offered=frozenset().union(*steps.values()),
        may_draft=may_handle and count_undrafted(reading(), call.id, actor.closed) > 0,
        results=results,
    )


def _find_steps(call: Call, lines: Sequence[DecisionLine]) -> dict[uuid.UUID, frozenset[str]]:
    """Return the steps that the reader may take with each decision in its state."""
    actor = current_actor()
    may_handle, may_decide = may_handle_call(actor, call), may_approve_in_call(actor, call)

    def of(line: DecisionLine) -> Iterator[DecisionStep]:
        if line.application_id in actor.closed:
            return
        if may_handle:
            yield DecisionStep.PRESENT
        if may_handle and line.service_method is ServiceMethod.ELECTRONIC:
            yield DecisionStep.SERVE
        if may_decide and line.presenter_id != actor.user_id:
            yield DecisionStep.APPROVE

    return {
        line.id: frozenset(step.value for step in of(line) if line.state in DECISION[step].sources)
        for line in lines
    }


@bp.get("/calls/<uuid:call_id>/decisions/approval")
@requires(may_view_call, load=load_call)
def show_approvals(call: Call, **_ids: uuid.UUID) -> str:
    """Show what waits for approval, with its checklist and the totals against the budget."""
    waiting = list_waiting(reading(), call.id)
    return render_template(
        "funder/decisions_approve.html",
        call=call,
        lines=[(line, count_lacks(line)) for line in waiting],
        totals=sum_budget(reading(), call),
        may_decide=may_approve_in_call(current_actor(), call),
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


def _do_many(call: Call, step: Step) -> str:
    """Do an act for each chosen decision in a transaction of its own; show how each went."""
    chosen = set(request.form.getlist("decision"))
    results = []
    for line in list_lines(reading(), call.id):
        if str(line.id) in chosen:
            error = attempt(lambda session, key=line.id: step(session, key))
            results.append((line, "" if error is None else explain(error)))
    return _list_page(call, results)


@bp.post("/calls/<uuid:call_id>/decisions/present")
@requires(may_handle_call, load=load_call)
def present_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Present the chosen drafts, each on its own."""
    return _do_many(call, _present)


@bp.post("/calls/<uuid:call_id>/decisions/approve")
@requires(may_approve_in_call, load=load_call)
def approve_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Approve the chosen decisions, each on its own; the presenter's own are refused."""
    return _do_many(call, _approve)


@bp.post("/calls/<uuid:call_id>/decisions/serve")
@requires(may_handle_call, load=load_call)
def serve_decisions(call: Call, **_ids: uuid.UUID) -> str:
    """Serve the chosen decisions whose letters are ready."""
    return _do_many(call, _serve)


def _do_one(decision_id: uuid.UUID, step: Step, done: str) -> Response:
    back = url_for("funder.show_decision", decision_id=decision_id)
    return act(lambda session: step(session, decision_id), back, done)


@bp.post("/decisions/<uuid:decision_id>/present")
@requires(may_handle_decision, load=load_decision)
def present_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Present a draft to the decision maker."""
    return _do_one(decision_id, _present, _("The decision was presented."))


@bp.post("/decisions/<uuid:decision_id>/approve")
@requires(may_approve_decision, load=load_decision)
def approve_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Approve a presented decision."""
    return _do_one(decision_id, _approve, _("The decision was approved."))


@bp.post("/decisions/<uuid:decision_id>/void")
@requires(may_handle_decision, load=load_decision)
def void_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Take a presented or approved decision back to its draft."""
    return _do_one(decision_id, _take_back, _("The decision was taken back to its draft."))


@bp.post("/decisions/<uuid:decision_id>/serve")
@requires(may_handle_decision, load=load_decision)
def serve_decision(_decision: Decision, decision_id: uuid.UUID) -> Response:
    """Serve a decision whose letter is ready."""
    return _do_one(decision_id, _serve, _("The decision was served."))


@bp.post("/decisions/<uuid:decision_id>/return")
@requires(may_approve_decision, load=load_decision)
def return_decision(_decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Return a presented decision to the officer, with a reason."""
    form = ReasonForm(request.form)

    def page() -> str:
        fresh = reload_decision(decision_id)
        return decision_page(fresh, draft_form_of(fresh), reason_form=form)

    return act_on_form(
        form,
        lambda session: decisions.return_decision(
            session, decision_id, form.reason.data or "", current_actor(), now()
        ),
        url_for("funder.show_decision", decision_id=decision_id),
        _("The decision was returned."),
        page,
    )
