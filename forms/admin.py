"""Forms of administrators: people, roles, calls."""

from __future__ import annotations

from wtforms import (
    DateField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from forms.account import address_field, language_field, name_field, trimmed
from forms.messages import N_

ROLE_CHOICES = [
    SelectChoice("evaluator", N_("Evaluator")),
    SelectChoice("officer", N_("Officer")),
    SelectChoice("decision_maker", N_("Decision maker")),
    SelectChoice("steering", N_("Steering group")),
    SelectChoice("admin", N_("Administrator")),
]
_REASON_LENGTH = Length(max=2000, message=N_("Use at most %(count)s characters", count=2000))


class RoleForm(Form):
    """A role, at a body where the role belongs to one. The view gives the bodies."""

    role = SelectField(N_("Role"), choices=ROLE_CHOICES)
    authority_key = SelectField(
        N_("Body"),
        choices=[SelectChoice("", "–")],
        description=N_("Officers and decision makers act for a body. Leave empty for other roles."),
    )


class UserForm(RoleForm):
    """A new account with its first role."""

    email = address_field()
    display_name = name_field()
    title = StringField(
        N_("Title in letters"),
        filters=[trimmed],
        validators=[
            Optional(),
            Length(max=200, message=N_("Use at most %(count)s characters", count=200)),
        ],
    )
    language = language_field()
    role = SelectField(
        N_("Role"),
        choices=[SelectChoice("", N_("None: the person only applies")), *ROLE_CHOICES],
        default="",
    )


class ImportForm(Form):
    """A call definition: one that comes with the service, or a file. The view gives the former."""

    packaged = RadioField(
        N_("Definition that comes with the service"), choices=[], validators=[Optional()]
    )
    definition = FileField(
        N_("Your own file"),
        description=N_("A call definition in YAML, at most 2 million characters."),
    )


class ExtensionForm(Form):
    """A later deadline and its reason."""

    day = DateField(N_("New last day"), validators=[InputRequired(N_("Enter the new last day"))])
    clock = TimeField(
        N_("Time of day (Finnish time)"),
        description=N_("For example 16:15"),
        validators=[InputRequired(N_("Enter the time of day"))],
    )
    reason = TextAreaField(
        N_("Reason"),
        filters=[trimmed],
        description=N_("The reason goes on record."),
        validators=[DataRequired(N_("Write the reason")), _REASON_LENGTH],
    )


class ReasonForm(Form):
    """The reason of an act that cannot be undone."""

    reason = TextAreaField(
        N_("Reason"),
        filters=[trimmed],
        description=N_("The reason goes on record."),
        validators=[DataRequired(N_("Write the reason")), _REASON_LENGTH],
    )


class AnswerForm(Form):
    """The general answer to a question on a call."""

    answer = TextAreaField(
        N_("Answer"),
        filters=[trimmed],
        description=N_("Published to everybody. Give general guidance only."),
        validators=[
            DataRequired(N_("Write the answer")),
            Length(max=4000, message=N_("Use at most %(count)s characters", count=4000)),
        ],
    )
