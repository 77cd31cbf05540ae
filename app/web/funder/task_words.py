"""Words for the tasks of the inbox, with their numbers, times and euros."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.queries.funder.inbox import CallLine
from app.queries.funder.tasks import Task, granted_support
from app.web.filters import day, deadline, money

_COUNTED: dict[str, Callable[[int], str]] = {
    "questions": lambda n: ngettext(
        "Answer %(num)s question on the call.", "Answer %(num)s questions on the call.", n
    ),
    "check": lambda n: ngettext(
        "Check the eligibility of %(num)s application.",
        "Check the eligibility of %(num)s applications.",
        n,
    ),
    "completion_overdue": lambda n: ngettext(
        "%(num)s completion is overdue: go on with what there is.",
        "%(num)s completions are overdue: go on with what there is.",
        n,
    ),
    "fill_pool": lambda n: ngettext(
        "Add evaluators to the pool: %(num)s application waits for them.",
        "Add evaluators to the pool: %(num)s applications wait for them.",
        n,
    ),
    "assign": lambda n: ngettext(
        "Assign evaluators to %(num)s application.",
        "Assign evaluators to %(num)s applications.",
        n,
    ),
    "release": lambda n: ngettext(
        "Release %(num)s proposed assignment to the evaluators.",
        "Release %(num)s proposed assignments to the evaluators.",
        n,
    ),
    "late": lambda n: ngettext(
        "%(num)s score sheet is late: remind the evaluator.",
        "%(num)s score sheets are late: remind the evaluators.",
        n,
    ),
    "consensus": lambda n: ngettext(
        "Write the consensus of %(num)s application.",
        "Write the consensus of %(num)s applications.",
        n,
    ),
    "rank": lambda n: ngettext(
        "Draw the ranking of %(num)s application.", "Draw the ranking of %(num)s applications.", n
    ),
    "select": lambda n: ngettext(
        "Select along the ranking: %(num)s application.",
        "Select along the ranking: %(num)s applications.",
        n,
    ),
    "returned": lambda n: ngettext(
        "Mend %(num)s decision that was returned.",
        "Mend %(num)s decisions that were returned.",
        n,
    ),
    "present": lambda n: ngettext(
        "Present %(num)s draft decision.", "Present %(num)s draft decisions.", n
    ),
    "serve": lambda n: ngettext(
        "Serve %(num)s approved decision.", "Serve %(num)s approved decisions.", n
    ),
    "claims": lambda n: ngettext(
        "Answer %(num)s claim for rectification.", "Answer %(num)s claims for rectification.", n
    ),
    "draft": lambda n: ngettext("Draft %(num)s decision.", "Draft %(num)s decisions.", n),
}

_WAITING = {
    "wait_for_close": _l("Wait until the call closes."),
    "wait_for_completion": _l("Wait for the completions that were asked for."),
    "wait_for_scores": _l("Wait for the evaluators' scores."),
    "wait_for_selection": _l("Wait for the selection along the ranking (decision maker)."),
    "wait_for_approval": _l("Wait for the decision maker."),
    "done": _l("Everything has been decided and served."),
    "wait": _l("Nothing to do now."),
}


def describe_task(task: Task, line: CallLine, now: datetime) -> str:
    """Return a task in words with its time; an approval names its euros, too."""
    if task.code == "approve":
        return _add_time(_describe_approval(task, line), task, now)
    if task.code in _COUNTED:
        return _add_time(_COUNTED[task.code](task.count), task, now)
    return _describe_waiting(task, line)


def _add_time(text: str, task: Task, now: datetime) -> str:
    if task.since is not None:
        return _("%(what)s The oldest arrived %(time)s.", what=text, time=deadline(task.since))
    if task.due is None:
        return text
    if task.due < now:
        return _("%(what)s Was due %(time)s.", what=text, time=deadline(task.due))
    return _("%(what)s Due %(time)s.", what=text, time=deadline(task.due))


def _describe_waiting(task: Task, line: CallLine) -> str:
    last = line.rulings.review_until
    if task.code == "done" and last is not None:
        return _("%(what)s Last day for review %(day)s.", what=_WAITING["done"], day=day(last))
    times = {
        "wait_for_close": line.closes_at,
        "wait_for_completion": line.completions.next_due,
        "wait_for_scores": line.sheets.next_due,
    }
    due = times.get(task.code)
    text = str(_WAITING[task.code])
    return text if due is None else _("%(what)s Due %(time)s.", what=text, time=deadline(due))


def _describe_approval(task: Task, line: CallLine) -> str:
    left = line.budget - granted_support(line)
    return ngettext(
        "Approve or return %(num)s decision: %(amount)s, with %(left)s of the budget left.",
        "Approve or return %(num)s decisions: %(amount)s, with %(left)s of the budget left.",
        task.count,
        amount=money(task.amount),
        left=money(left),
    )
