"""Forms of the routing: what is done with one pair, what-if, and the file of a pool."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.expertise import ExpertiseForm
from forms.messages import N_

_TEXT = Length(max=4000, message=N_("Use at most %(count)s characters", count=4000))
_CHOOSE = N_("Choose one of the options")


class PairForm(Form):
    """A lock, a forbid or another change of one pair, with the reason."""

    act = RadioField(N_("What do you want to do?"), validators=[InputRequired(_CHOOSE)])
    reason = TextAreaField(
        N_("Reason"),
        validators=[_TEXT],
        description=N_("Needed for a lock and a forbid. It goes into the record."),
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for the reason of what later runs must keep."""
        if self.act.data in {"lock", "forbid"} and not (field.data or "").strip():
            raise ValidationError(N_("Write a reason"))


class WhatIfForm(Form):
    """Other assumptions for a run that is only computed."""

    panel = IntegerField(
        N_("Evaluators for each application"),
        validators=[
            InputRequired(N_("Enter a whole number")),
            NumberRange(1, 9, N_("Enter a number from %(low)s to %(high)s", low=1, high=9)),
        ],
    )
    evaluator = SelectField(N_("One more person in the pool"), validators=[Optional()])


class ProfileForm(ExpertiseForm):
    """What is known of an evaluator, and the time that the person has in a call."""

    is_senior = BooleanField(
        N_("Long experience of evaluation"),
        description=N_("Counts where the call asks for experienced evaluators."),
    )
    capacity = IntegerField(
        N_("Number of applications at most"),
        validators=[
            InputRequired(N_("Enter a whole number")),
            NumberRange(0, 200, N_("Enter a number from %(low)s to %(high)s", low=0, high=200)),
        ],
    )
    available_from = DateField(N_("Has time from"), validators=[Optional()])
    available_to = DateField(N_("Has time until"), validators=[Optional()])

    def validate_available_to(self, field: DateField) -> None:
        """Refuse an end before the beginning."""
        first = self.available_from.data
        if first is not None and field.data is not None and field.data < first:
            raise ValidationError(N_("The last day is before the first"))


class PoolFileForm(Form):
    """A file of evaluators for the pool."""

    file = FileField(N_("CSV file"), validators=[InputRequired(N_("Choose a file"))])
