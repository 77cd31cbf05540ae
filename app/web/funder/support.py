"""Support: a partial award, with the de minimis headroom of each partner that declared aid."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.content import Content
from app.domain.times import local_date
from app.policies.funder import may_handle_application
from app.queries.content import load_submitted_content
from app.queries.funder.calls import load_application
from app.services.decision import ranking
from app.web.access import requires
from app.web.binding import now, reading
from app.web.filters import current_language
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from forms.funder import SupportForm, make_support_form
from scoring.state_aid import DE_MINIMIS_CEILING, PriorAid, headroom, reduce_support

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Application

_DE_MINIMIS = {"de_minimis", "deminimis"}


@dataclass(frozen=True, slots=True)
class Headroom:
    """What the de minimis ceiling leaves to one partner, and the reduction that follows."""

    partner: str
    used: Decimal
    left: Decimal
    applied: Decimal
    reduction: Decimal


def list_headrooms(content: Content, on: date) -> list[Headroom]:
    """Return the headroom of every partner whose support is de minimis aid (2023/2831, Art. 3)."""
    names = {str(row["key"]): str(row["name"]) for row in content.partners}
    bases = {
        str(row.get("partner")): row.get("basis_none_deminimis_gber25_gber27")
        for row in content.rows("aid_assessment")
    }
    keys = [key for key in names if bases.get(key) in _DE_MINIMIS or _prior_aid(content, key)]
    return [_headroom(content, key, names[key], on) for key in keys]


def _headroom(content: Content, key: str, name: str, on: date) -> Headroom:
    left = headroom(_prior_aid(content, key), on)
    applied = sum(
        (
            _amount(row.get("support_applied"))
            for row in content.rows("financing")
            if row.get("partner") == key
        ),
        Decimal(0),
    )
    cut = reduce_support(applied, left)
    return Headroom(f"{key} {name}", DE_MINIMIS_CEILING - left, left, applied, cut.reduction)


def _prior_aid(content: Content, key: str) -> list[PriorAid]:
    return [
        PriorAid(
            date.fromisoformat(str(row["date"])),
            _amount(row.get("amount_eur")),
            str(row.get("grantor", "")),
        )
        for row in content.rows("de_minimis")
        if row.get("partner") == key and row.get("date")
    ]


def _amount(value: object) -> Decimal:
    try:
        return Decimal(str(value or "0"))
    except InvalidOperation:
        return Decimal(0)


@bp.route("/applications/<uuid:application_id>/support", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def set_support(
    application: Application, application_id: uuid.UUID
) -> str | Response | tuple[str, int]:
    """Propose less support than was applied for."""
    content = load_submitted_content(reading(), application_id)
    form = _form(application, content)
    rows = list_headrooms(content, local_date(now()))

    def page() -> str:
        return render_template(
            "funder/support_set.html", application=application, form=form, headrooms=rows
        )

    def work(session: Session) -> None:
        amount = (form.amount.data or Decimal(0)).quantize(Decimal("0.01"))
        actor, partner = current_actor(), form.partner.data or ""
        ranking.set_support(
            session, application_id, amount, form.lines, actor, now(), partner=partner
        )

    if request.method == "GET":
        return page()
    target = url_for("funder.show_application", application_id=application_id)
    return act_on_form(form, work, target, _("The proposed support was recorded."), page)


def _form(application: Application, content: Content) -> SupportForm:
    """Return the form with what has been proposed, and the partners to choose from."""
    data = {
        "amount": application.support_proposed,
        "partner": application.reduced_partner,
        "reasons": "\n".join(application.reduction_reasons),
    }
    form = make_support_form(current_language())(request.form, data=data)
    names = [(str(row["key"]), str(row["name"])) for row in content.partners]
    partners = [SelectChoice(key, f"{key} {name}") for key, name in names]
    form.partner.choices = [SelectChoice("", "–"), *partners]
    return form
