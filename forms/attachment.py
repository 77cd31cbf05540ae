"""Adding a file to an application, and declaring it complete."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, Form
from wtforms.validators import InputRequired

from forms.fields import ChoiceField, Choices, DeclarationField, LongTextField, as_choices
from forms.messages import N_


class SecrecyForm(Form):
    """The ground for secrecy of a document with its reason, or neither."""

    ground = ChoiceField(
        N_("Ground for secrecy"),
        description=N_("Only if the document holds secret information."),
    )
    reason = LongTextField(
        N_("Why it is secret"),
        description=N_("Which parts of the document are secret and why."),
        render_kw={"rows": 3},
    )

    def __init__(self, *arguments: Any, grounds: Choices = (), **options: Any) -> None:
        """Offer the grounds of the register."""
        super().__init__(*arguments, **options)
        self.ground.choices = as_choices([("", N_("Not secret")), *grounds])


class AttachmentForm(SecrecyForm):
    """A file and, where the document holds secrets, the ground with its reason."""

    file = FileField(N_("Choose a PDF file"))


class SubmitForm(Form):
    """The declaration with which an application is submitted."""

    declaration = DeclarationField(
        N_("The information is correct and I am entitled to submit this application."),
        validators=[InputRequired(N_("Tick the box to declare that the information is correct"))],
    )
