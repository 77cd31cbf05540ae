"""Confirming an address: the link of the mail and the password chosen at registration, together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.domain.actors import Actor
from app.services.account import accounts, throttles
from app.web.access import everyone, requires
from app.web.account.blueprint import bp
from app.web.account.login import home_address, start_login
from app.web.binding import now, unit_of_work
from app.web.login import current_actor
from forms.account import ConfirmationForm

if TYPE_CHECKING:
    from app.models import User


def load_pending(session: Session, _actor: Actor, token: str) -> User:
    """Return the account that a confirmation link is for."""
    return accounts.find_pending(session, token, now())


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@requires(everyone, load=load_pending)
def confirm(user: User, token: str) -> str | Response | tuple[str, int]:
    """Open the account and log its owner in. Following the link alone changes nothing."""
    form = ConfirmationForm(request.form)
    if request.method == "GET":
        return render_template("account/account_confirm.html", form=form, token=token)
    if form.validate():
        with unit_of_work() as session:
            throttles.count_attempt(session, throttles.CONFIRMATION, user.email, now())
        if accounts.is_right_password(user, form.password.data):
            with unit_of_work() as session:
                accounts.confirm(session, token, now())
            start_login(user.id)
            return redirect(home_address(current_actor()), code=303)
        form.form_errors.append(_("This is not the password that was chosen at registration."))
    return render_template("account/account_confirm.html", form=form, token=token), 422
