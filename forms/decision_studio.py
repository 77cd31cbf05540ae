"""Forms of what stands around a decision: secret parts, service, claims and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import DateField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from forms.funder import EuroField, split_lines
from forms.messages import N_

_LONG = Length(max=8000, message=N_("Use at most %(count)s characters", count=8000))
_NAME = Length(max=200, message=N_("Use at most %(count)s characters", count=200))


class OwnClaimForm(Form):
    """A claim for rectification as an applicant makes it (434/2003, 49 d §)."""

    demand = TextAreaField(
        N_("What rectification do you claim?"),
        validators=[InputRequired(N_("Say what rectification you claim")), _LONG],
    )
    grounds = TextAreaField(
        N_("On what grounds?"),
        validators=[InputRequired(N_("Give the grounds of your claim")), _LONG],
    )


class ClaimForm(OwnClaimForm):
    """A claim that arrived in another way, as an officer registers it."""

    claimant = StringField(
        N_("Who claims"), validators=[InputRequired(N_("Write who claims")), _NAME]
    )
    channel = RadioField(
        N_("How it arrived"),
        choices=[SelectChoice("mail", N_("By e-mail")), SelectChoice("letter", N_("By letter"))],
        default="mail",
        validators=[InputRequired(N_("Choose one of the options"))],
    )
    received_on = DateField(
        N_("Day of arrival"), validators=[InputRequired(N_("Enter the day of arrival"))]
    )


class CorrectionForm(Form):
    """Why a decision is made anew, and what was wrong in it."""

    cause = RadioField(
        N_("Why the decision is made anew"),
        choices=[
            SelectChoice("clerical", N_("A clerical or calculation error (51 §)")),
            SelectChoice("factual", N_("An error of fact (50 §)")),
            SelectChoice("instruction", N_("Wrong instructions for review (49 §)")),
        ],
        validators=[InputRequired(N_("Choose one of the options"))],
        description=N_(
            "To the harm of a party an error is corrected only as sections 50 and 51 allow: usually with"
            " the party's consent."
        ),
    )
    errors_found = TextAreaField(
        N_("What was wrong, one error on each line"),
        validators=[_LONG],
        description=N_("Printed in the new decision. Not needed for wrong instructions."),
    )

    @property
    def lines(self) -> list[str]:
        """Return the errors."""
        return split_lines(self.errors_found.data)


def make_correction_form(language: str) -> type[CorrectionForm]:
    """Return the form with an amount as written in a language."""
    support = EuroField(
        N_("Support after the correction"),
        language=language,
        validators=[Optional()],
        description=N_("Only where an error of fact changes the support."),
    )
    return type("CallCorrectionForm", (CorrectionForm,), {"support": support})


class PostedForm(Form):
    """The day on which a letter was posted."""

    posted_on = DateField(
        N_("Day of posting"), validators=[InputRequired(N_("Enter the day of posting"))]
    )


class SecrecyForm(Form):
    """Grounds of secrecy and whose secret each part is; the parts are added for one letter."""

    parts: Sequence[str] = ()

    def list_marks(self) -> list[tuple[str, str, str]]:
        """Return part, ground and partner of each part that is marked."""
        rows = [
            (part, self[f"ground_{number}"].data, self[f"partner_{number}"].data)
            for number, part in enumerate(self.parts)
        ]
        return [row for row in rows if row[1]]


def make_secrecy_form(
    parts: Sequence[str], grounds: Iterable[str], partners: Iterable[tuple[str, str]]
) -> type[SecrecyForm]:
    """Return a form with a ground and a partner for each part of a letter."""
    choices = [SelectChoice("", N_("Public")), *(SelectChoice(each, each) for each in grounds)]
    owners = [SelectChoice(key, f"{key} {name}") for key, name in partners]
    fields: dict[str, Any] = {"parts": tuple(parts)}
    for number, _part in enumerate(parts):
        fields[f"ground_{number}"] = SelectField(N_("Ground of secrecy"), choices=choices)
        fields[f"partner_{number}"] = SelectField(N_("Whose secret"), choices=owners)
    return type("LetterSecrecyForm", (SecrecyForm,), fields)
