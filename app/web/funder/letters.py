"""Letters of decisions: the preview of what is being drafted, and the stored file once made."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.pdf.client import PaperRefused
from app.pdf.coverage import IncompleteLetter
from app.pdf.documents import letter_pdf
from app.policies.funder import may_view_decision
from app.queries.funder.calls import load_decision
from app.services.decision.decisions import make_letter
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.funder.blueprint import bp
from app.web.funder.words import describe_lack

if TYPE_CHECKING:
    from app.models import Decision


@bp.get("/decisions/<uuid:decision_id>/letter.pdf")
@requires(may_view_decision, load=load_decision)
def preview_letter(decision: Decision, **_ids: uuid.UUID) -> BaseResponse:
    """Send the letter as PDF: the stored file once made, else one made now and marked as a draft."""
    if decision.pdf_sha256 is not None:
        content = tools().blobs.get(decision.pdf_sha256)
    else:
        letter = make_letter(reading(), tools().registers, decision, now())
        try:
            content = letter_pdf(letter, tools().renderer)
        except IncompleteLetter as problem:
            lacks = (describe_lack(each.path, each.law) for each in problem.problems)
            flash(_("The letter lacks: %(what)s.", what="; ".join(lacks)), "error")
            return redirect(url_for("funder.show_decision", decision_id=decision.id), code=303)
        except PaperRefused as refused:
            what = "; ".join(refused.findings)
            flash(_("The file of the letter breaks its standards: %(what)s.", what=what), "error")
            return redirect(url_for("funder.show_decision", decision_id=decision.id), code=303)
    response = make_response(content)
    response.mimetype = "application/pdf"
    name = f"{decision.application.record_number}.pdf".replace("/", "-")
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response
