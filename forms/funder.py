"""Forms of officers and decision makers: checks, completion, support, panels, ranking."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from wtforms import (
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.messages import N_
from forms.number_fields import MoneyField

_TEXT = Length(max=4000, message=N_("Use at most %(count)s characters", count=4000))
_NEEDED = N_("Fill in this field")
_CHOOSE = N_("Choose one of the options")


def split_lines(text: str | None) -> list[str]:
    """Return the lines of a text that say something: one line is one condition or reason."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class EuroField(MoneyField):
    """Euros and cents as a ``Decimal``, typed and shown as the reader writes them."""

    data: Any

    def process_data(self, value: Decimal | None) -> None:
        """Take an amount."""
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount. Raises ValueError with the message to show."""
        super().process_formdata(valuelist)
        self.data = Decimal(self.data) if isinstance(self.data, str) and self.data else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(str(self.data))


class CheckForm(Form):
    """An officer's own result of one eligibility check."""

    passed = RadioField(
        N_("Is the requirement met?"),
        choices=[SelectChoice("yes", N_("Met")), SelectChoice("no", N_("Not met"))],
        validators=[InputRequired(_CHOOSE)],
    )
    reason = TextAreaField(
        N_("Reason"),
        validators=[_TEXT],
        description=N_("Needed when the requirement is not met, or when you differ from the rule."),
    )


class AdmitForm(Form):
    """Admission to evaluation, with conditions if need be."""

    conditions = TextAreaField(
        N_("Conditions of the decision, one on each line"),
        validators=[_TEXT],
        description=N_(
            "Printed in the decision if support is granted. Leave empty if there are none."
        ),
    )

    @property
    def lines(self) -> list[str]:
        """Return the conditions."""
        return split_lines(self.conditions.data)


class DueForm(Form):
    """A due date with its time of day in Finland."""

    due_day = DateField(N_("Due day"), validators=[InputRequired(_NEEDED)])
    due_time = TimeField(
        N_("Time of day in Finland"),
        default=time(16, 15),
        validators=[InputRequired(_NEEDED)],
        description=N_("For example 16:15"),
    )

    @property
    def day_and_time(self) -> tuple[date, time]:
        """Return the wall-clock day and time that a valid form holds."""
        if self.due_day.data is None or self.due_time.data is None:
            raise ValueError("the form has not been validated")
        return self.due_day.data, self.due_time.data


class CompletionForm(DueForm):
    """A request to complete the application: which questions, why, by when."""

    question_ids = SelectMultipleField(
        N_("Questions that are opened for change"),
        validators=[InputRequired(N_("Choose at least one question"))],
    )
    message = TextAreaField(
        N_("Message to the applicant"),
        validators=[InputRequired(_NEEDED), _TEXT],
        description=N_("Say what is missing and how to mend it."),
    )


class SupportForm(Form):
    """A partial award: less than was applied for, with reasons. ``make_support_form`` adds the amount."""

    partner = SelectField(
        N_("Partner whose support is reduced"),
        validators=[Optional()],
        description=N_(
            "Without a choice the reduction falls on the partner with the most support."
        ),
    )
    reasons = TextAreaField(
        N_("Reasons of the reduction, one on each line"),
        validators=[InputRequired(_NEEDED), _TEXT],
        description=N_("Printed in the decision."),
    )

    @property
    def lines(self) -> list[str]:
        """Return the reasons."""
        return split_lines(self.reasons.data)


def make_support_form(language: str) -> type[SupportForm]:
    """Return the form with an amount as it is written in a language."""
    amount = EuroField(
        N_("Support proposed"),
        language=language,
        validators=[
            InputRequired(N_("Enter an amount in euros")),
            NumberRange(min=Decimal("0.01"), message=N_("Enter an amount above zero")),
        ],
    )
    return type("LanguageSupportForm", (SupportForm,), {"amount": amount})


class PoolForm(Form):
    """An evaluator for the pool and the number of applications that the person takes."""

    evaluator = SelectField(N_("Evaluator"), validators=[InputRequired(_CHOOSE)])
    capacity = IntegerField(
        N_("Number of applications at most"),
        default=4,
        validators=[
            InputRequired(N_("Enter a whole number")),
            NumberRange(0, 200, N_("Enter a number from %(low)s to %(high)s", low=0, high=200)),
        ],
    )


class ConflictForm(Form):
    """A conflict of interest with its ground."""

    application = SelectField(N_("Application"), validators=[InputRequired(_CHOOSE)])
    evaluator = SelectField(N_("Evaluator"), validators=[InputRequired(_CHOOSE)])
    ground = SelectField(
        N_("Ground (Administrative Procedure Act, section 28)"),
        validators=[InputRequired(_CHOOSE)],
    )
    detail = TextAreaField(N_("Facts"), validators=[InputRequired(_NEEDED), _TEXT])


class AssignForm(Form):
    """An evaluator chosen by hand for an application."""

    application = SelectField(N_("Application"), validators=[InputRequired(_CHOOSE)])
    evaluator = SelectField(N_("Evaluator"), validators=[InputRequired(_CHOOSE)])


class ThirdForm(Form):
    """The evaluator who settles a disagreement."""

    evaluator = SelectField(N_("Third evaluator"), validators=[InputRequired(_CHOOSE)])


class ReasonForm(Form):
    """A reason, always asked for."""

    reason = TextAreaField(N_("Reason"), validators=[InputRequired(_NEEDED), _TEXT])


class RankingForm(Form):
    """Drawing the ranking: why it is drawn again, and one reasoned skip at the funding line."""

    reason = TextAreaField(
        N_("Why is the ranking drawn again?"),
        validators=[_TEXT],
        description=N_("Needed when a ranking has been drawn before."),
    )
    skip = SelectField(
        N_("Pass over an application that does not fit the money left"), validators=[Optional()]
    )
    skip_reason = StringField(
        N_("Reason for passing over"),
        validators=[Length(max=500, message=N_("Use at most %(count)s characters", count=500))],
    )


class SelectionForm(Form):
    """The statement of the body that selects."""

    statement = TextAreaField(N_("Statement"), validators=[_TEXT])


class ListForm(Form):
    """Search and filter of the list of applications."""

    state = SelectField(N_("State"), validators=[Optional()])
    region = SelectField(N_("Region"), validators=[Optional()])
    theme = SelectField(N_("Theme"), validators=[Optional()])
    search = StringField(
        N_("Search"),
        validators=[Optional()],
        description=N_("Record number, acronym or lead partner"),
    )
