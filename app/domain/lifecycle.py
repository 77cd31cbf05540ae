"""State tables: what may happen next, and who may make it happen.

Data, not code: the interface, the tests, the CHECK constraints and ``docs/states.md`` read the same
tables. ``app.services.record.transitions.advance`` is the only door that applies a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actors import Role


class CallState(StrEnum):
    """Where a call is between its first draft and the archive."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    IN_EVALUATION = "in_evaluation"
    DECIDED = "decided"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class CallStep(StrEnum):
    """Steps of a call."""

    PUBLISH = "publish"
    OPEN = "open"
    CLOSE = "close"
    START_EVALUATION = "start_evaluation"
    FINISH = "finish"
    ARCHIVE = "archive"
    CANCEL = "cancel"


class ApplicationState(StrEnum):
    """Where an application is between its first word and the decision."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COMPLETION_REQUESTED = "completion_requested"
    NOT_EXAMINED = "not_examined"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    IN_EVALUATION = "in_evaluation"
    EVALUATED = "evaluated"
    SELECTED = "selected"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ApplicationStep(StrEnum):
    """Steps of an application."""

    SUBMIT = "submit"
    REQUEST_COMPLETION = "request_completion"
    COMPLETE = "complete"
    LAPSE_COMPLETION = "lapse_completion"
    LEAVE_UNEXAMINED = "leave_unexamined"
    ADMIT = "admit"
    REFUSE = "refuse"
    START_EVALUATION = "start_evaluation"
    SETTLE = "settle"
    RESUME_EVALUATION = "resume_evaluation"
    SELECT = "select"
    PUT_ON_RESERVE = "put_on_reserve"
    NOT_SELECT = "not_select"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


class EvaluationState(StrEnum):
    """Where one evaluator's work on one application is."""

    PROPOSED = "proposed"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    LOCKED = "locked"
    DECLINED = "declined"
    REMOVED = "removed"
    SET_ASIDE = "set_aside"


class EvaluationStep(StrEnum):
    """Steps of an evaluation."""

    RELEASE = "release"
    REMOVE = "remove"
    ACCEPT = "accept"
    DECLINE = "decline"
    DRAFT = "draft"
    SUBMIT = "submit"
    REOPEN = "reopen"
    LOCK = "lock"
    SET_ASIDE = "set_aside"
    RESTORE = "restore"


class DecisionState(StrEnum):
    """Where a decision is between its draft and legal force."""

    DRAFT = "draft"
    PRESENTED = "presented"
    APPROVED = "approved"
    SIGNED = "signed"
    SERVED = "served"
    FINAL = "final"


class DecisionStep(StrEnum):
    """Steps of a decision."""

    PRESENT = "present"
    RETURN = "return"
    APPROVE = "approve"
    VOID = "void"
    SIGN = "sign"
    SERVE = "serve"
    BECOME_FINAL = "become_final"


class ClaimState(StrEnum):
    """Where a claim for rectification is between its arrival and the answer."""

    RECEIVED = "received"
    IN_PREPARATION = "in_preparation"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ClaimStep(StrEnum):
    """Steps of a claim for rectification."""

    PREPARE = "prepare"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Rule:
    """A permitted step: from any of the sources to the target, by any of the roles."""

    sources: frozenset[StrEnum]
    target: StrEnum
    roles: frozenset[Role]


def _rule(sources: set[StrEnum], target: StrEnum, *roles: Role) -> Rule:
    return Rule(frozenset(sources), target, frozenset(roles))


Machine = Mapping[StrEnum, Rule]

_C, _A, _E, _D = CallState, ApplicationState, EvaluationState, DecisionState
_OFFICER, _SYSTEM, _APPLICANT = Role.OFFICER, Role.SYSTEM, Role.APPLICANT

