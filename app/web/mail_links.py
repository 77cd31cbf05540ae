"""The addresses that mail about accounts carries: absolute, below the public address of the installation."""

from __future__ import annotations

from flask import url_for

from app.services.account.accounts import Links
from app.web.binding import tools

_PLACE = "TOKEN"


def mail_links() -> Links:
    """Return the links of account mail; ``{token}`` stands where the token goes."""
    return Links(
        confirm=_absolute("account.confirm", token=_PLACE).replace(_PLACE, "{token}"),
        password=_absolute("account.reset_password", token=_PLACE).replace(_PLACE, "{token}"),
        login=_absolute("account.show_login"),
        forgotten=_absolute("account.request_password"),
    )


def invitation_link() -> str:
    """Return the link of an invitation to a partner's person, with a place for ``{token}``."""
    return _absolute("applicant.show_invitation", token=_PLACE).replace(_PLACE, "{token}")


def _absolute(endpoint: str, **values: str) -> str:
    """Return an address that does not depend on the Host header of the request."""
    return tools().settings.public_url.rstrip("/") + url_for(endpoint, **values)
