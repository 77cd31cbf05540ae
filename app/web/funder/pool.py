"""The evaluator pool of a call."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.funder.panels import Choice, list_evaluators, list_pool
from app.queries.funder.pool_table import count_declines
from app.services.evaluation import evaluators
from app.web.access import requires
from app.web.binding import now, reading
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from forms.funder import PoolForm

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]


def to_choices(choices: Iterable[Choice]) -> list[SelectChoice]:
    """Return choices as a select field takes them."""
    return [SelectChoice(str(each.id), each.label) for each in choices]


@bp.route("/calls/<uuid:call_id>/pool", methods=["GET", "POST"])
@requires(may_handle_call, load=load_call)
def show_pool(call: Call, call_id: uuid.UUID) -> Answer:
    """Show the pool; add an evaluator or change the number of applications taken."""
    form = PoolForm(request.form)
    form.evaluator.choices = to_choices(list_evaluators(reading()))

    def page() -> str:
        pool = list_pool(reading(), call_id)
        declines = count_declines(reading(), call_id)
        return render_template(
            "funder/pool_show.html", call=call, form=form, pool=pool, declines=declines
        )

    def work(session: Session) -> None:
        evaluator_id = uuid.UUID(form.evaluator.data)
        evaluators.add_to_pool(session, call_id, evaluator_id, form.capacity.data or 0, now())

    if request.method == "GET":
        return page()
    target = url_for("funder.show_pool", call_id=call_id)
    return act_on_form(form, work, target, _("The pool was changed."), page)
