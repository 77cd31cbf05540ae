"""The people of the partners: invite, send again, take back; and a partner's confirmation."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from app.domain.errors import InvalidInput
from app.policies.applicant import may_edit_application, may_manage_open_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.invitations import get_invitation_of, list_partner_people
from app.services.application import invitations as service
from app.services.application.invitations import Invitee
from app.services.application.partners import confirm_partner as confirm
from app.web.access import requires
from app.web.applicant.blueprint import bp
from app.web.binding import now, reading, unit_of_work
from app.web.login import current_actor
from app.web.mail_links import invitation_link
from forms.invitation import InvitationForm


@bp.get("/applications/<uuid:application_id>/partners")
@requires(may_manage_open_application, load=load_own_application)
def list_partners(application: OwnApplication, application_id: uuid.UUID) -> str:
    """List the partners, who works for each, and the invitations that wait."""
    return _page(application)


def _page(application: OwnApplication, refused: InvitationForm | None = None, key: str = "") -> str:
    people = list_partner_people(reading(), application.id)
    forms = {
        each.key: refused if refused and each.key == key else InvitationForm(prefix=f"{each.key}-")
        for each in people
    }
    return render_template(
        "applicant/partner_list.html",
        application=application,
        people=people,
        forms=forms,
        form=refused,
        now=now(),
    )


@bp.post("/applications/<uuid:application_id>/partners/<partner_key>/invitation")
@requires(may_manage_open_application, load=load_own_application)
def invite_person(
    application: OwnApplication, application_id: uuid.UUID, partner_key: str
) -> Redirect | tuple[str, int]:
    """Send an invitation; the answer is the same whether the address has an account or not."""
    form = InvitationForm(request.form, prefix=f"{partner_key}-")
    if not form.validate():
        return _page(application, form, partner_key), 422
    invitee = Invitee(partner_key, form.email.data)
    try:
        with unit_of_work() as session:
            service.invite_person(
                session, application_id, invitee, invitation_link(), current_actor(), now()
            )
    except InvalidInput:
        form.email.errors = [_("This partner has a person already.")]
        return _page(application, form, partner_key), 422
    flash(_("The invitation was sent."), "success")
    return redirect(url_for(".list_partners", application_id=application_id), code=303)


@bp.post("/applications/<uuid:application_id>/invitations/<uuid:invitation_id>/resend")
@requires(may_manage_open_application, load=load_own_application)
def resend_invitation(
    application: OwnApplication, application_id: uuid.UUID, invitation_id: uuid.UUID
) -> Redirect:
    """Send an invitation again with a new link."""
    known = get_invitation_of(reading(), application.id, invitation_id)
    with unit_of_work() as session:
        service.resend_invitation(session, known, invitation_link(), current_actor(), now())
    flash(_("The invitation was sent again. The earlier link no longer works."), "success")
    return redirect(url_for(".list_partners", application_id=application_id), code=303)


@bp.post("/applications/<uuid:application_id>/invitations/<uuid:invitation_id>/revoke")
@requires(may_manage_open_application, load=load_own_application)
def revoke_invitation(
    application: OwnApplication, application_id: uuid.UUID, invitation_id: uuid.UUID
) -> Redirect:
    """Take an invitation back; a person who accepted it leaves the application."""
    known = get_invitation_of(reading(), application.id, invitation_id)
    with unit_of_work() as session:
        service.revoke_invitation(session, known, current_actor(), now())
    flash(_("The invitation was revoked."), "success")
    return redirect(url_for(".list_partners", application_id=application_id), code=303)


@bp.post("/applications/<uuid:application_id>/partners/<partner_key>/confirm")
@requires(may_edit_application, load=load_own_application)
def confirm_partner(
    application: OwnApplication, application_id: uuid.UUID, partner_key: str
) -> Redirect:
    """Confirm a partner's part; a partner's person confirms only its own."""
    key = application.partner_key or partner_key
    with unit_of_work() as session:
        confirm(session, application_id, key, current_actor(), now())
    flash(_("The partner's part is confirmed."), "success")
    return redirect(url_for(".show_application", application_id=application_id), code=303)
