"""What the evaluator knows: the routing finds applications by it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.services.evaluation.profiles import find_own_profile, update_own_profile
from app.web.access import is_evaluator, requires
from app.web.binding import now, reading, unit_of_work
from app.web.evaluator.blueprint import bp
from app.web.expertise_form import fill_form, read_form
from app.web.login import current_actor
from forms.expertise import ExpertiseForm


@bp.route("/profile", methods=["GET", "POST"])
@requires(is_evaluator)
def show_profile() -> Any:
    """Show and change the evaluator's own languages, expertise and texts."""
    profile = find_own_profile(reading(), current_actor())
    if profile is None:
        return render_template("evaluator/profile_show.html", form=None)
    form = fill_form(ExpertiseForm, profile)
    if request.method == "POST" and form.validate():
        with unit_of_work() as session:
            update_own_profile(session, read_form(form), current_actor(), now())
        flash(_("Your expertise was saved. It counts from the next routing on."), "success")
        return redirect(url_for("evaluator.show_profile"), 303)
    page = render_template("evaluator/profile_show.html", form=form)
    return page, 200 if request.method == "GET" else 422
