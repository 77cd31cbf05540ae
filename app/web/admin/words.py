"""Words for roles, states and kinds of bodies in the administrators' portal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

JOB_STATES = {
    "ready": (_l("Waiting"), "todo"),
    "running": (_l("Running"), "doing"),
    "done": (_l("Done"), "done"),
    "dead": (_l("Given up"), "bad"),
}

TASKS = {
    "make_receipt": _l("Make a receipt"),
    "sign_decision": _l("Make a decision letter"),
    "archive_letter": _l("Keep the seal of a letter in force"),
    "analyse_votes": _l("Analyse how the points were given"),
    "propose_assignment": _l("Find the best evaluators for a large call"),
    "fill_places": _l("Propose evaluators for emptied places"),
}

BODY_KINDS = {
    "ministry": _l("Ministry"),
    "state_centre": _l("Economic Development Centre"),
    "regional_council": _l("Regional council"),
    "city": _l("City"),
}