CALL: Machine = {
    CallStep.PUBLISH: _rule({_C.DRAFT}, _C.PUBLISHED, Role.ADMIN),
    CallStep.OPEN: _rule({_C.PUBLISHED}, _C.OPEN, _SYSTEM),
    CallStep.CLOSE: _rule({_C.OPEN}, _C.CLOSED, _SYSTEM),
    CallStep.START_EVALUATION: _rule({_C.CLOSED}, _C.IN_EVALUATION, _OFFICER),
    CallStep.FINISH: _rule({_C.CLOSED, _C.IN_EVALUATION}, _C.DECIDED, _SYSTEM),
    CallStep.ARCHIVE: _rule({_C.DECIDED}, _C.ARCHIVED, Role.ADMIN),
    CallStep.CANCEL: _rule({_C.DRAFT, _C.PUBLISHED, _C.OPEN}, _C.CANCELLED, Role.ADMIN),
}

_BEFORE_DECISION: set[StrEnum] = {
    _A.DRAFT,
    _A.SUBMITTED,
    _A.COMPLETION_REQUESTED,
    _A.ELIGIBLE,
    _A.INELIGIBLE,
    _A.IN_EVALUATION,
    _A.EVALUATED,
    _A.SELECTED,
    _A.RESERVE,
    _A.NOT_SELECTED,
    _A.NOT_EXAMINED,
}

APPLICATION: Machine = {
    ApplicationStep.SUBMIT: _rule({_A.DRAFT}, _A.SUBMITTED, _APPLICANT),
    ApplicationStep.REQUEST_COMPLETION: _rule(
        {_A.SUBMITTED, _A.ELIGIBLE}, _A.COMPLETION_REQUESTED, _OFFICER
    ),
    ApplicationStep.COMPLETE: _rule({_A.COMPLETION_REQUESTED}, _A.SUBMITTED, _APPLICANT),
    ApplicationStep.LAPSE_COMPLETION: _rule({_A.COMPLETION_REQUESTED}, _A.SUBMITTED, _SYSTEM),
    ApplicationStep.LEAVE_UNEXAMINED: _rule({_A.SUBMITTED}, _A.NOT_EXAMINED, _OFFICER),
    ApplicationStep.ADMIT: _rule({_A.SUBMITTED}, _A.ELIGIBLE, _OFFICER),
    ApplicationStep.REFUSE: _rule({_A.SUBMITTED, _A.ELIGIBLE}, _A.INELIGIBLE, _OFFICER),
    ApplicationStep.START_EVALUATION: _rule({_A.ELIGIBLE}, _A.IN_EVALUATION, _OFFICER),
    ApplicationStep.SETTLE: _rule({_A.IN_EVALUATION}, _A.EVALUATED, _OFFICER),
    ApplicationStep.RESUME_EVALUATION: _rule({_A.EVALUATED}, _A.IN_EVALUATION, _SYSTEM),
    ApplicationStep.SELECT: _rule({_A.EVALUATED, _A.RESERVE}, _A.SELECTED, Role.DECISION_MAKER),
    ApplicationStep.PUT_ON_RESERVE: _rule({_A.EVALUATED}, _A.RESERVE, Role.DECISION_MAKER),
    ApplicationStep.NOT_SELECT: _rule({_A.EVALUATED}, _A.NOT_SELECTED, Role.DECISION_MAKER),
    ApplicationStep.DECIDE: _rule(
        {_A.SELECTED, _A.RESERVE, _A.NOT_SELECTED, _A.INELIGIBLE, _A.NOT_EXAMINED},
        _A.DECIDED,
        Role.DECISION_MAKER,
    ),
    ApplicationStep.WITHDRAW: _rule(_BEFORE_DECISION, _A.WITHDRAWN, _APPLICANT),
}

