"""Words for what an application still lacks: one sentence per code, with its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.messages import N_, Message

_WORDS: Mapping[str, Message] = {
    "required": N_("Answer this question"),
    "cell_required": N_("Row %(row)s: fill in “%(column)s”"),
    "too_short": N_("Write at least %(minimum)s characters. Now there are %(got)s."),
    "too_long": N_("Write at most %(maximum)s characters. Now there are %(got)s."),
    "unknown_option": N_("Choose one of the options on the list"),
    "too_few": N_("Give at least %(minimum)s. Now there are %(got)s."),
    "too_many": N_("Give at most %(maximum)s. Now there are %(got)s."),
    "too_small": N_("Enter at least %(minimum)s. Now it is %(got)s."),
    "too_large": N_("Enter at most %(maximum)s. Now it is %(got)s."),
    "end_before_start": N_("The last day must not be before the first day"),
    "range_order": N_("Choose a start and an end from %(minimum)s to %(maximum)s, start first"),
    "too_few_rows": N_("Add rows: at least %(minimum)s are needed. Now there are %(got)s."),
    "too_many_rows": N_("Remove rows: at most %(maximum)s are taken. Now there are %(got)s."),
    "sum_differs": N_("The sum must be exactly %(expected)s. Now it is %(got)s."),
    "exact_rows": N_("Exactly %(expected)s rows are needed. Now there are %(got)s."),
    "one_lead": N_("Name exactly one lead partner. Now there are %(got)s."),
    "partner_unconfirmed": N_("%(partner)s has not confirmed its own part yet"),
    "code_missing": N_("The call demands the indicator %(value)s: add a row for it"),
    "duplicate_key": N_("The same partner is there twice. Reload the page and try again."),
    "secrecy_unreasoned": N_("Give both the ground and the reason for secrecy, or neither"),
}


def describe_problem(code: str, data: Mapping[str, Any] | None) -> Message:
    """Return the sentence for a problem, with its figures."""
    figures = dict(data or {})
    known = _WORDS.get(code)
    if known is None:
        return N_("Mend this point")
    if code == "partner_unconfirmed" and not figures.get("partner"):
        return N_("A partner without a name has not confirmed its own part yet")
    return Message(known.msgid, {name: _plain(value) for name, value in figures.items()})


def _plain(value: Any) -> Any:
    return "–" if value in (None, "") else value
