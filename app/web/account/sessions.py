"""Ending a login on another device."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.services.account import accounts
from app.web.access import logged_in, requires
from app.web.account.blueprint import bp
from app.web.binding import now, unit_of_work
from app.web.login import current_actor


@bp.post("/sessions/revoke")
@requires(logged_in)
def revoke_session() -> Response:
    """End one of one's own logins."""
    with unit_of_work() as session:
        accounts.revoke_session(session, current_actor(), request.form.get("session", ""), now())
    flash(_("The login was ended."), "success")
    return redirect(url_for("account.show_account"), code=303)
