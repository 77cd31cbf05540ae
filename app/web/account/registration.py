"""Registering: the same answer whether the address is known or not."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.services.account import accounts
from app.services.account.accounts import Registration, hash_password
from app.web.access import everyone, requires
from app.web.account.blueprint import bp
from app.web.binding import now, unit_of_work
from app.web.language import current_language
from app.web.mail_links import mail_links
from forms.account import RegistrationForm


@bp.route("/register", methods=["GET", "POST"])
@requires(everyone)
def register() -> str | Response | tuple[str, int]:
    """Ask for an account; the confirmation link goes by e-mail."""
    form = RegistrationForm(request.form, language=current_language())
    if request.method == "GET":
        return render_template("account/account_register.html", form=form)
    if not form.validate():
        return render_template("account/account_register.html", form=form), 422
    given = Registration(
        email=form.email.data,
        display_name=form.display_name.data,
        language=form.language.data,
        password_hash=hash_password(form.password.data),
    )
    with unit_of_work() as session:
        accounts.register(session, given, mail_links(), now())
    return redirect(url_for("account.show_registered"), code=303)


@bp.get("/registered")
@requires(everyone)
def show_registered() -> str:
    """Say that a link was sent, if the address can get one."""
    return render_template("account/registration_show.html")
