"""Decisions that have been served: read, download, and claim rectification."""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING

from flask import Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import NotFound
from app.domain.times import local_date
from app.policies.applicant import may_manage_application, may_view_own_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.applications import get_served_decision, list_served_decisions
from app.queries.applicant.results import find_result
from app.queries.claims import list_claims_of
from app.queries.content import list_partner_names
from app.queries.decision_chain import find_chain
from app.services.decision import claims, copies
from app.services.decision.contents import make_letter
from app.services.decision.decisions import get_decision
from app.services.decision.serving import open_served_decision
from app.services.paper.renders import render_once
from app.web.access import requires
from app.web.acts import Acts
from app.web.applicant.attachments import send_pdf
from app.web.applicant.blueprint import bp
from app.web.binding import now, reading, tools, unit_of_work
from app.web.login import current_actor
from app.web.messages import describe
from forms.decision_studio import OwnClaimForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.queries.applicant.applications import ServedDecision

Answer = str | BaseResponse | tuple[str, int]
_ACTS = Acts(describe)


@bp.get("/applications/<uuid:application_id>/decision")
@requires(may_view_own_application, load=load_own_application)
def show_decision(application: OwnApplication, **_ids: uuid.UUID) -> str:
    """Show the decisions that have been served."""
    return _page(application, OwnClaimForm())


def _page(application: OwnApplication, form: OwnClaimForm, claimed: uuid.UUID | None = None) -> str:
    decisions = list_served_decisions(reading(), application.id)
    if not decisions:
        raise NotFound(decision=str(application.id))
    chain = find_chain(reading(), decisions[0].id)
    served = {each.number for each in decisions}
    return render_template(
        "applicant/decision_show.html",
        application=application,
        decisions=decisions,
        claims=list_claims_of(reading(), application.id),
        has_result=find_result(reading(), application.id) is not None,
        superseded={each.id: each.superseded_by for each in chain if each.superseded_by in served},
        today=local_date(now()),
        form=form,
        claimed=claimed,
    )


@bp.get("/applications/<uuid:application_id>/decisions/<uuid:decision_id>.pdf")
@requires(may_view_own_application, load=load_own_application)
def download_decision(
    application: OwnApplication, application_id: uuid.UUID, decision_id: uuid.UUID
) -> Response:
    """Send a decision as PDF and remember that it was opened: proof of actual notice."""
    decision = get_served_decision(reading(), application_id, decision_id)
    if decision.pdf_sha256 is None:
        raise NotFound(decision=str(decision_id))
    copy = _make_copy(application, decision) if not application.is_owner else None
    with unit_of_work() as session:
        open_served_decision(session, decision_id, now())
    number = (application.record_number or "").replace("/", "-")
    name = f"{number}-{decision.number}.pdf"
    return copy or send_pdf(decision.pdf_sha256, name)


def _make_copy(application: OwnApplication, decision: ServedDecision) -> Response | None:
    """Return the copy of a partner's person, where something in the decision is secret from the partner."""
    key, row = application.partner_key, get_decision(reading(), decision.id)
    secrets = copies.list_secrets(row)
    if all(each.partner == key for each in secrets):
        return None
    letter = make_letter(reading(), tools().registers, row, now())
    name = list_partner_names(reading(), application.id).get(key, "")
    content = render_once(tools(), copies.make_copy(letter, secrets, key, name))
    file_name = f"{(application.record_number or '').replace('/', '-')}-{decision.number}-{key}.pdf"
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=file_name,
        max_age=0,
        etag=False,
    )


@bp.post("/applications/<uuid:application_id>/decisions/<uuid:decision_id>/claims")
@requires(may_manage_application, load=load_own_application)
def claim_rectification(
    application: OwnApplication, application_id: uuid.UUID, decision_id: uuid.UUID
) -> Answer:
    """Claim rectification of a decision: it has arrived when the service has taken it."""
    get_served_decision(reading(), application_id, decision_id)
    form, actor = OwnClaimForm(request.form), current_actor()

    def work(session: Session) -> None:
        given = claims.ClaimInput(
            actor.display_name, form.demand.data or "", form.grounds.data or "", now()
        )
        claims.register_claim(session, decision_id, given, actor, now())

    target = url_for("applicant.show_decision", application_id=application_id)
    done = _("Your claim has arrived. You will get a decision on it.")
    return _ACTS.act_on_form(
        form, work, target, done, lambda: _page(application, form, claimed=decision_id)
    )


@bp.post("/applications/<uuid:application_id>/claims/<uuid:claim_id>/withdraw")
@requires(may_manage_application, load=load_own_application)
def withdraw_claim(
    _application: OwnApplication, application_id: uuid.UUID, claim_id: uuid.UUID
) -> BaseResponse:
    """Take a claim of one's own back, before its answer is begun."""
    back = url_for("applicant.show_decision", application_id=application_id)
    return _ACTS.act(
        lambda session: claims.withdraw_claim(session, claim_id, current_actor(), now()),
        back,
        _("Your claim was taken back."),
    )
