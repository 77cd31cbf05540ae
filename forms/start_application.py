"""Starting an application."""

from __future__ import annotations

from wtforms import Form
from wtforms.validators import InputRequired

from forms.fields import RadiosField
from forms.messages import N_


class StartApplicationForm(Form):
    """The language of proceedings; the decision is written in it (Language Act 423/2003, 10 §)."""

    language = RadiosField(
        N_("Language of proceedings"),
        description=N_("The decision is written in this language."),
        choices=[("fi", N_("Finnish")), ("sv", N_("Swedish"))],
        validators=[InputRequired(N_("Choose the language of proceedings"))],
    )
