"""Acts of administrators, with their own words for refusals."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError, InvalidInput
from app.web.acts import Acts
from app.web.messages import describe

PROBLEMS = {
    "email_taken": _l("The address has an account already."),
    "body_needed": _l("Choose the body at which the person acts."),
    "role_held": _l("The person holds this role already."),
}


def explain(error: DomainError) -> str:
    """Return what a refusal says."""
    if isinstance(error, InvalidInput) and error.problems:
        known = (PROBLEMS.get(each.code) for each in error.problems)
        return " ".join(str(text or _("A value is not valid.")) for text in known)
    if error.data.get("state") == "own account":
        return _("You cannot do this to your own account.")
    return describe(error)


ACTS = Acts(explain)
act = ACTS.act
act_on_form = ACTS.act_on_form
