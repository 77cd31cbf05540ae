"""Acts of administrators: one unit of work, then a redirect; a refusal becomes a message on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError, InvalidInput
from app.web.binding import unit_of_work
from app.web.errors import status_of
from app.web.messages import describe

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response
    from wtforms import Form

Work = Callable[["Session"], Any]

PROBLEMS = {
    "email_taken": _l("The address has an account already."),
    "body_needed": _l("Choose the body at which the person acts."),
    "role_held": _l("The person holds this role already."),
}


def explain(error: DomainError) -> str:
    """Return what a refusal says."""
    if isinstance(error, InvalidInput) and error.problems:
        known = (PROBLEMS.get(each.code) for each in error.problems)
        return " ".join(str(text or _("A value is not valid.")) for text in known)
    if error.data.get("state") == "own account":
        return _("You cannot do this to your own account.")
    return describe(error)


def _attempt(work: Work) -> DomainError | None:
    try:
        with unit_of_work() as session:
            work(session)
    except DomainError as error:
        return error
    return None


def act(work: Work, back: str, done: str) -> Response:
    """Do an act of one button and go back to the page, which shows how it went."""
    error = _attempt(work)
    if error is None:
        flash(done, "success")
    else:
        flash(explain(error), "error")
    return redirect(back, code=303)


def act_on_form(
    form: Form, work: Work, target: str, done: str, page: Callable[[], str]
) -> Response | tuple[str, int]:
    """Do what a form asks for and move on; otherwise show the form again with everything typed."""
    if not form.validate():
        return page(), 422
    error = _attempt(work)
    if error is not None:
        form.form_errors.append(explain(error))
        return page(), status_of(error)
    flash(done, "success")
    return redirect(target, code=303)
