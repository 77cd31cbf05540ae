"""How the making of a letter goes, as the funder sees it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Job


def list_letter_faults(session: Session, decision_id: uuid.UUID) -> tuple[str, ...]:
    """Return why the letter of an approved decision could not be made: its newest job's reasons, a line each."""
    error = session.scalar(
        sa.select(Job.error)
        .where(Job.dedupe.startswith(f"letter:{decision_id}:"), Job.state != "done")
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return tuple((error or "").splitlines())
