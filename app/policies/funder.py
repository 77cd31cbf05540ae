"""Who may handle, select and decide in the funder's portal. Pure: an actor and rows already loaded."""

from __future__ import annotations

import uuid
from typing import Protocol

from app.domain.actors import Actor, Role


class CallBodies(Protocol):
    """What a policy needs to know of a call: the bodies that select and grant."""

    @property
    def selecting_authority(self) -> str:
        """Return the key of the body that selects."""

    @property
    def granting_authority(self) -> str:
        """Return the key of the body that grants."""


class SubmittedApplication(Protocol):
    """What a policy needs to know of an application: its call, and whether it was submitted."""

    @property
    def call(self) -> CallBodies:
        """Return the call."""

    @property
    def record_number(self) -> str | None:
        """Return the record number; none before submission."""


class PresentedDecision(Protocol):
    """What a policy needs to know of a decision: its application, and who presented it."""

    @property
    def application(self) -> SubmittedApplication:
        """Return the application."""

    @property
    def presenter_id(self) -> uuid.UUID | None:
        """Return the presenting officer."""


class PartOfCall(Protocol):
    """What a policy needs to know of an evaluation or a claim: the call of its application."""

    @property
    def call(self) -> CallBodies:
        """Return the call."""


def _serves(actor: Actor, call: CallBodies) -> bool:
    return not actor.authority_keys.isdisjoint({call.selecting_authority, call.granting_authority})


def may_handle_call(actor: Actor, call: CallBodies) -> bool:
    """Officers of the selecting or the granting body handle a call."""
    return actor.has_role(Role.OFFICER) and _serves(actor, call)


def may_view_call(actor: Actor, call: CallBodies) -> bool:
    """Officers and decision makers of the selecting or the granting body see a call."""
    return actor.has_role(Role.OFFICER, Role.DECISION_MAKER) and _serves(actor, call)


def may_try_rubric(actor: Actor, call: CallBodies) -> bool:
    """Administrators and the officers who will handle a call try its rubric, drafts included."""
    return actor.has_role(Role.ADMIN) or may_handle_call(actor, call)


def may_select_along_ranking(actor: Actor, call: CallBodies) -> bool:
    """Decision makers of the selecting body select."""
    return actor.has_role(Role.DECISION_MAKER) and call.selecting_authority in actor.authority_keys


def may_approve_in_call(actor: Actor, call: CallBodies) -> bool:
    """Decision makers of the granting body decide on the applications of a call."""
    return actor.has_role(Role.DECISION_MAKER) and call.granting_authority in actor.authority_keys


def may_handle_application(actor: Actor, application: SubmittedApplication) -> bool:
    """Officers of the call handle what has been submitted; a draft is the applicant's alone."""
    return application.record_number is not None and may_handle_call(actor, application.call)


def may_view_application(actor: Actor, application: SubmittedApplication) -> bool:
    """Officers and decision makers of the call see what has been submitted."""
    return application.record_number is not None and may_view_call(actor, application.call)


def may_handle_evaluation(actor: Actor, subject: PartOfCall) -> bool:
    """Officers of the call assign, remove and reopen evaluations."""
    return may_handle_call(actor, subject.call)


def may_view_decision(actor: Actor, decision: PresentedDecision) -> bool:
    """Officers and decision makers of the call see its decisions."""
    return may_view_call(actor, decision.application.call)


def may_handle_decision(actor: Actor, decision: PresentedDecision) -> bool:
    """Officers of the call draft, present, void and serve."""
    return may_handle_call(actor, decision.application.call)


def may_approve_decision(actor: Actor, decision: PresentedDecision) -> bool:
    """Decision makers of the granting body decide, but never the person who presented."""
    is_presenter = decision.presenter_id is not None and decision.presenter_id == actor.user_id
    return may_approve_in_call(actor, decision.application.call) and not is_presenter


def may_handle_claim(actor: Actor, claim: PartOfCall) -> bool:
    """Officers of the call answer claims for rectification."""
    return may_handle_call(actor, claim.call)
