"""A forgotten password, and changing one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.domain.actors import Actor
from app.services.account import accounts, throttles
from app.services.account.accounts import hash_password
from app.web.access import everyone, logged_in, requires
from app.web.account.blueprint import bp
from app.web.binding import now, reading, unit_of_work
from app.web.login import current_actor, current_token
from app.web.mail_links import mail_links
from forms.account import ForgottenForm, NewPasswordForm, PasswordChangeForm

if TYPE_CHECKING:
    from app.models import User

Answer = str | Response | tuple[str, int]


@bp.route("/forgotten", methods=["GET", "POST"])
@requires(everyone)
def request_password() -> Answer:
    """Ask for a link for a new password; the answer is the same for every address."""
    form = ForgottenForm(request.form)
    if request.method == "GET":
        return render_template("account/password_request.html", form=form)
    if not form.validate():
        return render_template("account/password_request.html", form=form), 422
    with unit_of_work() as session:
        accounts.request_password(session, form.email.data, mail_links(), now())
    return redirect(url_for("account.show_password_sent"), code=303)


@bp.get("/forgotten/sent")
@requires(everyone)
def show_password_sent() -> str:
    """Say that a link was sent, if there is an account."""
    return render_template("account/password_sent.html")


def load_reset(session: Session, _actor: Actor, token: str) -> User:
    """Return the account that a password link is for."""
    return accounts.find_reset(session, token, now())


@bp.route("/password/<token>", methods=["GET", "POST"])
@requires(everyone, load=load_reset)
def reset_password(user: User, token: str) -> Answer:
    """Choose a new password by the link of the mail; the link works once."""
    form = NewPasswordForm(request.form)
    form.email_of_account = user.email
    if request.method == "GET":
        return render_template("account/password_reset.html", form=form, token=token)
    if not form.validate():
        return render_template("account/password_reset.html", form=form, token=token), 422
    hashed = hash_password(form.password.data)
    with unit_of_work() as session:
        accounts.reset_password(session, token, hashed, mail_links(), now())
    flash(_("Your password was changed. Log in with the new one."), "success")
    return redirect(url_for("account.show_login"), code=303)


@bp.route("/password", methods=["GET", "POST"])
@requires(logged_in)
def change_password() -> Answer:
    """Change one's own password; every other login ends."""
    form = PasswordChangeForm(request.form)
    if request.method == "GET":
        return render_template("account/password_change.html", form=form)
    user = accounts.get_user(reading(), current_actor())
    form.email_of_account = user.email
    if not form.validate() or not _is_present_password(form, user):
        return render_template("account/password_change.html", form=form), 422
    hashed = hash_password(form.password.data)
    with unit_of_work() as session:
        accounts.change_password(
            session, current_actor(), hashed, current_token(), now(), links=mail_links()
        )
    flash(_("Your password was changed and your other logins were ended."), "success")
    return redirect(url_for("account.show_account"), code=303)


def _is_present_password(form: PasswordChangeForm, user: User) -> bool:
    with unit_of_work() as session:
        throttles.count_attempt(session, throttles.PASSWORD_CHANGE, user.email, now())
    if accounts.is_right_password(user, form.present.data or ""):
        return True
    form.present.errors = [*form.present.errors, _("This is not your present password")]
    return False
