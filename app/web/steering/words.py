"""Words for the states of rounds and applications in the steering group's portal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

CALL_STATES = {
    "published": (_l("Published"), "info"),
    "open": (_l("Open"), "doing"),
    "closed": (_l("Closed"), "todo"),
    "in_evaluation": (_l("In evaluation"), "doing"),
    "decided": (_l("Decided"), "done"),
    "archived": (_l("Archived"), "neutral"),
    "cancelled": (_l("Cancelled"), "bad"),
}

APPLICATION_STATES = {
    "submitted": _l("Submitted"),
    "completion_requested": _l("Completion requested"),
    "not_examined": _l("Not examined"),
    "eligible": _l("Eligible"),
    "ineligible": _l("Ineligible"),
    "in_evaluation": _l("In evaluation"),
    "evaluated": _l("Evaluated"),
    "selected": _l("Selected"),
    "reserve": _l("On the reserve list"),
    "not_selected": _l("Not selected"),
    "decided": _l("Decided"),
    "withdrawn": _l("Withdrawn"),
}
