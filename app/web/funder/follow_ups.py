"""What follows a decision: service and its last day, claims for rectification, corrections, secret parts."""

from __future__ import annotations

import uuid
from datetime import time
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.decision_links import Cause
from app.domain.times import at_local_time, local_date
from app.domain.withholding import GROUNDS, SecretPart, list_parts
from app.policies.funder import may_handle_claim, may_handle_decision, may_view_decision
from app.queries.claims import list_claims, load_claim
from app.queries.content import list_partner_names
from app.queries.decision_chain import find_chain
from app.queries.funder.calls import load_decision
from app.services.decision import claims, copies, follow_ups
from app.services.decision.contents import make_letter
from app.services.decision.decisions import get_decision
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.filters import current_language
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.drafts import reload_decision
from app.web.login import current_actor
from forms.decision_studio import (
    ClaimForm,
    CorrectionForm,
    SecrecyForm,
    make_correction_form,
    make_secrecy_form,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Decision
    from app.queries.claims import ClaimOfCall

Answer = str | Response | tuple[str, int]
_OPEN = ("served", "final")
_END_OF_DAY = time(23, 59, 59)


def _page(
    decision: Decision,
    claim_form: ClaimForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> str:
    claim_form = claim_form or ClaimForm()
    correction_form = correction_form or make_correction_form(current_language())()
    return render_template(
        "funder/decision_follow_up.html",
        decision=decision,
        application=decision.application,
        chain=find_chain(reading(), decision.id),
        claims=list_claims(reading(), decision.id),
        form=claim_form if claim_form.errors or claim_form.form_errors else correction_form,
        claim_form=claim_form,
        correction_form=correction_form,
        today=local_date(now()),
        may_handle=may_handle_decision(current_actor(), decision),
        is_open=decision.state.value in _OPEN,
    )


@bp.get("/decisions/<uuid:decision_id>/follow-up")
@requires(may_view_decision, load=load_decision)
def show_follow_up(decision: Decision, **_ids: uuid.UUID) -> str:
    """Show the last day for review, the claims and the chain of decisions."""
    return _page(decision)


@bp.post("/decisions/<uuid:decision_id>/claims")
@requires(may_handle_decision, load=load_decision)
def register_claim(_decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Register a claim that arrived by mail or letter."""
    form = ClaimForm(request.form)

    def work(session: Session) -> None:
        day, today = form.received_on.data or local_date(now()), local_date(now())
        given = claims.ClaimInput(
            claimant=form.claimant.data or "",
            demand=form.demand.data or "",
            grounds=form.grounds.data or "",
            received_at=now() if day == today else at_local_time(day, _END_OF_DAY),
            channel=form.channel.data,
        )
        claims.register_claim(session, decision_id, given, current_actor(), now())

    target = url_for("funder.show_follow_up", decision_id=decision_id)
    return act_on_form(
        form,
        work,
        target,
        _("The claim was registered."),
        lambda: _page(reload_decision(decision_id), claim_form=form),
    )


@bp.post("/claims/<uuid:claim_id>/answer")
@requires(may_handle_claim, load=load_claim)
def draft_answer(claim: ClaimOfCall, claim_id: uuid.UUID) -> Response:
    """Draft the decision on a claim."""
    back = url_for("funder.show_follow_up", decision_id=claim.decision_id)
    return act(
        lambda session: claims.draft_answer(session, claim_id, current_actor(), now()),
        back,
        _("The decision on the claim was drafted."),
    )


@bp.post("/decisions/<uuid:decision_id>/correction")
@requires(may_handle_decision, load=load_decision)
def correct_decision(_decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Draft the decision that corrects this one or gives it anew."""
    form = make_correction_form(current_language())(request.form)

    def work(session: Session) -> None:
        wish = follow_ups.Correction(Cause(form.cause.data), form.lines, form["support"].data)
        follow_ups.correct_decision(session, decision_id, wish, current_actor(), now())

    target = url_for("funder.show_follow_up", decision_id=decision_id)
    return act_on_form(
        form,
        work,
        target,
        _("The new decision was drafted."),
        lambda: _page(reload_decision(decision_id), correction_form=form),
    )


@bp.route("/decisions/<uuid:decision_id>/secrecy", methods=["GET", "POST"])
@requires(may_handle_decision, load=load_decision)
def mark_secrets(decision: Decision, decision_id: uuid.UUID) -> Answer:
    """Mark which parts of the letter are secret, on which ground and whose."""
    names = list_partner_names(reading(), decision.application_id)
    letter = make_letter(reading(), tools().registers, decision, now())
    parts = list_parts(letter.model_dump(mode="json"))
    form_class = make_secrecy_form([each.part for each in parts], GROUNDS, names.items())
    form = form_class(request.form, data=_marks_of(decision, form_class))

    def work(session: Session) -> None:
        marks = [SecretPart(*row) for row in form.list_marks()]
        row = get_decision(session, decision_id)
        copies.mark_secrets(session, row, letter, marks, current_actor(), now())

    def page() -> str:
        return render_template(
            "funder/decision_secrecy.html",
            decision=decision,
            application=decision.application,
            parts=parts,
            names=names,
            form=form,
        )

    if request.method == "GET":
        return page()
    target = url_for("funder.mark_secrets", decision_id=decision_id)
    return act_on_form(form, work, target, _("The marks of secrecy were saved."), page)


def _marks_of(decision: Decision, form_class: type[SecrecyForm]) -> dict[str, str]:
    """Return the marks as values of the form."""
    marks = {each.part: each for each in copies.list_secrets(decision)}
    known = [(number, marks[part]) for number, part in enumerate(form_class.parts) if part in marks]
    return {f"ground_{number}": mark.ground for number, mark in known} | {
        f"partner_{number}": mark.partner for number, mark in known
    }
