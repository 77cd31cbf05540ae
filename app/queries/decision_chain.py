"""The decisions on one application in their order, and what each later one does to the one before."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.decision_links import ENDS_FORCE, Cause, Effect, find_effect
from app.domain.lifecycle import ISSUED_DECISION_STATES, DecisionState
from app.models import Decision

_Asked, _Later = aliased(Decision), aliased(Decision)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A decision of the chain. ``superseded_by`` is the number of the issued one that replaces or amends it."""

    id: uuid.UUID
    number: int
    kind: str
    state: DecisionState
    approved_at: datetime | None
    served_at: datetime | None
    review_until: date | None
    pdf_sha256: str | None
    replaces_id: uuid.UUID | None
    cause: Cause | None
    effect: Effect | None
    superseded_by: int | None = None

    @property
    def is_issued(self) -> bool:
        """Tell whether the letter of the decision exists."""
        return self.state in ISSUED_DECISION_STATES


def find_chain(session: Session, decision_id: uuid.UUID) -> tuple[ChainLink, ...]:
    """Return every decision on the application of a decision, oldest first, in one statement."""
    rows = session.execute(
        sa.select(
            Decision.id,
            Decision.number,
            Decision.kind,
            Decision.state,
            Decision.approved_at,
            Decision.served_at,
            Decision.review_until,
            Decision.pdf_sha256,
            Decision.replaces_id,
            Decision.cause,
            Decision.draft,
        )
        .join(_Asked, _Asked.application_id == Decision.application_id)
        .where(_Asked.id == decision_id)
        .order_by(Decision.number)
    ).all()
    ends = {
        row.replaces_id: row.number
        for row in rows
        if row.state in ISSUED_DECISION_STATES and _effect_of(row) in ENDS_FORCE
    }
    return tuple(ChainLink(*row[:-1], _effect_of(row), ends.get(row.id)) for row in rows)


def has_later_decision(states: Sequence[DecisionState]) -> sa.Exists:
    """Return the condition that a later decision in some states stands on the application of a decision.

    A later decision carries the support of the earlier one, so only the newest may be summed.
    """
    return (
        sa.exists()
        .where(
            _Later.application_id == Decision.application_id,
            _Later.number > Decision.number,
            _Later.state.in_(states),
        )
        .correlate(Decision)
    )


def find_superseding(chain: tuple[ChainLink, ...], decision_id: uuid.UUID) -> ChainLink | None:
    """Return the issued decision that replaces or amends another of the chain, if there is one."""
    number = next((each.superseded_by for each in chain if each.id == decision_id), None)
    return next((each for each in chain if each.number == number), None)


def _effect_of(row: Any) -> Effect | None:
    if row.cause is None:
        return None
    return find_effect(row.cause, has_changes=bool(row.draft.get("changes")))
