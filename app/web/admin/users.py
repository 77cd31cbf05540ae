"""Accounts: search, make, close, and the roles that people hold."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.domain.actors import Role
from app.queries import users as queries
from app.services.account import users_admin
from app.web.access import is_admin, requires
from app.web.admin.acts import act, act_on_form
from app.web.admin.blueprint import bp
from app.web.binding import now, reading
from app.web.filters import localized_text
from app.web.login import current_actor
from app.web.mail_links import mail_links
from forms.admin import ROLE_CHOICES, RoleForm, UserForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

Answer = str | tuple[str, int]


@bp.get("/users")
@requires(is_admin)
def list_users() -> str:
    """List accounts, a page at a time, found by address, name or title."""
    words = request.args.get("search", "")
    page = queries.list_users(reading(), words, request.args.get("after", ""))
    return render_template("admin/users_list.html", page=page, words=words, roles=_role_names())


@bp.route("/users/new", methods=["GET", "POST"])
@requires(is_admin)
def create_user() -> Answer | Response:
    """Make an account; its person gets a link for choosing a password."""
    form = UserForm(request.form)
    bodies = _offer_bodies(form)

    def page() -> str:
        return render_template("admin/user_create.html", form=form, bodies=bodies)

    if request.method == "GET":
        return page()
    links = mail_links()

    def work(session: Session) -> None:
        given = users_admin.NewUser(
            email=form.email.data or "",
            display_name=form.display_name.data or "",
            language=form.language.data,
            role=Role(form.role.data) if form.role.data else None,
            authority_key=form.authority_key.data or "",
            title=form.title.data or "",
        )
        users_admin.create_user(session, given, links, current_actor(), now())

    done = _("The account was made and its person was sent a link.")
    return act_on_form(form, work, url_for("admin.list_users"), done, page)


@bp.get("/users/<uuid:user_id>")
@requires(is_admin)
def show_user(user_id: uuid.UUID) -> str:
    """Show an account and its roles."""
    return _user_page(user_id, RoleForm())


@bp.post("/users/<uuid:user_id>/roles")
@requires(is_admin)
def grant_role(user_id: uuid.UUID) -> Answer | Response:
    """Give a person a role."""
    form = RoleForm(request.form)
    _offer_bodies(form)

    def work(session: Session) -> None:
        role, body = Role(form.role.data), form.authority_key.data or ""
        users_admin.grant_role(session, user_id, role, body, current_actor(), now())

    target = url_for("admin.show_user", user_id=user_id)
    return act_on_form(
        form, work, target, _("The role was given."), lambda: _user_page(user_id, form)
    )


@bp.post("/users/<uuid:user_id>/roles/<int:grant_id>/revoke")
@requires(is_admin)
def revoke_role(user_id: uuid.UUID, grant_id: int) -> Response:
    """Take a role from a person."""
    return act(
        lambda session: users_admin.revoke_role(session, user_id, grant_id, current_actor(), now()),
        url_for("admin.show_user", user_id=user_id),
        _("The role was taken away."),
    )


@bp.post("/users/<uuid:user_id>/deactivate")
@requires(is_admin)
def deactivate_user(user_id: uuid.UUID) -> Response:
    """Close an account and end its logins."""
    return act(
        lambda session: users_admin.deactivate_user(session, user_id, current_actor(), now()),
        url_for("admin.show_user", user_id=user_id),
        _("The account was closed."),
    )


@bp.post("/users/<uuid:user_id>/reactivate")
@requires(is_admin)
def reactivate_user(user_id: uuid.UUID) -> Response:
    """Open a closed account again."""
    return act(
        lambda session: users_admin.reactivate_user(session, user_id, current_actor(), now()),
        url_for("admin.show_user", user_id=user_id),
        _("The account was opened again."),
    )


def _user_page(user_id: uuid.UUID, form: RoleForm) -> str:
    bodies = _offer_bodies(form)
    return render_template(
        "admin/user_show.html",
        user=queries.get_user(reading(), user_id),
        form=form,
        roles=_role_names(),
        bodies=bodies,
    )


def _offer_bodies(form: RoleForm) -> dict[str, str]:
    """Let the form choose among the bodies; return their names by key."""
    bodies = {each.key: localized_text(each.name) for each in queries.list_authorities(reading())}
    form.authority_key.choices = [
        SelectChoice("", "–"),
        *(SelectChoice(key, name) for key, name in bodies.items()),
    ]
    return bodies


def _role_names() -> dict[str, str]:
    return {choice.value: choice.label for choice in ROLE_CHOICES}
