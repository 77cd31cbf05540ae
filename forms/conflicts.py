"""Forms on conflicts of interest: ties, joint work, groups, doubts and rulings."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from forms.messages import N_
from scoring.business_id import find_business_id

_CHOOSE = N_("Choose one of the options")
_NEEDED = N_("Fill in this field")
_SHORT = Length(max=200, message=N_("Use at most %(count)s characters", count=200))
_TEXT = Length(max=4000, message=N_("Use at most %(count)s characters", count=4000))

TIE_KINDS = (
    SelectChoice("employment", N_("Employment or public office")),
    SelectChoice("commission", N_("Commission, such as an expert's task")),
    SelectChoice("board", N_("Board")),
    SelectChoice("management", N_("Management")),
    SelectChoice("ownership", N_("Ownership")),
    SelectChoice("supervision", N_("Body that steers or supervises")),
)


def _check_business_id(_form: Form, field: StringField) -> None:
    if (field.data or "").strip() and find_business_id(field.data) is None:
        raise ValidationError(
            N_("Enter a business ID such as 1234567-1. The check digit of this one does not match.")
        )


class TieForm(Form):
    """A tie of an evaluator, or of somebody close, to an organisation."""

    kind = SelectField(N_("Tie"), choices=list(TIE_KINDS), validators=[InputRequired(_CHOOSE)])
    organisation = StringField(N_("Organisation"), validators=[_SHORT])
    y_tunnus = StringField(
        N_("Business ID"),
        validators=[Optional(), _check_business_id],
        description=N_("With the business ID the organisation is found under every name."),
    )
    until = DateField(
        N_("Last day"),
        validators=[Optional()],
        description=N_("Leave empty while the tie goes on. Earlier employers belong here too."),
    )
    is_of_close_person = BooleanField(
        N_("The tie is not my own but that of somebody close: spouse, child, parent or sibling")
    )

    def validate_organisation(self, field: StringField) -> None:
        """Ask for a name or a business ID."""
        if not (field.data or "").strip() and not (self.y_tunnus.data or "").strip():
            raise ValidationError(N_("Name the organisation or give its business ID"))


class JointWorkForm(Form):
    """Work done together with a person who may apply."""

    name = StringField(N_("Name of the person"), validators=[_SHORT])
    email = EmailField(
        N_("E-mail address of the person"),
        validators=[_SHORT],
        description=N_("An address tells people of the same name apart."),
    )
    what = StringField(
        N_("What you did together"),
        validators=[InputRequired(_NEEDED), _SHORT],
        description=N_("For example a project, a publication or a company"),
    )
    until = DateField(
        N_("Last day of the work, or day of publication"), validators=[InputRequired(_NEEDED)]
    )

    def validate_name(self, field: StringField) -> None:
        """Ask for a name or an address."""
        if not (field.data or "").strip() and not (self.email.data or "").strip():
            raise ValidationError(N_("Name the person or give the e-mail address"))


class HoldingForm(Form):
    """One organisation controls another."""

    parent_name = StringField(N_("Organisation above"), validators=[InputRequired(_NEEDED), _SHORT])
    parent_y_tunnus = StringField(
        N_("Its business ID"), validators=[Optional(), _check_business_id]
    )
    child_name = StringField(
        N_("Organisation that it controls"), validators=[InputRequired(_NEEDED), _SHORT]
    )
    child_y_tunnus = StringField(
        N_("Business ID of the controlled one"), validators=[Optional(), _check_business_id]
    )


class RulingForm(Form):
    """An officer's decision on one person and one application."""

    outcome = RadioField(
        N_("Is the person disqualified?"),
        choices=[
            SelectChoice("disqualified", N_("Disqualified: the matter closes to the person")),
            SelectChoice("independent", N_("Not disqualified: the matter is open to the person")),
        ],
        validators=[InputRequired(_CHOOSE)],
    )
    ground = SelectField(
        N_("Ground (Administrative Procedure Act, section 28)"),
        validators=[Optional()],
        description=N_("Needed when the person is disqualified. It is printed in the decision."),
    )
    reason = TextAreaField(
        N_("Reason"),
        validators=[InputRequired(N_("Write a reason")), _TEXT],
        description=N_("What was found out, and from whom. It goes into the record."),
    )

    def validate_ground(self, field: SelectField) -> None:
        """Ask for the ground of a disqualification."""
        if self.outcome.data == "disqualified" and not field.data:
            raise ValidationError(N_("Choose the ground"))


class DoubtForm(Form):
    """An evaluator's question to an officer: which ground may apply, and what the facts are."""

    ground = RadioField(
        N_("Which ground may apply?"),
        validators=[InputRequired(N_("Choose the ground that may apply"))],
    )
    detail = TextAreaField(
        N_("What is the tie, and to whom?"),
        validators=[InputRequired(N_("Describe the tie")), _TEXT],
    )
