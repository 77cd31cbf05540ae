"""Draft decisions: what the officer writes, beside the letter that comes of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.decision_links import Cause
from app.domain.errors import DomainError
from app.domain.lifecycle import DecisionState
from app.domain.times import local_date
from app.domain.word_changes import Stretch
from app.pdf.coverage import list_law_items
from app.pdf.pages import render_letter_body
from app.pdf.reason_library import list_texts
from app.pdf.values import Language
from app.policies.funder import (
    may_approve_decision,
    may_approve_in_call,
    may_handle_decision,
    may_view_decision,
)
from app.queries.funder.calls import load_decision
from app.queries.funder.letter_jobs import list_letter_faults
from app.services.decision import contents, decisions, previews, reductions
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.filters import current_language
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.letter_words import FaultView, LawView, view_checklist, view_fault
from app.web.funder.words import explain
from app.web.login import current_actor
from app.web.security import allow_own_frames
from forms.decision_studio import PostedForm
from forms.funder import ReasonForm
from forms.funder_decisions import DraftForm, SupportsForm, make_supports_form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Decision

Answer = str | Response | tuple[str, int]
_SCORED = reductions.GRANTS | {"reject_threshold", "reject_budget"}
_AMENDING = frozenset({"amendment", "rectification_decision"})
_EDITABLE_STATES = (DecisionState.DRAFT, DecisionState.PRESENTED)


@dataclass(frozen=True, slots=True)
class LetterView:
    """The letter as it stands: its body, its checklist, and what changed since it was last looked at.

    ``problem`` says why there is no letter at all; ``seen`` is the checksum that an approval now would give.
    """

    body: Markup | None = None
    checklist: Sequence[LawView] = ()
    changes: Sequence[Stretch] = ()
    problem: str = ""
    seen: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing keeps the letter from being presented."""
        return not self.problem and not any(line.lacks for line in self.checklist)


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
    may_decide = may_approve_decision(actor, decision)
    draft_form.library.choices = _library_choices(decision)
    forms = (draft_form, reason_form, supports_form)
    allow_own_frames()
    return render_template(
        "funder/decision_show.html",
        decision=decision,
        application=decision.application,
        form=next((form for form in forms if form.errors or form.form_errors), draft_form),
        draft_form=draft_form,
        draft_fields=fields_of(decision),
        reason_form=reason_form,
        posted_form=PostedForm(data={"posted_on": local_date(now())}),
        supports=supports,
        supports_form=supports_form,
        letter=_view_letter(decision, may_decide=may_decide),
        letter_faults=_list_faults(decision),
        may_handle=may_handle,
        may_edit=may_handle and decision.state in _EDITABLE_STATES,
        may_decide=may_decide,
        decides_in_call=may_approve_in_call(actor, call),
        is_presenter=is_presenter,
    )


def fields_of(decision: Decision) -> list[str]:
    """Return the fields of the draft that the letter prints: nothing else of it may be edited."""
    kind = decision.kind
    fields = ["changes"] if kind in _AMENDING else []
    if decision.cause in {Cause.FACTUAL, Cause.CLERICAL}:
        fields.append("corrections")
    fields.append("reasons")
    if kind in reductions.GRANTS:
        fields += ["conditions", "conditions_due"]
    if kind in _SCORED:
        fields += ["strengths", "weaknesses"]
    if kind == "reject_budget":
        fields.append("reserve_until")
    return [*fields, "service_method"]


def _library_choices(decision: Decision) -> list[SelectChoice]:
    language: Language = decision.language  # type: ignore[assignment]  # checked by the database
    names = set(fields_of(decision))
    return [
        SelectChoice(each.id, each.title.localize(language))
        for each in list_texts(decision.kind)
        if each.field in names
    ]


def _add_library_texts(form: DraftForm, decision: Decision) -> None:
    """Put the chosen texts of the library after what has been typed."""
    language: Language = decision.language  # type: ignore[assignment]  # checked by the database
    for text in list_texts(decision.kind):
        if text.id in (form.library.data or ()):
            field = form[text.field]
            field.data = "\n".join(filter(None, [field.data, text.text.localize(language)]))


def _list_faults(decision: Decision) -> tuple[FaultView, ...]:
    """Return why the letter of an approved decision is not there; only then is the queue asked."""
    if decision.state is not DecisionState.APPROVED:
        return ()
    return tuple(view_fault(line) for line in list_letter_faults(reading(), decision.id))


def _view_letter(decision: Decision, *, may_decide: bool) -> LetterView:
    session, used = reading(), tools()
    try:
        letter = contents.make_letter(session, used.registers, decision, now())
        items = list_law_items(letter)
        checklist = view_checklist(items, decision)
        if not all(item.is_met for item in items):
            return LetterView(checklist=checklist)
        seen = ""
        if may_decide and decision.state is DecisionState.PRESENTED:
            foreseen = previews.foresee_letter(session, used, decision, current_actor(), now())
            seen = foreseen.decision.sha256 or ""
        return LetterView(
            body=Markup(render_letter_body(letter)),  # noqa: S704 - escaped there
            checklist=checklist,
            changes=previews.list_changes(session, decision, letter),
            seen=seen,
        )
    except DomainError as error:
        return LetterView(problem=explain(error))


def reload_decision(decision_id: uuid.UUID) -> Decision:
    """Return the decision anew, after an act that was refused."""
    return load_decision(reading(), current_actor(), decision_id)


def draft_form_of(decision: Decision) -> DraftForm:
    """Return the form with what the draft says now."""
    draft = decision.draft
    listed = ("reasons", "changes", "corrections", "conditions")
    lines = {key: "\n".join(draft.get(key) or ()) for key in listed}
    texts = {key: draft.get(key) or "" for key in ("strengths", "weaknesses")}
    days = {key: _day(draft.get(key)) for key in ("conditions_due", "reserve_until")}
    rest = {"service_method": decision.service_method.value, "version": decision.row_version}
    return DraftForm(data={**lines, **texts, **days, **rest})


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
def update_draft(decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Save what the officer writes; a presentation or an approval is taken back."""
    form = DraftForm(request.form)
    form.library.choices = _library_choices(decision)
    names = fields_of(decision)
    version = form.version.data or ""
    seen = int(version) if version.isdecimal() else None

    def work(session: Session) -> None:
        _add_library_texts(form, decision)
        decisions.update_draft(
            session, decision_id, form.to_fields(names), current_actor(), now(), seen
        )

    def page() -> str:
        """Show everything typed again; a second save is one in knowledge of what is stored."""
        fresh = reload_decision(decision_id)
        form.version.data = str(fresh.row_version)
        return decision_page(fresh, form)

    target = url_for("funder.show_decision", decision_id=decision_id)
    return act_on_form(form, work, target, _("The draft was saved."), page)


@bp.post("/decisions/<uuid:decision_id>/supports")
@requires(may_handle_decision, load=load_decision)
def set_supports(decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Set the support of each partner with the reasons of the reduction."""
    supports = reductions.list_partner_supports(reading(), tools().registers, decision)
    form = _supports_form(decision, supports, posted=True)

    def work(session: Session) -> None:
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
