"""Words of the evaluator portal: states, next steps, and the grounds of disqualification explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.lifecycle import EvaluationState
from scoring.routing.screening.grounds import Ground

STATES: Mapping[EvaluationState, tuple[Any, str]] = {
    EvaluationState.ASSIGNED: (_l("Waiting for your declaration"), "todo"),
    EvaluationState.ACCEPTED: (_l("Not started"), "todo"),
    EvaluationState.DRAFTING: (_l("In progress"), "doing"),
    EvaluationState.SUBMITTED: (_l("Submitted"), "done"),
    EvaluationState.LOCKED: (_l("Closed, consensus settled"), "done"),
    EvaluationState.DECLINED: (_l("Declined"), "neutral"),
    EvaluationState.SET_ASIDE: (_l("Set aside"), "neutral"),
}

NEXT_STEPS: Mapping[EvaluationState, tuple[str, Any]] = {
    EvaluationState.ASSIGNED: ("evaluator.declare_independence", _l("Declare your independence")),
    EvaluationState.ACCEPTED: ("evaluator.score_application", _l("Start scoring")),
    EvaluationState.DRAFTING: ("evaluator.score_application", _l("Continue scoring")),
    EvaluationState.SUBMITTED: ("evaluator.show_evaluation", _l("View the score sheets")),
    EvaluationState.LOCKED: ("evaluator.show_evaluation", _l("View the score sheets")),
}

EXPLANATIONS: Mapping[Ground, Any] = {
    Ground.PARTY: _l("For example your spouse or child leads an organisation that applies."),
    Ground.REPRESENTATION: _l(
        "For example you have helped to write the application or advise an applicant for pay."
    ),
    Ground.INTEREST: _l(
        "For example you own a company that would get work from the project or lose it."
    ),
    Ground.EMPLOYMENT: _l("For example a partner of the application is your employer or client."),
    Ground.GOVERNANCE: _l(
        "For example you or someone close to you sits on the board of a partner or manages it."
    ),
    Ground.SUPERVISION: _l(
        "For example you sit in a body that directs or supervises an organisation that applies."
    ),
    Ground.OTHER_REASON: _l(
        "For example a joint project under way, a dispute or a close friendship with the project's people."
    ),
}
