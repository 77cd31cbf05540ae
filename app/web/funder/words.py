"""Words for states, steps, acts and refusals of the funder's portal."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError, InvalidInput, Problem, StepNotAllowed
from app.web.messages import describe

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

EVALUATION_STATES = {
    "proposed": (_l("Proposed"), "neutral"),
    "assigned": (_l("Assigned"), "todo"),
    "accepted": (_l("Accepted"), "doing"),
    "drafting": (_l("Being scored"), "doing"),
    "submitted": (_l("Scores in"), "done"),
    "locked": (_l("Locked"), "done"),
    "declined": (_l("Declined"), "bad"),
    "removed": (_l("Removed"), "neutral"),
    "set_aside": (_l("Set aside"), "bad"),
}

DECISION_STATES = {
    "draft": (_l("Draft decision"), "todo"),
    "presented": (_l("Presented"), "doing"),
    "approved": (_l("Approved"), "info"),
    "signed": (_l("Ready to serve"), "info"),
    "served": (_l("Served"), "done"),
    "final": (_l("Final"), "done"),
}

CALL_STATES = {
    "published": (_l("Published"), "neutral"),
    "open": (_l("Open"), "doing"),
    "closed": (_l("Closed"), "todo"),
    "in_evaluation": (_l("In evaluation"), "doing"),
    "decided": (_l("Decided"), "done"),
    "archived": (_l("Archived"), "neutral"),
}

DECISION_KINDS = {
    "grant": _l("Grant"),
    "grant_reduced": _l("Grant, less than applied for"),
    "reject_ineligible": _l("Rejection: requirements not met"),
    "reject_threshold": _l("Rejection: below a threshold"),
    "reject_budget": _l("Rejection: the money does not suffice"),
    "not_examined": _l("Not examined"),
}

CALL_STEPS = {
    "wait_for_close": _l("Wait until the call closes."),
    "check": _l("Check the eligibility of the submitted applications."),
    "wait_for_completion": _l("Wait for the completions that were asked for."),
    "fill_pool": _l("Add evaluators to the pool."),
    "assign": _l("Assign evaluators to the eligible applications."),
    "release": _l("Release the proposed assignments to the evaluators."),
    "wait_for_scores": _l("Wait for the evaluators' scores."),
    "consensus": _l("Write the consensus of the applications whose scores are in."),
    "rank": _l("Draw the ranking."),
    "select": _l("Select along the ranking (decision maker)."),
    "draft": _l("Draft the decisions."),
    "present": _l("Present the draft decisions."),
    "approve": _l("Approve or return the presented decisions (decision maker)."),
    "serve": _l("Serve the approved decisions."),
    "done": _l("Everything has been decided and served."),
    "wait": _l("Nothing to do now."),
}

APPLICATION_STEPS = {
    "submitted": _l("Check eligibility"),
    "completion_requested": _l("Wait for the completion"),
    "not_examined": _l("Draft the decision"),
    "eligible": _l("Assign evaluators"),
    "ineligible": _l("Draft the decision"),
    "in_evaluation": _l("Follow the scoring"),
    "consensus": _l("Write the consensus"),
    "evaluated": _l("Draw the ranking"),
    "selected": _l("Draft the decision"),
    "reserve": _l("Draft the decision"),
    "not_selected": _l("Draft the decision"),
    "decided": _l("Serve the decision"),
    "withdrawn": _l("Nothing to do"),
}

CONSEQUENCES = {
    "not_examined": _l("not examined"),
    "ineligible": _l("rejected"),
    "blocks_submission": _l("cannot be submitted"),
    "completion_request": _l("completion request or condition"),
    "completion_then_ineligible": _l("completion request, then rejected"),
}

CONFLICT_SOURCES = {
    "automatic": _l("Found by the organisations"),
    "declared": _l("Declared by the evaluator"),
    "officer": _l("Recorded by an officer"),
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

ACTS = {
    "application.start": _l("Application started"),
    "application.submit": _l("Submitted"),
    "application.check": _l("Eligibility check recorded"),
    "application.request_completion": _l("Completion requested"),
    "application.complete": _l("Completed"),
    "application.lapse_completion": _l("The time for completion ran out"),
    "application.leave_unexamined": _l("Left unexamined"),
    "application.admit": _l("Found eligible"),
    "application.refuse": _l("Found ineligible"),
    "application.start_evaluation": _l("Evaluation started"),
    "application.settle": _l("Consensus settled"),
    "application.select": _l("Selected"),
    "application.put_on_reserve": _l("Put on the reserve list"),
    "application.not_select": _l("Not selected"),
    "application.decide": _l("Decided"),
    "application.withdraw": _l("Withdrawn"),
    "application.consensus": _l("Consensus written"),
    "application.disqualify": _l("Conflict of interest recorded"),
    "application.set_support": _l("Less support proposed"),
    "evaluation.choose": _l("Evaluator chosen by hand"),
    "evaluation.release": _l("Evaluation released"),
    "evaluation.accept": _l("Independence declared"),
    "evaluation.decline": _l("Evaluation declined"),
    "evaluation.draft": _l("Scoring begun"),
    "evaluation.submit": _l("Scores submitted"),
    "evaluation.reopen": _l("Scores reopened"),
    "evaluation.lock": _l("Scores locked"),
    "evaluation.remove": _l("Evaluation removed"),
    "evaluation.set_aside": _l("Evaluation set aside"),
    "decision.draft": _l("Decision drafted"),
    "decision.edit": _l("Draft decision edited"),
    "decision.present": _l("Decision presented"),
    "decision.return": _l("Decision returned"),
    "decision.approve": _l("Decision approved"),
    "decision.void": _l("Decision taken back"),
    "decision.sign": _l("Decision letter made"),
    "decision.serve": _l("Decision served"),
    "decision.become_final": _l("Decision final"),
}

TIE_BREAKS = {
    "CriterionSum": _l("Points of the criteria that part equals:"),
    "LowerSupportPerCompany": _l("Support per company:"),
    "LotDrawn": _l("Drawn by lot:"),
}

PROBLEMS = {
    "reason_required": _l("Write a reason."),
    "required": _l("Fill in this field."),
    "not_in_future": _l("The due time must be in the future."),
    "not_a_reduction": _l("The amount must be above zero and below the support applied for."),
    "skip_not_allowed": _l(
        "Only the first application that does not fit the money left can be passed over, with a reason."
    ),
    "score_off_scale": _l("The score is outside the scale."),
    "unknown_question": _l("The call has no such question."),
    "unknown_field": _l("The draft has no such field."),
}

_BLOCKED = {
    "admit": _l(
        "The application cannot be admitted: these checks are open or not met: %(checks)s."
    ),
    "refuse": _l("The application cannot be refused: no check that excludes has failed."),
    "leave_unexamined": _l("The application was not late, so it must be examined."),
    "write_consensus": _l("The consensus cannot be written before the scores are in."),
    "consensus": _l("The consensus waits until every evaluator has submitted the scores."),
    "settle": _l(
        "Write the consensus first. After a disagreement, ask a third evaluator or agree."
    ),
    "rank": _l("The ranking waits for these applications: %(checks)s."),
}


def explain(error: DomainError) -> str:
    """Return what a refusal says: which rule, where, and how to mend it."""
    if isinstance(error, InvalidInput) and error.problems:
        return " ".join(_explain_problem(each) for each in error.problems)
    if isinstance(error, StepNotAllowed):
        text = _BLOCKED.get(str(error.data.get("step", "")))
        if text is not None:
            named = error.data.get("checks") or error.data.get("waiting") or ()
            return str(text).replace("%(checks)s", ", ".join(str(each) for each in named))
    if error.code == "conflict_of_interest":
        return _("The evaluator has a conflict of interest in this application.")
    return describe(error)


def _explain_problem(problem: Problem) -> str:
    if problem.code == "letter_incomplete":
        law = str((problem.data or {}).get("law", ""))
        return _("The letter lacks %(field)s (%(law)s).", field=problem.field, law=law)
    text = PROBLEMS.get(problem.code)
    return str(text) if text else _("A value is not valid: %(field)s.", field=problem.field)
