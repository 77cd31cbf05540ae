"""A doubt about one's own independence: the officer answers before the application opens."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.policies.evaluations import may_ask_about_independence
from app.queries.evaluator import OwnEvaluation, load_own_evaluation
from app.services.evaluation import rulings
from app.web.access import requires
from app.web.binding import now, unit_of_work
from app.web.evaluator.blueprint import bp
from app.web.evaluator.words import EXPLANATIONS
from app.web.login import current_actor
from forms.conflicts import DoubtForm
from scoring.routing.screening.grounds import Ground


@bp.route("/evaluations/<uuid:evaluation_id>/doubt", methods=["GET", "POST"])
@requires(may_ask_about_independence, load=load_own_evaluation)
def declare_doubt(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Ask the officer whether a ground applies; the application stays closed until the answer."""
    form = DoubtForm(request.form)
    form.ground.choices = [SelectChoice(each.citation, dict(each.label)) for each in Ground]
    if request.method == "POST" and form.validate():
        ground, detail = str(form.ground.data), str(form.detail.data)
        with unit_of_work() as session:
            rulings.declare_doubt(session, evaluation_id, ground, detail, current_actor(), now())
        flash(
            _("Your question is with the officer. You get the application if you are independent."),
            "success",
        )
        return redirect(url_for("evaluator.list_evaluations"), 303)
    hints = {each.citation: EXPLANATIONS[each] for each in Ground}
    page = render_template("evaluator/evaluation_doubt.html", form=form, work=work, hints=hints)
    return page, 200 if request.method == "GET" else 422
