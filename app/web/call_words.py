"""Words for calls: states of calls and applications, roles, phases, checks, question types and rules of evaluation."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries.calls import CallPhase
from app.web.filters import points
from calls.definition import CallDefinition
from calls.rubric import TieBreak

CALL_STATES = {
    "draft": (_l("Draft"), "todo"),
    "published": (_l("Published"), "info"),
    "open": (_l("Open"), "doing"),
    "closed": (_l("Closed"), "todo"),
    "in_evaluation": (_l("In evaluation"), "doing"),
    "decided": (_l("Decided"), "done"),
    "archived": (_l("Archived"), "neutral"),
    "cancelled": (_l("Cancelled"), "bad"),
}
"""The words and the kind of tag of each state of a call."""

APPLICATION_STATES = {
    "draft": (_l("Draft"), "neutral"),
    "submitted": (_l("Submitted"), "todo"),
    "completion_requested": (_l("Completion requested"), "warn"),
    "not_examined": (_l("Not examined"), "bad"),
    "eligible": (_l("Eligible"), "info"),
    "ineligible": (_l("Ineligible"), "bad"),
    "in_evaluation": (_l("In evaluation"), "doing"),
    "evaluated": (_l("Evaluated"), "info"),
    "selected": (_l("Selected"), "done"),
    "reserve": (_l("On the reserve list"), "warn"),
    "not_selected": (_l("Not selected"), "bad"),
    "decided": (_l("Decided"), "done"),
    "withdrawn": (_l("Withdrawn"), "neutral"),
}

ROLES = {
    "applicant": _l("Applicant"),
    "evaluator": _l("Evaluator"),
    "officer": _l("Officer"),
    "decision_maker": _l("Decision maker"),
    "steering": _l("Steering group"),
    "admin": _l("Administrator"),
    "system": _l("System"),
}

PHASES = {
    CallPhase.COMING: (_l("Opens later"), "info"),
    CallPhase.OPEN: (_l("Open"), "done"),
    CallPhase.CLOSED: (_l("Closed"), "neutral"),
    CallPhase.CANCELLED: (_l("Cancelled"), "bad"),
}

CONSEQUENCES = {
    "not_examined": _l("The application is not examined."),
    "ineligible": _l("The application is rejected."),
    "blocks_submission": _l("The application cannot be submitted."),
    "completion_request": _l("You are asked to complete the application."),
    "completion_then_ineligible": _l(
        "You are asked to complete the application; if you do not, it is rejected."
    ),
}

CHECKERS = {"auto": _l("checked by the system"), "officer": _l("checked by an officer")}

QUESTION_TYPES = {
    "text": _l("short text"),
    "longtext": _l("text"),
    "choice": _l("one choice"),
    "multichoice": _l("several choices"),
    "checkbox": _l("declaration"),
    "yes_no": _l("yes or no"),
    "number": _l("number"),
    "money": _l("euros"),
    "date_range": _l("first and last day"),
    "range": _l("from and to"),
    "table": _l("table"),
    "partners": _l("partners"),
    "work_packages": _l("work packages"),
    "dnsh": _l("do no significant harm"),
    "indicators": _l("indicators"),
    "budget_staff": _l("staff costs"),
    "budget_financing": _l("financing"),
    "file": _l("attachment"),
    "files": _l("attachments"),
    "secrecy_marks": _l("secrecy marks"),
}

VISIBILITIES = {
    "public": _l("public"),
    "party": _l("for the parties"),
    "officers": _l("for officers"),
}

FUNDS = {
    "ERDF": _l("European Regional Development Fund (ERDF)"),
    "ESF+": _l("European Social Fund Plus (ESF+)"),
    "JTF": _l("Just Transition Fund (JTF)"),
}


def describe_tie_break(step: TieBreak, name_of: dict[str, str]) -> str:
    """Return one step that parts equal totals, in words. ``name_of`` gives the criteria's names."""
    match step.kind:
        case "criteria":
            names = ", ".join(name_of.get(each, each) for each in step.criteria)
            return _("the higher points in: %(criteria)s", criteria=names)
        case "support_per_company":
            return _("the smaller support per company")
        case "support":
            return _("the smaller support applied for")
        case _:
            return _("a lot drawn and recorded by the officer")


def list_third_evaluator_rules(definition: CallDefinition) -> list[str]:
    """Return when a third evaluator is called in, one reason a line."""
    rule = definition.rubric.evaluation.third_if
    reasons = []
    if rule.total_difference_gte is not None:
        reasons.append(
            _(
                "the totals differ by %(points)s points or more",
                points=points(rule.total_difference_gte),
            )
        )
    if rule.criterion_difference_gte is not None:
        reasons.append(
            _(
                "the scores of one criterion differ by %(points)s or more",
                points=points(rule.criterion_difference_gte),
            )
        )
    if rule.threshold_outcome_differs:
        reasons.append(_("one evaluator finds the thresholds met and another does not"))
    return reasons
