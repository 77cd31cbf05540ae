"""Words for roles, states and kinds of bodies in the administrators' portal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLES = {
    "applicant": _l("Applicant"),
    "evaluator": _l("Evaluator"),
    "officer": _l("Officer"),
    "decision_maker": _l("Decision maker"),
    "steering": _l("Steering group"),
    "admin": _l("Administrator"),
    "system": _l("System"),
}

CALL_STATES = {
    "draft": (_l("Draft"), "todo"),
    "published": (_l("Published"), "info"),
    "open": (_l("Open"), "doing"),
    "closed": (_l("Closed"), "neutral"),
    "in_evaluation": (_l("In evaluation"), "doing"),
    "decided": (_l("Decided"), "done"),
    "archived": (_l("Archived"), "neutral"),
    "cancelled": (_l("Cancelled"), "bad"),
}

JOB_STATES = {
    "ready": (_l("Waiting"), "todo"),
    "running": (_l("Running"), "doing"),
    "done": (_l("Done"), "done"),
    "dead": (_l("Given up"), "bad"),
}

BODY_KINDS = {
    "ministry": _l("Ministry"),
    "state_centre": _l("Economic Development Centre"),
    "regional_council": _l("Regional council"),
    "city": _l("City"),
}
