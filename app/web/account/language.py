"""Choosing the language of pages that have none in their address."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app.services.account import accounts
from app.web.access import everyone, requires
from app.web.account.blueprint import bp
from app.web.binding import unit_of_work
from app.web.language import LANGUAGES
from app.web.login import current_actor
from app.web.security import is_local_address


@bp.get("/language/<code>")
@requires(everyone)
def choose_language(code: str) -> Response:
    """Keep a language in the cookie, and in the account of somebody logged in; go back to the page."""
    if code not in LANGUAGES:
        abort(404)
    cookie["language"] = code
    actor = current_actor()
    if not actor.is_anonymous and actor.language != code:
        with unit_of_work() as session:
            accounts.set_language(session, actor, code)
    back = request.args.get("back", "")
    home = url_for("public.show_front_page", language=code)
    return redirect(back if is_local_address(back) else home, code=303)
