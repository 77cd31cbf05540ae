"""What if: the funding line under other terms, named scenarios, two side by side, and the choice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.errors import NotFound
from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.queries.funder.outcomes import list_names
from app.queries.funder.scenarios import ScenarioView, list_choices, list_scenarios
from app.queries.selection import find_newest_ranking, find_selection
from app.services.call.calls import get_definition
from app.services.decision import analyses, scenarios
from app.services.decision.calculation import CalculationRefused
from app.services.decision.funding import declared_terms, differs_in_rule
from app.services.record.processes import CalculationFailed
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.filters import current_language, localized_text
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.funder.scenario_view import (
    funded_by,
    funded_in,
    read_terms,
    show_selection,
    write_terms_into_form,
)
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder_scenarios import ChoiceForm, CompareForm, KeepForm, TermsForm

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]


def _regions() -> dict[str, Any]:
    return {each.code: each.name for each in tools().registers.regions}


def _declared(call: Call) -> dict[str, Any]:
    return declared_terms(get_definition(reading(), call.version_id).funding, call.budget)


def _terms_form(kind: type[TermsForm], call: Call, given: Any = None) -> TermsForm:
    """Return the form with the limits that the call can have; empty it shows the terms of the call."""
    values = {} if given else write_terms_into_form(_declared(call))
    form = kind(given, data=values, language=current_language())
    definition = get_definition(reading(), call.version_id)
    form.limit.choices = [
        SelectChoice("", _("No other ceiling")),
        *(
            SelectChoice(f"objective:{each.code}", f"{each.code} {localized_text(each.label)}")
            for each in definition.open_objectives
        ),
        *(
            SelectChoice(f"region:{code}", localized_text(name))
            for code, name in _regions().items()
        ),
    ]
    return form


@bp.get("/calls/<uuid:call_id>/scenarios")
@requires(may_handle_call, load=load_call)
def show_scenarios(call: Call, call_id: uuid.UUID) -> str:
    """Show the terms to change, the scenarios that were kept, and what was chosen."""
    kept = list_scenarios(reading(), call_id)
    return render_template(
        "funder/scenarios_show.html",
        call=call,
        ranking=find_newest_ranking(reading(), call_id),
        selection=find_selection(reading(), call_id),
        declared=_declared(call),
        kept=kept,
        choices=list_choices(reading(), call_id),
        regions=_regions(),
        form=_terms_form(TermsForm, call),
        compare_form=_compare_form(kept),
    )


def _compare_form(kept: list[ScenarioView], given: Any = None) -> CompareForm:
    form = CompareForm(given)
    options = [SelectChoice("0", _("The official ranking"))]
    options += [SelectChoice(str(each.number), f"{each.number} {each.name}") for each in kept]
    form.one.choices, form.other.choices = options, options
    return form


@bp.get("/calls/<uuid:call_id>/scenarios/what-if")
@requires(may_handle_call, load=load_call)
def weigh_terms(call: Call, **_ids: uuid.UUID) -> Answer:
    """Show who moves under other terms, and why; nothing is stored."""
    form = _terms_form(TermsForm, call, request.args)
    if not form.validate():
        return _what_if_page(call, form, None), 422
    return _what_if_page(call, form, _weigh(call, form))


@dataclass(frozen=True, slots=True)
class _Weighed:
    outlook: scenarios.Outlook | None
    failure: str = ""


def _weigh(call: Call, form: TermsForm) -> _Weighed:
    """Calculate a line before any transaction is open."""
    ground = scenarios.get_ground(reading(), call.id)
    terms = read_terms(form.data, ground.declared)
    try:
        return _Weighed(scenarios.weigh(ground, terms))
    except (CalculationFailed, CalculationRefused) as error:
        return _Weighed(None, explain(error))


def _what_if_page(call: Call, form: TermsForm, weighed: _Weighed | None) -> str:
    names, regions = list_names(reading(), call.id), _regions()
    outlook = weighed.outlook if weighed else None
    ranking = find_newest_ranking(reading(), call.id)
    line = None
    if outlook and ranking:
        before = funded_in(json.loads(ranking.content))
        line = show_selection(outlook.selection, before, names, regions)
    return render_template(
        "funder/scenario_weigh.html",
        call=call,
        form=form,
        outlook=outlook,
        failure=weighed.failure if weighed else "",
        line=line,
        regions=regions,
        keep_form=form
        if isinstance(form, KeepForm)
        else _terms_form(KeepForm, call, form_values()),
    )


def form_values() -> Any:
    """Return what was sent, by either method."""
    return request.form if request.method == "POST" else request.args


@bp.post("/calls/<uuid:call_id>/scenarios")
@requires(may_handle_call, load=load_call)
def keep_scenario(call: Call, call_id: uuid.UUID) -> Answer:
    """Keep a scenario under a name; its line is calculated again from the terms."""
    form = _terms_form(KeepForm, call, request.form)
    if not form.validate():
        return _what_if_page(call, form, None), 422
    weighed = _weigh(call, form)
    if weighed.outlook is None:
        return _what_if_page(call, form, weighed), 422
    outlook = weighed.outlook

    def work(session: Session) -> None:
        scenarios.keep_scenario(
            session, call_id, form.data["name"], outlook, current_actor(), now()
        )

    target = url_for("funder.show_scenarios", call_id=call_id)
    done = _("The scenario was kept.")
    return act_on_form(form, work, target, done, lambda: _what_if_page(call, form, weighed))


@bp.get("/calls/<uuid:call_id>/scenarios/<int:number>")
@requires(may_handle_call, load=load_call)
def show_scenario(call: Call, call_id: uuid.UUID, number: int) -> str:
    """Show a scenario that was kept."""
    return _scenario_page(call, number, ChoiceForm())


def _scenario_page(call: Call, number: int, form: ChoiceForm) -> str:
    scenario = _find(call, number)
    ranking = find_newest_ranking(reading(), call.id)
    before = funded_in(json.loads(ranking.content)) if ranking else frozenset()
    names, regions = list_names(reading(), call.id), _regions()
    return render_template(
        "funder/scenario_show.html",
        call=call,
        scenario=scenario,
        line=show_selection(scenario.selection, before, names, regions),
        is_current=ranking is not None and ranking.number == scenario.ranking_number,
        departs=differs_in_rule(scenario.terms, _declared(call)),
        selection=find_selection(reading(), call.id),
        regions=regions,
        form=form,
    )


def _find(call: Call, number: int) -> ScenarioView:
    kept = list_scenarios(reading(), call.id)
    found = next((each for each in kept if each.number == number), None)
    if found is None:
        raise NotFound(scenario=str(number))
    return found


@bp.get("/calls/<uuid:call_id>/scenarios/compare")
@requires(may_handle_call, load=load_call)
def compare_scenarios(call: Call, call_id: uuid.UUID) -> Answer:
    """Show two funding lines side by side."""
    kept = list_scenarios(reading(), call_id)
    form = _compare_form(kept, request.args)
    sides = []
    if form.validate():
        sides = [_side(call, kept, int(value)) for value in (form.one.data, form.other.data)]
    names = list_names(reading(), call_id)
    page = render_template(
        "funder/scenarios_compare.html",
        call=call,
        form=form,
        sides=sides,
        names=names,
        regions=_regions(),
    )
    return page if sides else (page, 422)


def _side(call: Call, kept: list[ScenarioView], number: int) -> Mapping[str, Any]:
    """Return one side of a comparison: the official ranking is number 0."""
    if number:
        found = next(each for each in kept if each.number == number)
        awards = {row["id"]: row["award"] for row in found.selection["rows"]}
        return {
            "title": found.name,
            "terms": found.terms,
            "awards": awards,
            "funded": funded_by(found.selection),
            "selection": found.selection,
        }
    ranking = find_newest_ranking(reading(), call.id)
    content: dict[str, Any] = {"rows": [], "awarded": "0", "left": "0"}
    if ranking:
        content = json.loads(ranking.content)
    funded = funded_in(content)
    awards = {row["application"]: row["support"] for row in content["rows"]}
    return {
        "title": _("The official ranking"),
        "terms": _declared(call),
        "awards": {key: value if key in funded else "0.00" for key, value in awards.items()},
        "funded": funded,
        "selection": content,
    }


@bp.post("/calls/<uuid:call_id>/scenarios/<int:number>/choose")
@requires(may_handle_call, load=load_call)
def choose_scenario(call: Call, call_id: uuid.UUID, number: int) -> Answer:
    """Choose a scenario with a reason; it becomes the next ranking where the call's rule allows."""
    form = ChoiceForm(request.form)

    def work(session: Session) -> None:
        actor = current_actor()
        reason = form.reason.data or ""
        choice = scenarios.choose_scenario(session, call_id, number, reason, actor, now())
        if choice.ranking_id is not None:
            analyses.request_analysis(session, call_id, actor, now())

    target = url_for("funder.show_scenarios", call_id=call_id)
    done = _("The choice was recorded.")
    return act_on_form(form, work, target, done, lambda: _scenario_page(call, number, form))
