"""Words for refusals: what is wrong, where, and how to mend it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError

REFUSALS = {
    "ground_changed": _l(
        "Applications, evaluators or rules changed while evaluators were being chosen. "
        "Start the run again."
    ),
    "proposal_refused": _l(
        "No choice of evaluators keeps all rules. The routing page says what is missing."
    ),
    "not_found": _l("The page or document was not found. Check the address."),
    "not_permitted": _l("You do not have the right to this page."),
    "login_required": _l("Log in to continue."),
    "step_not_allowed": _l(
        "This step is not possible now: the matter has moved on. Reload the page to see where it stands."
    ),
    "proposal_under_way": _l(
        "A run of this call is under way already. Wait until it is ready, or cancel it on the routing page."
    ),
    "partner_has_own_person": _l(
        "This partner has a person of its own, who confirms its part. Revoke the invitation first if you"
        " are to confirm for the partner."
    ),
    "already_member": _l(
        "You work on this application already, so you cannot take this place too."
    ),
    "other_address": _l(
        "The invitation was sent to another e-mail address. Log out, and log in or register with the"
        " address that received it; or ask for a new invitation to your own address."
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
    "no_review_instruction.missing": _l(
        "The decision cannot be made: no instruction for claiming rectification is in force for this body"
        " on the day of the decision."
    ),
    "no_review_instruction.ambiguous": _l(
        "The decision cannot be made: several instructions for claiming rectification are in force for this"
        " body on the day of the decision. Only one may be."
    ),
    "no_review_instruction.incomplete": _l(
        "The decision cannot be made: the instruction for claiming rectification of this body lacks its"
        " period, its address or a name in the language of the letter."
    ),
    "too_many_attempts": _l("Too many attempts. Wait a moment and try again."),
    "invalid_input": _l("Some information is missing or wrong. Mend the points listed below."),
    "incomplete_application": _l(
        "The application is not complete yet. Mend the points listed below and submit again."
    ),
    "calculation_failed": _l(
        "The calculation gave no answer in time. Try again in a moment, or with fewer limits."
    ),
    "calculation_refused": _l("The figures cannot be calculated with these terms."),
    "file_refused": _l("The file was not taken."),
}


def describe(error: DomainError) -> str:
    """Return a refusal in the reader's language."""
    text = REFUSALS.get(f"{error.code}.{error.data.get('fault', '')}") or REFUSALS.get(error.code)
    return str(text) if text else _("The request was refused.")
