"""Decisions that have been served: read and download."""

from __future__ import annotations

import uuid

from flask import Response, render_template

from app.domain.errors import NotFound
from app.policies.applicant import may_view_own_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.applications import get_served_decision, list_served_decisions
from app.services.decision.serving import open_served_decision
from app.web.access import requires
from app.web.applicant.attachments import send_pdf
from app.web.applicant.blueprint import bp
from app.web.binding import now, reading, unit_of_work


@bp.get("/applications/<uuid:application_id>/decision")
@requires(may_view_own_application, load=load_own_application)
def show_decision(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show the decisions that have been served."""
    decisions = list_served_decisions(reading(), application_id)
    if not decisions:
        raise NotFound(decision=str(application_id))
    return render_template(
        "applicant/decision_show.html", application=application, decisions=decisions
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
    with unit_of_work() as session:
        open_served_decision(session, decision_id, now())
    number = (application.record_number or "").replace("/", "-")
    return send_pdf(decision.pdf_sha256, f"{number}-{decision.number}.pdf")
