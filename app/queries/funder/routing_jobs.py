"""How the run of the routing stands that was queued for a large call."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Job


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """The newest queued run of a call: ``refused`` says as data why there is no assignment."""

    state: str
    asked_at: datetime
    error: str
    refused: Mapping[str, Any] | None

    @property
    def is_under_way(self) -> bool:
        """Tell whether the run waits or is being solved."""
        return self.state in {"ready", "running"}

    def has_failed_since(self, moment: datetime | None) -> bool:
        """Tell whether the run was given up, and no run was kept after it was asked for."""
        return self.state == "dead" and (moment is None or moment < self.asked_at)


def find_queued_run(session: Session, call_id: uuid.UUID) -> QueuedRun | None:
    """Return the newest queued run of a call."""
    job = session.scalar(
        sa.select(Job)
        .where(Job.dedupe.startswith(f"routing {call_id} "))
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    if job is None:
        return None
    return QueuedRun(job.state, job.created_at, job.error, job.arguments.get("refused"))
