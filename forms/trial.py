"""The form of an invented application: scores of each evaluator, the officer, and inputs of formulas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import DecimalField, Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from calls.rubric import Criterion, Rubric
from forms.evaluation import score_key
from forms.messages import N_

INPUTS = {
    "companies": N_("Committed companies"),
    "partners": N_("Partners"),
    "regions": N_("Regions of the partners"),
    "months": N_("Duration in months"),
    "climate_pct": N_("Per cent that counts for the climate"),
    "digital_pct": N_("Per cent that counts for digitalisation"),
}
"""What formulas read, in words."""

LARGEST_INPUT = 10_000


def evaluators_of(rubric: Rubric) -> range:
    """Return the numbers of the evaluators: the panel and one more, who may be called in."""
    return range(1, rubric.evaluation.evaluators_per_application + 2)


def trial_name(evaluator: int, criterion_id: str) -> str:
    """Return the name of the field for an evaluator's score; 0 is the officer."""
    return f"s{evaluator}_{criterion_id}"


def input_name(name: str) -> str:
    """Return the name of the field for an input of formulas."""
    return f"input_{name}"


def trial_form_class(rubric: Rubric) -> type[Form]:
    """Return the form of a rubric; every field may be left empty."""
    fields: dict[str, Any] = {}
    for each in rubric.evaluated:
        for number in evaluators_of(rubric):
            label = N_("Evaluator %(number)s", number=number)
            fields[trial_name(number, each.id)] = _score_field(each, label)
    for each in rubric.criteria:
        if each.scorer == "officer":
            fields[trial_name(0, each.id)] = _score_field(each, N_("Officer"))
    for name in inputs_of(rubric):
        fields[input_name(name)] = DecimalField(
            INPUTS[name],
            places=None,
            validators=[
                Optional(),
                NumberRange(0, LARGEST_INPUT, N_("Enter a number from 0 to 10,000")),
            ],
        )
    return type("TrialForm", (Form,), fields)


def inputs_of(rubric: Rubric) -> list[str]:
    """Return what the formulas of a rubric read, each once."""
    read = [each.formula.input for each in rubric.criteria if each.formula is not None]
    return list(dict.fromkeys(read))


def _score_field(criterion: Criterion, label: str) -> SelectField:
    choices = [
        SelectChoice("", "–"),
        *(SelectChoice(score_key(score), score_key(score)) for score in criterion.scores()),
    ]
    field: SelectField = SelectField(label, choices=choices, default="", validate_choice=False)
    return field


def read_score(criterion: Criterion, value: str | None) -> Decimal | None:
    """Return the score that a field holds; anything that is not on the scale is no score."""
    return next((score for score in criterion.scores() if score_key(score) == value), None)
