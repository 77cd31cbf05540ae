"""Who may read and score an application as its evaluator. Pure: an actor and facts already loaded."""

from __future__ import annotations

import uuid
from typing import Protocol

from app.domain.actors import Actor, Role
from app.domain.lifecycle import (
    READING_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    EvaluationState,
)

DECLARING_STATES = frozenset({EvaluationState.ASSIGNED, *READING_EVALUATION_STATES})
DECLINING_STATES = frozenset(
    {EvaluationState.ASSIGNED, EvaluationState.ACCEPTED, EvaluationState.DRAFTING}
)
SCORING_STATES = frozenset({EvaluationState.ACCEPTED, EvaluationState.DRAFTING})


class EvaluatorsWork(Protocol):
    """What a policy needs to know of an evaluation: whose, how far, and whether the matter is closed."""

    @property
    def evaluator_id(self) -> uuid.UUID:
        """Return the evaluator."""

    @property
    def state(self) -> EvaluationState:
        """Return how far the work is."""

    @property
    def is_closed(self) -> bool:
        """Tell whether a conflict of interest or a withdrawal closes the matter to the evaluator."""

    @property
    def is_blind(self) -> bool:
        """Tell whether the call hides others' sheets until the own one is submitted."""


def _is_own(actor: Actor, work: EvaluatorsWork) -> bool:
    own = actor.user_id is not None and work.evaluator_id == actor.user_id
    return own and actor.has_role(Role.EVALUATOR) and not work.is_closed


def may_declare_independence(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, once the assignment has been released."""
    return _is_own(actor, work) and work.state in DECLARING_STATES


def may_ask_about_independence(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, before the application has opened."""
    return _is_own(actor, work) and work.state is EvaluationState.ASSIGNED


def may_decline_evaluation(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, until the sheet is submitted."""
    return _is_own(actor, work) and work.state in DECLINING_STATES


def may_read_evaluated(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, after the declaration of independence (434/2003, 28 §)."""
    return _is_own(actor, work) and work.state in READING_EVALUATION_STATES


def may_score(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, between the declaration and the submission."""
    return _is_own(actor, work) and work.state in SCORING_STATES


def may_view_sheets(actor: Actor, work: EvaluatorsWork) -> bool:
    """The evaluator whose work it is, once the own sheet is submitted: then others' sheets open too.

    Where the call does not score blind, from the declaration of independence on.
    """
    states = SUBMITTED_EVALUATION_STATES if work.is_blind else READING_EVALUATION_STATES
    return _is_own(actor, work) and work.state in states


class PanelSeat(Protocol):
    """What a policy needs to know of a panel meeting: whether the person has a submitted sheet in the call."""

    @property
    def has_sheet(self) -> bool:
        """Tell whether a sheet of the person's own is in."""


def may_attend_panel(actor: Actor, seat: PanelSeat) -> bool:
    """An evaluator of the call with a sheet of the own in: what is open there is chosen one by one."""
    return actor.has_role(Role.EVALUATOR) and seat.has_sheet


class CallToBid(Protocol):
    """What the policy needs to know of a call that may ask its evaluators for bids."""

    @property
    def evaluator_id(self) -> uuid.UUID:
        """Return the evaluator of the pool."""

    @property
    def is_asked(self) -> bool:
        """Tell whether the call asks for bids now."""


def may_bid(actor: Actor, call: CallToBid) -> bool:
    """An evaluator in the pool of a call that asks for bids."""
    is_own = actor.user_id is not None and call.evaluator_id == actor.user_id
    return is_own and actor.has_role(Role.EVALUATOR) and call.is_asked
