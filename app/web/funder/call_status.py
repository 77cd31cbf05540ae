"""Where each role of a call stands: one line of figures a role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.domain.lifecycle import ApplicationState, DecisionState, EvaluationState
from app.queries.funder.inbox import CallLine
from app.queries.funder.tasks import granted_support
from app.web.call_words import ROLES
from app.web.filters import deadline, money


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What a role has done and has before it."""

    role: str
    text: str


def describe_status(line: CallLine) -> list[StatusLine]:
    """Return a line for applicants, evaluators, officers and decision makers."""
    roles: dict[str, Callable[[CallLine], list[str]]] = {
        "applicant": _applicants,
        "evaluator": _evaluators,
        "officer": _officers,
        "decision_maker": _deciders,
    }
    return [StatusLine(str(ROLES[role]), " · ".join(say(line))) for role, say in roles.items()]


def _applicants(line: CallLine) -> list[str]:
    parts = [_("submitted %(count)s", count=line.total)]
    completions = line.completions
    if completions.open:
        parts.append(_("completions open %(count)s", count=completions.open))
    if completions.overdue:
        parts.append(_("overdue %(count)s", count=completions.overdue))
    if completions.next_due:
        parts.append(_("next due %(time)s", time=deadline(completions.next_due)))
    withdrawn = line.count(ApplicationState.WITHDRAWN)
    if withdrawn:
        parts.append(_("withdrawn %(count)s", count=withdrawn))
    return parts


def _evaluators(line: CallLine) -> list[str]:
    sheets = line.sheets
    parts = [
        _("pool %(count)s", count=line.pool_size),
        _("scores in %(done)s of %(all)s", done=line.sheets_done, all=line.sheets_assigned),
    ]
    undeclared = sheets.count(EvaluationState.ASSIGNED)
    if undeclared:
        parts.append(_("independence not declared %(count)s", count=undeclared))
    if sheets.late:
        parts.append(_("late %(count)s", count=sheets.late))
    if sheets.next_due:
        parts.append(_("next due %(time)s", time=deadline(sheets.next_due)))
    return parts


def _officers(line: CallLine) -> list[str]:
    return [
        _("to check %(count)s", count=line.count(ApplicationState.SUBMITTED)),
        _("without evaluators %(count)s", count=line.panels.unassigned),
        _("consensus to write %(count)s", count=line.panels.consensus),
        _("drafts %(count)s", count=line.rulings.count(DecisionState.DRAFT)),
        _("returned %(count)s", count=line.rulings.returned),
        _("to serve %(count)s", count=line.rulings.count(DecisionState.SIGNED)),
    ]


def _deciders(line: CallLine) -> list[str]:
    presented = DecisionState.PRESENTED
    return [
        _(
            "to approve %(count)s (%(amount)s)",
            count=line.rulings.count(presented),
            amount=money(line.rulings.support_of(presented)),
        ),
        _(
            "granted %(amount)s of %(budget)s",
            amount=money(granted_support(line)),
            budget=money(line.budget),
        ),
    ]
