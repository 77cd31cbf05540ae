"""Words for states, steps, acts and refusals of the funder's portal."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import DomainError, InvalidInput, Problem, StepNotAllowed
from app.web import act_words, expertise_form
from app.web.filters import money
from app.web.messages import describe
from scoring.routing.screening.grounds import Ground

EVALUATION_STATES = act_words.EVALUATION_STATES
DECISION_STATES = act_words.DECISION_STATES

LANGUAGES = expertise_form.LANGUAGES

DECISION_KINDS = act_words.DECISION_KINDS

CLAIM_STATES = {
    "received": (_l("Received"), "todo"),
    "in_preparation": (_l("Answer in preparation"), "doing"),
    "answered": (_l("Answered"), "done"),
    "withdrawn": (_l("Withdrawn"), "neutral"),
}

CLAIM_CHANNELS = {
    "portal": _l("In the service"),
    "mail": _l("By e-mail"),
    "letter": _l("By letter"),
}

CAUSES = {
    "factual": _l("Correction of an error of fact (50 §)"),
    "clerical": _l("Correction of a clerical error (51 §)"),
    "instruction": _l("Given anew with right instructions (49 §)"),
    "claim": _l("Answer to a claim for rectification"),
}

EFFECTS = {
    "replaces": _l("replaces the earlier decision"),
    "amends": _l("amends the earlier decision"),
    "upholds": _l("leaves the earlier decision in force"),
}

SERVICE_METHODS = {"electronic": _l("In the service"), "letter": _l("By letter")}

PHASES = {
    "open": _l("Open for applications"),
    "eligibility": _l("Eligibility"),
    "evaluation": _l("Evaluation"),
    "selection": _l("Selection"),
    "decisions": _l("Decisions"),
    "done": _l("Done"),
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
    "decided": _l("Decided"),
    "decision_draft": _l("Present the decision"),
    "decision_presented": _l("Wait for the decision maker."),
    "decision_approved": _l("Wait until the letter is made."),
    "decision_signed": _l("Serve the decision"),
    "decision_served": _l("The decision has been served."),
    "decision_final": _l("The decision is in legal force."),
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

TIE_BREAKS = {
    "CriterionSum": _l("Points of the criteria that part equals:"),
    "LowerSupportPerCompany": _l("Support per company:"),
    "LotDrawn": _l("Drawn by lot:"),
}

PROBLEMS = {
    "reason_required": _l("Write a reason."),
    "ground_required": _l("Choose the ground."),
    "business_id_wrong": _l("The business ID is not valid."),
    "required": _l("Fill in this field."),
    "not_in_future": _l("The due time must be in the future."),
    "not_a_reduction": _l("The amount must be above zero and below the support applied for."),
    "nothing_granted": _l("Something must be granted. Give the support of every partner."),
    "not_partners": _l("The partner did not apply for as much as is taken away."),
    "skip_not_allowed": _l(
        "Only the first application that does not fit the money left can be passed over, with a reason."
    ),
    "score_off_scale": _l("The score is outside the scale."),
    "agreement_needed": _l("This call needs agreed scores: enter the score of every criterion."),
    "input_missing": _l("The application does not say what a computed score needs."),
    "name_taken": _l("Another scenario of the call has this name. Choose another name."),
    "unknown_question": _l("The call has no such question."),
    "unknown_field": _l("The draft has no such field."),
    "posted_between": _l("The day of posting is between the day of the approval and today."),
    "received_between": _l("The day of arrival is between the day of the service and today."),
    "secret_mark": _l("A mark of secrecy needs its ground and the partner whose secret it is."),
    "pair_forbidden": _l("An officer has forbidden this pair. Allow it again first."),
    "language_not_read": _l("The evaluator does not read the language of the application."),
}

LETTER_FIELDS = {
    "decision.reasons": _l("Reasons"),
    "decision.changes": _l("What is changed"),
    "correction.what": _l("What was wrong"),
    "decision.precedent_conditions": _l("Conditions"),
    "scores[].reason": _l("Reasons for the scores"),
    "checks": _l("Requirements not met"),
    "checks[].facts": _l("Facts of the requirement not met"),
    "thresholds": _l("Thresholds not reached"),
    "ranking": _l("Place in the ranking"),
    "partners": _l("Partners"),
    "financing": _l("Financing plan"),
    "contact.name": _l("Name of the presenting officer"),
    "review.address": _l("Address for claims"),
    "court.name": _l("Competent court"),
    "decision.reductions": _l("Reasons of the reduction"),
    "decision.conditions_due": _l("Conditions must be met by"),
    "score.strengths": _l("Strengths"),
    "score.weaknesses": _l("Weaknesses"),
    "decision.start": _l("First day of the project"),
    "decision.end": _l("Last day of the project"),
    "contact.email": _l("E-mail address of the presenting officer"),
    "contact.phone": _l("Telephone number of the presenting officer"),
}
"""What an officer calls the fields of a letter that may be missing."""

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
    "analyse": _l("There is nothing to calculate before two score sheets are in."),
    "weigh": _l("Draw the ranking first: scenarios start from it."),
    "outdated": _l("The ranking has changed since the scenario was made. Calculate it again."),
    "take_over": _l("The rule of the scenario is not that of the call."),
    "choose_scenario": _l("The selection has been made, so no scenario can be chosen any more."),
}


DECLINE_REASONS = {
    "capacity": _l("no time"),
    "expertise": _l("outside the expertise"),
}


def grounds() -> dict[str, Mapping[str, str]]:
    """Return the words of each ground of disqualification by its citation."""
    return {each.citation: each.label for each in Ground}


def explain(error: DomainError) -> str:
    """Return what a refusal says: which rule, where, and how to mend it."""
    if isinstance(error, InvalidInput) and error.problems:
        return " ".join(_explain_problem(each) for each in error.problems)
    if isinstance(error, StepNotAllowed):
        text = _BLOCKED.get(str(error.data.get("step", "")))
        if text is not None:
            named = error.data.get("checks") or error.data.get("waiting") or ()
            return str(text).replace("%(checks)s", ", ".join(str(each) for each in named))
    if error.code == "conflict_of_interest" and error.data.get("official"):
        return _(
            "The presenting officer or the decision maker is disqualified in this matter. Another official must act."
        )
    if error.code == "conflict_of_interest":
        return _("The evaluator has a conflict of interest in this application.")
    return describe(error)


def describe_lack(path: str, law: str) -> str:
    """Return what a letter lacks, with the provision that asks for it."""
    what = str(LETTER_FIELDS.get(path, path))
    return f"{what} ({law})" if law else what


def _explain_problem(problem: Problem) -> str:
    if problem.code == "letter_incomplete":
        law = str((problem.data or {}).get("law", ""))
        return _("The letter lacks: %(what)s.", what=describe_lack(problem.field, law))
    limit = (problem.data or {}).get("limit")
    if problem.code == "over_applied":
        return _("%(partner)s: at most %(limit)s.", partner=problem.field, limit=money(limit))
    if problem.code == "over_ranked":
        return _("All together at most %(limit)s, as the ranking reserved.", limit=money(limit))
    if problem.code == "over_budget":
        return _("The budget of the call has %(limit)s left: this is more.", limit=money(limit))
    text = PROBLEMS.get(problem.code)
    return str(text) if text else _("A value is not valid: %(field)s.", field=problem.field)
