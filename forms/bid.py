"""The form of one bid."""

from __future__ import annotations

from wtforms import Form, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from forms.messages import N_


class BidForm(Form):
    """What an evaluator says of one application."""

    bid = RadioField(
        N_("Would you evaluate this application?"),
        [InputRequired(N_("Choose one of the options"))],
        choices=[
            SelectChoice("want", N_("I would like to")),
            SelectChoice("can", N_("I can")),
            SelectChoice("rather_not", N_("I would rather not")),
            SelectChoice("conflict", N_("I have a conflict of interest")),
        ],
    )
