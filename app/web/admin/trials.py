"""Trying a rubric: an invented application is scored, and nothing of it is stored."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask_babel import gettext as _

from app.policies.funder import may_try_rubric
from app.queries.funder.calls import load_call
from app.web.access import requires
from app.web.admin.blueprint import bp
from app.web.call_page import definition_of
from app.web.filters import localized_text
from app.web.rubric_words import describe_threshold_failure
from calls.definition import CallDefinition
from calls.scoring_rules import to_rubric
from forms.trial import (
    evaluators_of,
    input_name,
    inputs_of,
    read_score,
    trial_form_class,
    trial_name,
)
from scoring.formula import FormulaInput
from scoring.trial import Trial, try_rubric

if TYPE_CHECKING:
    from wtforms import Form

    from app.models import Call


@bp.get("/calls/<uuid:call_id>/trial")
@requires(may_try_rubric, load=load_call)
def try_call_rubric(call: Call, call_id: uuid.UUID) -> str:
    """Score an invented application by the rubric of a call; the address holds all of it."""
    definition = definition_of(call)
    form = trial_form_class(definition.rubric)(request.args)
    names = {each.id: localized_text(each.name) for each in definition.rubric.criteria}
    trial = _run(definition, form) if request.args and form.validate() else None
    return render_template(
        "admin/call_trial.html",
        call=call,
        call_id=call_id,
        definition=definition,
        form=form,
        trial=trial,
        names=names,
        evaluators={str(n): _("Evaluator %(number)s", number=n) for n in _panel(definition)},
        failures=[describe_threshold_failure(each, names) for each in trial.failures]
        if trial
        else [],
        criterion_texts={each.id: each.name for each in definition.rubric.criteria},
        trial_name=trial_name,
        input_name=input_name,
        inputs=inputs_of(definition.rubric),
    )


def _panel(definition: CallDefinition) -> range:
    return evaluators_of(definition.rubric)


def _run(definition: CallDefinition, form: Form) -> Trial:
    """Return what the rubric makes of the form."""
    rubric = definition.rubric
    values: dict[str, Any] = form.data
    sheets: dict[str, dict[str, Decimal]] = {}
    for number in _panel(definition):
        given = {
            each.id: read_score(each, values[trial_name(number, each.id)])
            for each in rubric.evaluated
        }
        sheet = {key: score for key, score in given.items() if score is not None}
        if sheet:
            sheets[str(number)] = sheet
    officer = {
        each.id: score
        for each in rubric.criteria
        if each.scorer == "officer"
        and (score := read_score(each, values[trial_name(0, each.id)])) is not None
    }
    inputs = {
        FormulaInput(name): values[input_name(name)]
        for name in inputs_of(rubric)
        if values[input_name(name)] is not None
    }
    return try_rubric(to_rubric(definition), sheets, officer, inputs)
