"""What an evaluator knows: one form for the evaluator and for the officer who keeps the pool."""

from __future__ import annotations

from wtforms import Form, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from forms.messages import N_


class ExpertiseForm(Form):
    """Languages, keywords and fields of the taxonomy, and texts in the person's own words."""

    languages = SelectMultipleField(
        N_("Languages"), validators=[InputRequired(N_("Choose at least one language"))]
    )
    keywords = SelectMultipleField(N_("Expertise"), validators=[Optional()])
    ford = SelectMultipleField(N_("Fields of science"), validators=[Optional()])
    profile_text = TextAreaField(
        N_("Profile in the person's own words"),
        validators=[Length(max=10000, message=N_("Use at most %(count)s characters", count=10000))],
    )
    publications = TextAreaField(
        N_("Publications, one title on each line"),
        validators=[Length(max=20000, message=N_("Use at most %(count)s characters", count=20000))],
    )