EVALUATION: Machine = {
    EvaluationStep.RELEASE: _rule({_E.PROPOSED}, _E.ASSIGNED, _OFFICER),
    EvaluationStep.REMOVE: _rule({_E.PROPOSED, _E.ASSIGNED, _E.ACCEPTED}, _E.REMOVED, _OFFICER),
    EvaluationStep.ACCEPT: _rule({_E.ASSIGNED}, _E.ACCEPTED, Role.EVALUATOR),
    EvaluationStep.DECLINE: _rule(
        {_E.ASSIGNED, _E.ACCEPTED, _E.DRAFTING}, _E.DECLINED, Role.EVALUATOR
    ),
    EvaluationStep.DRAFT: _rule({_E.ACCEPTED}, _E.DRAFTING, Role.EVALUATOR),
    EvaluationStep.SUBMIT: _rule({_E.ACCEPTED, _E.DRAFTING}, _E.SUBMITTED, Role.EVALUATOR),
    EvaluationStep.REOPEN: _rule({_E.SUBMITTED}, _E.DRAFTING, _OFFICER),
    EvaluationStep.LOCK: _rule({_E.SUBMITTED}, _E.LOCKED, _OFFICER),
    EvaluationStep.SET_ASIDE: _rule(
        {_E.PROPOSED, _E.ASSIGNED, _E.ACCEPTED, _E.DRAFTING, _E.SUBMITTED, _E.LOCKED},
        _E.SET_ASIDE,
        _SYSTEM,
    ),
    EvaluationStep.RESTORE: _rule({_E.SET_ASIDE}, _E.PROPOSED, _OFFICER),
}

DECISION: Machine = {
    DecisionStep.PRESENT: _rule({_D.DRAFT}, _D.PRESENTED, _OFFICER),
    DecisionStep.RETURN: _rule({_D.PRESENTED}, _D.DRAFT, Role.DECISION_MAKER),
    DecisionStep.APPROVE: _rule({_D.PRESENTED}, _D.APPROVED, Role.DECISION_MAKER),
    DecisionStep.VOID: _rule({_D.PRESENTED, _D.APPROVED}, _D.DRAFT, _OFFICER),
    DecisionStep.SIGN: _rule({_D.APPROVED}, _D.SIGNED, _SYSTEM),
    DecisionStep.SERVE: _rule({_D.SIGNED}, _D.SERVED, _OFFICER, _SYSTEM),
    DecisionStep.BECOME_FINAL: _rule({_D.SERVED}, _D.FINAL, _SYSTEM),
}

CLAIM: Machine = {
    ClaimStep.PREPARE: _rule({ClaimState.RECEIVED}, ClaimState.IN_PREPARATION, _OFFICER),
    ClaimStep.ANSWER: _rule({ClaimState.IN_PREPARATION}, ClaimState.ANSWERED, _OFFICER, _SYSTEM),
    ClaimStep.WITHDRAW: _rule({ClaimState.RECEIVED}, ClaimState.WITHDRAWN, _APPLICANT, _OFFICER),
}
"""A claim is answered when the decision on it is served; taken back only before that is begun."""

MACHINES: Mapping[str, Machine] = {
    "call": CALL,
    "application": APPLICATION,
    "evaluation": EVALUATION,
    "decision": DECISION,
    "claim": CLAIM,
}

INITIAL: Mapping[str, StrEnum] = {
    "call": CallState.DRAFT,
    "application": ApplicationState.DRAFT,
    "evaluation": EvaluationState.PROPOSED,
    "decision": DecisionState.DRAFT,
    "claim": ClaimState.RECEIVED,
}

ACTIVE_EVALUATION_STATES = frozenset(
    {_E.PROPOSED, _E.ASSIGNED, _E.ACCEPTED, _E.DRAFTING, _E.SUBMITTED, _E.LOCKED}
)
READING_EVALUATION_STATES = frozenset({_E.ACCEPTED, _E.DRAFTING, _E.SUBMITTED, _E.LOCKED})
SUBMITTED_EVALUATION_STATES = frozenset({_E.SUBMITTED, _E.LOCKED})
ISSUED_DECISION_STATES = frozenset({_D.SIGNED, _D.SERVED, _D.FINAL})
"""The letter exists and can no longer be taken back, only corrected by a new decision."""
