"""One's own account: the name that others see, the language, and the devices."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.records import sha256_text
from app.queries.users import list_sessions
from app.services.account import accounts
from app.web.access import logged_in, requires
from app.web.account.blueprint import bp
from app.web.binding import now, reading, unit_of_work
from app.web.login import current_actor, current_token, session_limits
from forms.account import DetailsForm


@bp.get("/")
@requires(logged_in)
def show_account() -> str:
    """Show one's account and logins."""
    return _page(None)


@bp.post("/details")
@requires(logged_in)
def save_details() -> Response | tuple[str, int]:
    """Keep the name that others see, and the language."""
    form = DetailsForm(request.form)
    if not form.validate():
        return _page(form), 422
    with unit_of_work() as session:
        accounts.set_details(
            session, current_actor(), form.display_name.data or "", form.language.data
        )
    cookie["language"] = form.language.data
    flash(_("Your details were saved."), "success")
    return redirect(url_for("account.show_account"), code=303)


def _page(form: DetailsForm | None) -> str:
    user = accounts.get_user(reading(), current_actor())
    return render_template(
        "account/account_show.html",
        user=user,
        form=form
        or DetailsForm(data={"display_name": user.display_name, "language": user.language}),
        sessions=list_sessions(reading(), user.id, now() - session_limits().idle, now()),
        current=sha256_text(current_token()),
    )
