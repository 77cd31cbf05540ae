"""Invitations as the invited person meets them: by the link of the mail, or in the own list."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from app.domain.actors import Actor
from app.policies.applicant import may_accept_invitation
from app.queries.applicant.invitations import (
    OpenInvitation,
    find_invitation,
    get_open_invitation,
)
from app.services.application import invitations as service
from app.web.access import everyone, requires
from app.web.applicant.blueprint import bp
from app.web.binding import now, unit_of_work
from app.web.login import current_actor


def load_linked(session: Session, actor: Actor, token: str) -> OpenInvitation:
    """Return the invitation of a link that works now."""
    return find_invitation(session, token, actor, now())


def load_waiting(session: Session, actor: Actor, invitation_id: uuid.UUID) -> OpenInvitation:
    """Return an invitation that waits."""
    return get_open_invitation(session, invitation_id, actor, now())


@bp.get("/invitation/<token>")
@requires(everyone, load=load_linked)
def show_invitation(invitation: OpenInvitation, token: str) -> str:
    """Show what the invitation is for; following the link alone accepts nothing."""
    return render_template(
        "applicant/invitation_show.html",
        invitation=invitation,
        back=request.path,
        is_logged_in=not current_actor().is_anonymous,
        now=now(),
    )


@bp.post("/invitations/<uuid:invitation_id>/accept")
@requires(may_accept_invitation, load=load_waiting)
def accept_invitation(invitation: OpenInvitation, invitation_id: uuid.UUID) -> Redirect:
    """Become the partner's person and open the application."""
    with unit_of_work() as session:
        service.accept_invitation(session, invitation_id, current_actor(), now())
    flash(_("You now work on the application for %(name)s.", name=invitation.partner_name))
    address = url_for(".show_application", application_id=invitation.application_id)
    return redirect(address, code=303)
