"""Inviting a partner's person."""

from __future__ import annotations

from wtforms import EmailField, Form

from forms.account import address_field
from forms.messages import N_


class InvitationForm(Form):
    """The address of the person who is to fill in and confirm a partner's part."""

    email: EmailField = address_field(
        N_("E-mail address of the partner's person"),
        N_("Enter the e-mail address of the partner's person"),
    )
