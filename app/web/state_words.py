"""Words for the states of calls and applications, with the kind of the tag that shows each."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

CALL_STATES = {
    "draft": (_l("Draft"), "neutral"),
    "published": (_l("Published"), "neutral"),
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
