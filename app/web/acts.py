"""Acts: one unit of work, then a redirect; a refusal becomes a message on the page.

Each portal explains refusals in words of its own: ``acts = Acts(explain)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect

from app.domain.errors import DomainError
from app.web.binding import unit_of_work
from app.web.errors import status_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response
    from wtforms import Form

Work = Callable[["Session"], Any]
Explain = Callable[[DomainError], str]


def attempt(work: Work) -> DomainError | None:
    """Do the work in one transaction; return the refusal, if it was refused."""
    try:
        with unit_of_work() as session:
            work(session)
    except DomainError as error:
        return error
    return None


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one portal; ``explain`` puts its refusals into words."""

    explain: Explain

    def act(self, work: Work, back: str, done: str) -> Response:
        """Do an act of one button and go back to the page, which shows how it went."""
        error = attempt(work)
        if error is None:
            flash(done, "success")
        else:
            flash(self.explain(error), "error")
        return redirect(back, code=303)

    def act_on_form(
        self, form: Form, work: Work, target: str, done: str, page: Callable[[], str]
    ) -> Response | tuple[str, int]:
        """Do what a form asks for and move on; otherwise show it again with everything typed."""
        if not form.validate():
            return page(), 422
        error = attempt(work)
        if error is not None:
            form.form_errors.append(self.explain(error))
            return page(), status_of(error)
        flash(done, "success")
        return redirect(target, code=303)
