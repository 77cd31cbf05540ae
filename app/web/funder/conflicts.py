"""Conflicts of interest: on record, open questions, an officer's ruling, and groups of organisations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.policies.funder import may_handle_application, may_handle_call
from app.queries.funder.calls import load_application, load_call
from app.queries.funder.conflicts import get_person, list_holdings, list_people, list_recorded
from app.queries.funder.outcomes import list_names
from app.queries.funder.panels import list_application_choices, list_pool
from app.queries.screening import Scope
from app.services.evaluation import conflicts, rulings, ties
from app.services.evaluation.ties import OrganisationInput
from app.web.access import requires
from app.web.binding import now, reading
from app.web.filters import localized_text
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.pool import to_choices
from app.web.login import current_actor
from forms.conflicts import HoldingForm, RulingForm
from forms.funder import ConflictForm
from scoring.routing.screening.findings import Finding, Severity
from scoring.routing.screening.grounds import Ground

if TYPE_CHECKING:
    from wtforms import Form

    from app.models import Application, Call

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Question:
    """What an officer is asked about one person and one application."""

    application_id: str
    application: str
    person_id: str
    person: str
    findings: Sequence[dict[str, object]]


def ground_choices() -> list[SelectChoice]:
    """Return the grounds of 28 § to choose from."""
    return [
        SelectChoice(each.citation, f"{localized_text(each.label)} ({each.citation})")
        for each in Ground
    ]


@bp.route("/calls/<uuid:call_id>/conflicts", methods=["GET", "POST"])
@requires(may_handle_call, load=load_call)
def list_conflicts(call: Call, call_id: uuid.UUID) -> Answer:
    """List the conflicts on record; record one, which also sets the person's work aside."""
    form = ConflictForm(request.form)
    form.application.choices = to_choices(list_application_choices(reading(), call_id))
    form.evaluator.choices = to_choices(list_people(reading(), call))
    form.ground.choices = ground_choices()

    def page() -> str:
        recorded = list_recorded(reading(), call_id)
        return render_template(
            "funder/conflicts_list.html", call=call, form=form, conflicts=recorded
        )

    if request.method == "GET":
        return page()
    target = url_for("funder.list_conflicts", call_id=call_id)
    done = _("The conflict was recorded and the person's work was set aside.")
    return act_on_form(form, lambda session: _record(session, form), target, done, page)


def _record(session: Session, form: Form) -> None:
    application_id, person_id = uuid.UUID(form.application.data), uuid.UUID(form.evaluator.data)
    conflict = conflicts.ConflictInput(form.ground.data, "officer", form.detail.data or "")
    conflicts.record_conflict(session, application_id, person_id, conflict, current_actor(), now())


@bp.get("/calls/<uuid:call_id>/conflicts/questions")
@requires(may_handle_call, load=load_call)
def list_conflict_questions(call: Call, call_id: uuid.UUID) -> str:
    """List what the facts leave open: doubts, likenesses, sister companies."""
    found = conflicts.screen_call(reading(), Scope(call_id), {Severity.ASK}, now())
    return render_template(
        "funder/conflict_questions.html", call=call, questions=_group(call_id, found)
    )


def _group(call_id: uuid.UUID, found: Sequence[Finding]) -> list[Question]:
    """Return the questions by pair, without those that a conflict on record has settled."""
    names = list_names(reading(), call_id)
    codes = {
        str(each.evaluator_id): f"{each.code} {each.name}" for each in list_pool(reading(), call_id)
    }
    settled = {
        (str(each.application_id), str(each.person_id))
        for each in list_recorded(reading(), call_id)
    }
    pairs: dict[tuple[str, str], list[dict[str, object]]] = {}
    for each in found:
        if each.pair not in settled and each.application in names:
            pairs.setdefault(each.pair, []).append(each.to_json())
    return [
        Question(key, " ".join(names[key][:2]), person, codes.get(person, ""), findings)
        for (key, person), findings in pairs.items()
    ]


@bp.route("/applications/<uuid:application_id>/conflicts/<uuid:person_id>", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def rule_conflict(
    application: Application, application_id: uuid.UUID, person_id: uuid.UUID
) -> Answer:
    """Show what is known between a person and an application, and decide; a later decision replaces it."""
    person = get_person(reading(), application, person_id)
    form = RulingForm(request.form)
    form.ground.choices = [SelectChoice("", _("Choose")), *ground_choices()]

    def page() -> str:
        found = rulings.list_findings(reading(), application, person_id, now())
        return render_template(
            "funder/conflict_rule.html",
            application=application,
            person=person,
            form=form,
            findings=[(each.severity.value, each.to_json()) for each in found],
            history=rulings.list_history(reading(), application_id, person_id),
        )

    def work(session: Session) -> None:
        given = rulings.RulingInput(
            form.outcome.data == "disqualified", form.ground.data or "", form.reason.data or ""
        )
        rulings.rule_conflict(session, application_id, person_id, given, current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("funder.list_conflict_questions", call_id=application.call_id)
    return act_on_form(form, work, target, _("The decision on the conflict was recorded."), page)


@bp.route("/calls/<uuid:call_id>/conflicts/groups", methods=["GET", "POST"])
@requires(may_handle_call, load=load_call)
def list_groups(call: Call, call_id: uuid.UUID) -> Answer:
    """List which organisation controls which, and add one; it holds in every call."""
    form = HoldingForm(request.form)

    def page() -> str:
        holdings = list_holdings(reading())
        return render_template(
            "funder/conflict_groups.html", call=call, form=form, holdings=holdings
        )

    def work(session: Session) -> None:
        parent = OrganisationInput(form.parent_name.data or "", form.parent_y_tunnus.data or "")
        child = OrganisationInput(form.child_name.data or "", form.child_y_tunnus.data or "")
        ties.add_holding(session, parent, child, current_actor(), now())

    if request.method == "GET":
        return page()
    target = url_for("funder.list_groups", call_id=call_id)
    return act_on_form(form, work, target, _("The group relation was added."), page)


@bp.post("/calls/<uuid:call_id>/conflicts/groups/<uuid:holding_id>/remove")
@requires(may_handle_call, load=load_call)
def remove_group(_call: Call, call_id: uuid.UUID, holding_id: uuid.UUID) -> Response:
    """Take a group relation back."""
    return act(
        lambda session: ties.remove_holding(session, holding_id, current_actor(), now()),
        url_for("funder.list_groups", call_id=call_id),
        _("The group relation was removed."),
    )
