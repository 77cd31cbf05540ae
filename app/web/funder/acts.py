"""Acts of the portal: one unit of work, then a redirect; a refusal becomes a message on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask import flash, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.errors import DomainError
from app.domain.times import at_local_time
from app.web.binding import unit_of_work
from app.web.errors import status_of
from app.web.funder.words import explain

Work = Callable[[Session], Any]


def attempt(work: Work) -> DomainError | None:
    """Do the work in one transaction; return the refusal, if it was refused."""
    try:
        with unit_of_work() as session:
            work(session)
    except DomainError as error:
        return error
    return None


def act(work: Work, back: str, done: str) -> Response:
    """Do an act of one button and go back to the page, which shows how it went."""
    error = attempt(work)
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
    error = attempt(work)
    if error is not None:
        form.form_errors.append(explain(error))
        return page(), status_of(error)
    flash(done, "success")
    return redirect(target, code=303)


def to_moment(day_and_time: tuple[date, time]) -> datetime:
    """Return a Finnish wall-clock day and time as UTC."""
    return at_local_time(*day_and_time)
