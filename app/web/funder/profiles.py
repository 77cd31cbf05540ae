"""One person of the pool: languages, expertise, texts, and the time that the person has."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.services.evaluation.profiles import ProfileInput, get_member, update_profile
from app.web.access import requires
from app.web.binding import now, reading
from app.web.expertise_form import fill_form, read_form
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from forms.funder_routing import ProfileForm

if TYPE_CHECKING:
    from app.models import Call, EvaluatorProfile, PoolMember

Answer = str | Response | tuple[str, int]


@bp.route("/calls/<uuid:call_id>/pool/<uuid:evaluator_id>", methods=["GET", "POST"])
@requires(may_handle_call, load=load_call)
def show_profile(call: Call, call_id: uuid.UUID, evaluator_id: uuid.UUID) -> Answer:
    """Show and change what is known of a person of the pool."""
    profile, member = get_member(reading(), call_id, evaluator_id)
    code = profile.code
    form = _make_form(profile, member)

    def page() -> str:
        return render_template(
            "funder/pool_profile.html", call=call, evaluator_id=evaluator_id, code=code, form=form
        )

    def work(session: Session) -> None:
        update_profile(session, call_id, evaluator_id, _read(form), current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("funder.show_pool", call_id=call_id)
    return act_on_form(form, work, target, _("The profile was changed."), page)


def _make_form(profile: EvaluatorProfile, member: PoolMember) -> ProfileForm:
    return fill_form(
        ProfileForm,
        profile,
        is_senior=profile.is_senior,
        capacity=member.capacity,
        available_from=member.available_from,
        available_to=member.available_to,
    )


def _read(form: ProfileForm) -> ProfileInput:
    return ProfileInput(
        expertise=read_form(form),
        is_senior=bool(form.is_senior.data),
        capacity=form.capacity.data or 0,
        available_from=form.available_from.data,
        available_to=form.available_to.data,
    )
