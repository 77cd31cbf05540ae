"""Letters of decisions: the preview of what is being drafted, and the stored file once made."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.pdf.client import PaperRefused
from app.pdf.coverage import IncompleteLetter
from app.policies.funder import may_approve_decision, may_handle_decision, may_view_decision
from app.queries.content import list_partner_names
from app.queries.funder.calls import load_decision
from app.services.decision import copies, previews
from app.services.decision.contents import make_letter, refuse_incomplete
from app.services.decision.decisions import get_decision
from app.services.paper.renders import render_once
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.funder.acts import act
from app.web.funder.blueprint import bp
from app.web.funder.words import describe_lack
from app.web.login import current_actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Decision
    from app.pdf.letter_data import LetterData


@bp.get("/decisions/<uuid:decision_id>/letter.pdf")
@requires(may_view_decision, load=load_decision)
def preview_letter(decision: Decision, **_ids: uuid.UUID) -> BaseResponse:
    """Send the letter: the stored file once made, else what it will be; to who decides, as issued today."""
    if decision.pdf_sha256 is not None:
        return send_letter(tools().blobs.get(decision.pdf_sha256), _name_of(decision))
    actor = current_actor()
    if may_approve_decision(actor, decision):
        letter = previews.foresee_letter(reading(), tools(), decision, actor, now())
    else:
        letter = make_letter(reading(), tools().registers, decision, now())
    return _send_made(decision, letter, _name_of(decision))


@bp.post("/decisions/<uuid:decision_id>/preview")
@requires(may_handle_decision, load=load_decision)
def remember_preview(_decision: Decision, decision_id: uuid.UUID) -> BaseResponse:
    """Take the letter as it stands as looked at: changes are shown from here on."""

    def work(session: Session) -> None:
        row = get_decision(session, decision_id)
        letter = make_letter(session, tools().registers, row, now())
        refuse_incomplete(letter)
        previews.remember_preview(session, row, letter, current_actor(), now())

    target = url_for("funder.show_decision", decision_id=decision_id)
    return act(work, target, _("Changes are shown from this version on."))


@bp.get("/decisions/<uuid:decision_id>/copies/<partner_key>.pdf")
@requires(may_view_decision, load=load_decision)
def preview_copy(decision: Decision, partner_key: str, **_ids: uuid.UUID) -> BaseResponse:
    """Send the letter as one partner may read it."""
    letter = make_letter(reading(), tools().registers, decision, now())
    names = list_partner_names(reading(), decision.application_id)
    name = names.get(partner_key, "")
    copy = copies.make_copy(letter, copies.list_secrets(decision), partner_key, name)
    return _send_made(decision, copy, f"{_name_of(decision)}-{partner_key}")


def _name_of(decision: Decision) -> str:
    return (decision.application.record_number or "").replace("/", "-")


def _send_made(decision: Decision, letter: LetterData, name: str) -> BaseResponse:
    """Send a letter made now, or go back to the decision and say why it could not be made."""
    try:
        return send_letter(render_once(tools(), letter), name)
    except IncompleteLetter as problem:
        lacks = (describe_lack(each.path, each.law) for each in problem.problems)
        flash(_("The letter lacks: %(what)s.", what="; ".join(lacks)), "error")
    except PaperRefused as refused:
        what = "; ".join(refused.findings)
        flash(_("The file of the letter breaks its standards: %(what)s.", what=what), "error")
    return redirect(url_for("funder.show_decision", decision_id=decision.id), code=303)


def send_letter(content: bytes, name: str) -> BaseResponse:
    """Send a file that pages of this site may show in a frame."""
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'")
    return response
