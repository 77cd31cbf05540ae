"""Draft decisions: what the officer writes, beside the letter that comes of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain.errors import DomainError
from app.domain.lifecycle import DecisionState
from app.pdf.coverage import IncompleteLetter
from app.pdf.rendering import render_letter_body
from app.policies.funder import (
    may_approve_decision,
    may_approve_in_call,
    may_handle_decision,
    may_view_decision,
)
from app.queries.funder.calls import load_decision
from app.queries.funder.letter_jobs import list_letter_faults
from app.services.decision import decisions, reductions
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.filters import current_language
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.words import describe_lack, explain
from app.web.login import current_actor
from forms.funder import ReasonForm
from forms.funder_decisions import DraftForm, SupportsForm, make_supports_form

if TYPE_CHECKING:
    from app.models import Decision

Answer = str | Response | tuple[str, int]
_SCORED = reductions.GRANTS | {"reject_threshold", "reject_budget"}
_EDITABLE_STATES = (DecisionState.DRAFT, DecisionState.PRESENTED)


@dataclass(frozen=True, slots=True)
class LetterView:
    """The letter as it stands: its body, or what it lacks before it can be presented."""

    body: Markup | None = None
    missing: tuple[str, ...] = ()


def decision_page(
    decision: Decision,
    draft_form: DraftForm,
    *,
    reason_form: ReasonForm | None = None,
    supports_form: SupportsForm | None = None,
) -> str:
    """Show a decision with its letter and what its reader may do with it."""
    actor, call = current_actor(), decision.application.call
    supports = reductions.list_partner_supports(reading(), tools().registers, decision)
    reason_form = reason_form or ReasonForm()
    supports_form = supports_form or _supports_form(decision, supports)
    may_handle = may_handle_decision(actor, decision)
    is_presenter = decision.presenter_id is not None and decision.presenter_id == actor.user_id
    forms = (draft_form, reason_form, supports_form)
    return render_template(
        "funder/decision_show.html",
        decision=decision,
        application=decision.application,
        form=next((form for form in forms if form.errors or form.form_errors), draft_form),
        draft_form=draft_form,
        draft_fields=_fields_of(decision.kind),
        reason_form=reason_form,
        supports=supports,
        supports_form=supports_form,
        letter=_view_letter(decision),
        letter_faults=_list_faults(decision),
        may_handle=may_handle,
        may_edit=may_handle and decision.state in _EDITABLE_STATES,
        may_decide=may_approve_decision(actor, decision),
        decides_in_call=may_approve_in_call(actor, call),
        is_presenter=is_presenter,
    )


def _fields_of(kind: str) -> list[str]:
    """Return the fields of the draft that the letter of this kind prints."""
    fields = ["reasons"]
    if kind in reductions.GRANTS:
        fields += ["conditions", "conditions_due"]
    if kind in _SCORED:
        fields += ["strengths", "weaknesses"]
    if kind == "reject_budget":
        fields.append("reserve_until")
    return fields


def _list_faults(decision: Decision) -> tuple[str, ...]:
    """Return why the letter of an approved decision is not there; only then is the queue asked."""
    if decision.state is not DecisionState.APPROVED:
        return ()
    return list_letter_faults(reading(), decision.id)


def _view_letter(decision: Decision) -> LetterView:
    try:
        letter = decisions.make_letter(reading(), tools().registers, decision, now())
        return LetterView(body=Markup(render_letter_body(letter)))  # noqa: S704 - escaped there
    except IncompleteLetter as problem:
        lacks = [describe_lack(each.path, each.law) for each in problem.problems]
        return LetterView(missing=tuple(dict.fromkeys(lacks)))
    except DomainError as error:
        return LetterView(missing=(explain(error),))


def reload_decision(decision_id: uuid.UUID) -> Decision:
    """Return the decision anew, after an act that was refused."""
    return load_decision(reading(), current_actor(), decision_id)


def draft_form_of(decision: Decision) -> DraftForm:
    """Return the form with what the draft says now."""
    draft = decision.draft
    lines = {key: "\n".join(draft.get(key) or ()) for key in ("reasons", "conditions")}
    texts = {key: draft.get(key) or "" for key in ("strengths", "weaknesses")}
    days = {key: _day(draft.get(key)) for key in ("conditions_due", "reserve_until")}
    return DraftForm(data={**lines, **texts, **days})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _supports_form(
    decision: Decision, supports: list[reductions.PartnerSupport], *, posted: bool = False
) -> SupportsForm:
    form_class = make_supports_form(
        ((each.key, each.name) for each in supports), current_language()
    )
    data = {f"support_{each.key}": each.granted for each in supports}
    reasons = decision.draft.get("reductions") or decision.application.reduction_reasons
    return form_class(
        request.form if posted else None, data={**data, "reductions": "\n".join(reasons)}
    )


@bp.get("/decisions/<uuid:decision_id>")
@requires(may_view_decision, load=load_decision)
def show_decision(decision: Decision, **_ids: uuid.UUID) -> str:
    """Show a decision with what may be done with it."""
    return decision_page(decision, draft_form_of(decision))


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
        lambda: decision_page(reload_decision(decision_id), form),
    )


@bp.post("/decisions/<uuid:decision_id>/supports")
@requires(may_handle_decision, load=load_decision)
def set_supports(decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Set the support of each partner with the reasons of the reduction."""
    supports = reductions.list_partner_supports(reading(), tools().registers, decision)
    form = _supports_form(decision, supports, posted=True)

    def work(session: object) -> None:
        amounts = {each.key: form[f"support_{each.key}"].data or Decimal(0) for each in supports}
        wish = reductions.SupportWish(amounts, form.lines)
        reductions.set_partner_supports(
            session, tools().registers, decision_id, wish, current_actor(), now()
        )

    def page() -> str:
        fresh = reload_decision(decision_id)
        return decision_page(fresh, draft_form_of(fresh), supports_form=form)

    target = url_for("funder.show_decision", decision_id=decision_id)
    return act_on_form(form, work, target, _("The support was saved."), page)
