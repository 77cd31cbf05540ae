"""Forms of the funding line: other terms, a name for a scenario, which two to compare, and why one is chosen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import Form, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from forms.messages import N_
from forms.number_fields import MoneyField, NumberField

_NEEDED = N_("Fill in this field")
_TEXT = Length(max=4000, message=N_("Use at most %(count)s characters", count=4000))
_HUNDRED = Decimal(100)
RULES = (
    ("stop_at_first_misfit", N_("Stop at the first application that does not fit")),
    ("skip_and_continue", N_("Pass over what does not fit and go on")),
    (
        "lexicographic_constrained",
        N_("Along the ranking, fund each one if the rest can still keep every limit"),
    ),
    ("max_euro_weighted_merit", N_("Greatest sum of points times euros within every limit")),
)


def _is_share(_form: Form, field: Any) -> None:
    if field.data is not None and not 0 <= Decimal(field.data) <= _HUNDRED:
        raise ValidationError(N_("Enter a number from %(low)s to %(high)s", low=0, high=100))


def _is_not_negative(_form: Form, field: Any) -> None:
    if field.data is not None and Decimal(field.data) < 0:
        raise ValidationError(N_("The amount must not be below zero"))


class TermsForm(Form):
    """Budget, rule, one ceiling and the floors of a funding line, as the reader writes numbers."""

    def __init__(self, *args: Any, language: str = "fi", **kwargs: Any) -> None:
        """Remember the reader's language: numbers are read while the form is made."""
        self._language = language
        super().__init__(*args, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Take the values, numbers in the reader's language."""
        for field in self:
            if isinstance(field, NumberField):
                field.language = self._language
        super().process(*args, **kwargs)

    budget = MoneyField(
        N_("Budget in euros"), validators=[InputRequired(_NEEDED), _is_not_negative]
    )
    rule = SelectField(
        N_("Rule"),
        choices=[SelectChoice(key, text) for key, text in RULES],
        validators=[InputRequired(_NEEDED)],
    )
    climate = NumberField(
        N_("Climate floor, per cent of the awards"),
        decimals=2,
        validators=[Optional(), _is_share],
    )
    digital = NumberField(
        N_("Digital floor, per cent of the awards"),
        decimals=2,
        validators=[Optional(), _is_share],
    )
    limit = SelectField(N_("Ceiling for one region or objective"), validators=[Optional()])
    limit_amount = MoneyField(
        N_("Ceiling in euros"),
        validators=[Optional(), _is_not_negative],
        description=N_("Leave it empty to lift the ceiling that the call has."),
    )


class KeepForm(TermsForm):
    """Terms with the name under which the scenario is kept."""

    name = StringField(
        N_("Name of the scenario"),
        validators=[
            InputRequired(_NEEDED),
            Length(max=100, message=N_("Use at most %(count)s characters", count=100)),
        ],
    )


class CompareForm(Form):
    """Two scenarios side by side."""

    one = SelectField(N_("First"), validators=[InputRequired(_NEEDED)])
    other = SelectField(N_("Second"), validators=[InputRequired(_NEEDED)])


class ChoiceForm(Form):
    """Why a scenario is chosen."""

    reason = TextAreaField(N_("Reason"), validators=[InputRequired(_NEEDED), _TEXT])
