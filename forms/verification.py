"""Asking whether a letter is genuine: by its code, or by the file itself."""

from __future__ import annotations

from wtforms import FileField, Form, StringField

from forms.messages import N_


class LetterFileForm(Form):
    """The file of a letter."""

    file = FileField(N_("Choose the PDF of the letter"))


class LetterCodeForm(Form):
    """The code that stands beside the QR code of a letter."""

    code = StringField(
        N_("Verification code"),
        description=N_("16 letters and figures at the end of the address beside the QR code."),
    )
