"""Words for refusals: what is wrong, where, and how to mend it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError

REFUSALS = {
    "not_found": _l("The page or document was not found. Check the address."),
    "not_permitted": _l("You do not have the right to this page."),
    "login_required": _l("Log in to continue."),
    "step_not_allowed": _l(
        "This step is not possible now: the matter has moved on. Reload the page to see where it stands."
    ),
    "stale_version": _l(
        "Somebody else changed this after you opened it. Nothing of yours has been overwritten."
    ),
    "deadline_passed": _l("The deadline has passed."),
    "call_not_open": _l("The call is not open for applications now."),
    "conflict_of_interest": _l(
        "You are disqualified in this matter, so its documents are closed to you."
    ),
    "same_person": _l(
        "The person who presented the matter cannot decide it. Another decision maker must approve."
    ),
    "too_many_attempts": _l("Too many attempts. Wait a moment and try again."),
    "invalid_input": _l("Some information is missing or wrong. Mend the points listed below."),
    "incomplete_application": _l(
        "The application is not complete yet. Mend the points listed below and submit again."
    ),
    "file_refused": _l("The file was not taken."),
}


def describe(error: DomainError) -> str:
    """Return a refusal in the reader's language."""
    text = REFUSALS.get(error.code)
    return str(text) if text else _("The request was refused.")
