"""Logging in and out."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.actors import Actor, Role
from app.services.account import accounts, sessions
from app.services.account.accounts import Device
from app.web.access import everyone, requires
from app.web.account.blueprint import bp
from app.web.account.devices import describe_device
from app.web.binding import now, reading, unit_of_work
from app.web.language import current_language
from app.web.login import current_actor, forget_login, remember_login, session_limits
from app.web.security import is_local_address
from forms.account import LoginForm

Answer = str | Response | tuple[str, int]

_HOMES = (
    (Role.ADMIN, "admin.show_start"),
    (Role.DECISION_MAKER, "funder.show_inbox"),
    (Role.OFFICER, "funder.show_inbox"),
    (Role.STEERING, "steering.list_rounds"),
    (Role.EVALUATOR, "evaluator.list_evaluations"),
)


def home_address(actor: Actor) -> str:
    """Return the page on which a person's own work begins."""
    for role, endpoint in _HOMES:
        if actor.has_role(role):
            return url_for(endpoint)
    return url_for("applicant.list_applications")


def local_back() -> str:
    """Return the address to go back to that the request names; empty unless it stays on this site."""
    back = request.args.get("back", "")
    return back if is_local_address(back) else ""


@bp.get("/login")
@requires(everyone)
def show_login() -> Answer:
    """Show the login page; somebody who is logged in already goes on."""
    actor = current_actor()
    if not actor.is_anonymous:
        return redirect(local_back() or home_address(actor), code=303)
    return _page(LoginForm())


@bp.post("/login")
@requires(everyone)
def log_in() -> Answer:
    """Log in, and go back to where one was."""
    form = LoginForm(request.form)
    if not form.validate():
        return _page(form), 422
    with unit_of_work() as session:
        accounts.count_login(session, form.email.data, now())
    user_id = accounts.find_login(reading(), form.email.data, form.password.data)
    if user_id is None:
        form.form_errors.append(_("The e-mail address or the password is wrong."))
        return _page(form), 422
    start_login(user_id)
    return redirect(local_back() or home_address(current_actor()), code=303)


def start_login(user_id: uuid.UUID) -> None:
    """Start a login on this device; the anonymous cookie's contents go."""
    device = Device(describe_device(request.user_agent.string), session_limits())
    with unit_of_work() as session:
        token = accounts.log_in(session, user_id, device, now())
    remember_login(token)
    cookie.setdefault("language", current_actor().language)  # outlives the login


@bp.post("/logout")
@requires(everyone)
def log_out() -> Response:
    """End the login on this device."""
    language = current_language()
    token = forget_login()
    if token:
        with unit_of_work() as session:
            sessions.end_session(session, token, now())
    cookie["language"] = language
    return redirect(url_for("public.show_front_page", language=language), code=303)


def _page(form: LoginForm) -> str:
    return render_template("account/login_show.html", form=form, back=local_back())
