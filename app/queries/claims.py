"""Claims for rectification as people read them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.models import Call, RectificationClaim


@dataclass(frozen=True, slots=True)
class ClaimOfCall:
    """A claim with the call that it belongs to, for the policy."""

    id: uuid.UUID
    decision_id: uuid.UUID
    call: Call


def load_claim(
    session: Session, _actor: Actor, claim_id: uuid.UUID, **_more: object
) -> ClaimOfCall:
    """Return a claim with its call.

    Raises:
        NotFound: if there is none.
    """
    row = session.execute(
        sa.select(RectificationClaim.id, RectificationClaim.decision_id, Call)
        .join(Call, Call.id == RectificationClaim.call_id)
        .where(RectificationClaim.id == claim_id)
    ).first()
    if row is None:
        raise NotFound(claim=str(claim_id))
    return ClaimOfCall(*row)


def list_claims(session: Session, decision_id: uuid.UUID) -> Sequence[RectificationClaim]:
    """List the claims against a decision, oldest first."""
    return session.scalars(
        sa.select(RectificationClaim)
        .where(RectificationClaim.decision_id == decision_id)
        .order_by(RectificationClaim.number)
    ).all()


def list_claims_of(
    session: Session, application_id: uuid.UUID
) -> dict[uuid.UUID, list[RectificationClaim]]:
    """Return the claims on an application by decision, oldest first."""
    rows = session.scalars(
        sa.select(RectificationClaim)
        .where(RectificationClaim.application_id == application_id)
        .order_by(RectificationClaim.number)
    )
    found: dict[uuid.UUID, list[RectificationClaim]] = {}
    for row in rows:
        found.setdefault(row.decision_id, []).append(row)
    return found
