"""How the letters of a call are made: how many are ready, wait or failed, and how long it will take."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import DecisionState
from app.models import Application, Decision, Job
from app.queries.funder.list_statements import natural_order

TASK = "sign_decision"
PACE_OF = 50
"""The pace is measured over this many letters that were made last."""

_MADE = (DecisionState.SIGNED, DecisionState.SERVED, DecisionState.FINAL)


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that could not be made or was stopped, and why, a reason on each line."""

    decision_id: uuid.UUID
    record_number: str
    acronym: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issuing:
    """The letters of approved decisions: made, under way, and stuck; the time that the rest will take."""

    made: int
    waiting: int
    stuck: tuple[StuckLetter, ...]
    time_left: timedelta | None

    @property
    def total(self) -> int:
        """Return how many letters there are to be."""
        return self.made + self.waiting + len(self.stuck)


def show_issuing(session: Session, call_id: uuid.UUID) -> Issuing:
    """Return how the making of a call's letters goes, in four statements for any number of letters."""
    made = session.scalar(
        sa.select(sa.func.count())
        .select_from(Decision)
        .where(Decision.call_id == call_id, Decision.state.in_(_MADE))
    )
    approved = list_approved(session, call_id)
    dead = {
        job.arguments["decision_id"]: tuple(job.error.splitlines())
        for job in list_jobs(session, ("dead",))
    }
    stuck = tuple(
        StuckLetter(key, number, acronym, dead[str(key)])
        for key, number, acronym in approved
        if str(key) in dead
    )
    waiting = len(approved) - len(stuck)
    pace = _measure_pace(session)
    return Issuing(made or 0, waiting, stuck, pace * waiting if pace and waiting else None)


def list_approved(session: Session, call_id: uuid.UUID) -> list[tuple[uuid.UUID, str, str]]:
    """List the approved decisions of a call that have no letter yet, with record number and acronym."""
    rows = session.execute(
        sa.select(Decision.id, Application.record_number, Application.acronym)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.call_id == call_id, Decision.state == DecisionState.APPROVED)
        .order_by(natural_order(), Decision.number)
    )
    return [(key, str(number), acronym) for key, number, acronym in rows]


def list_jobs(session: Session, states: tuple[str, ...]) -> list[Job]:
    """List the jobs that make letters, oldest first: a newer one of a decision comes after an older."""
    found = sa.select(Job).where(Job.task == TASK, Job.state.in_(states)).order_by(Job.created_at)
    return list(session.scalars(found))


def _measure_pace(session: Session) -> timedelta | None:
    """Return the time that one letter takes, over the letters made last; None before two were made."""
    ends: list[datetime] = [
        moment
        for moment in session.scalars(
            sa.select(Job.finished_at)
            .where(Job.task == TASK, Job.state == "done")
            .order_by(Job.finished_at.desc())
            .limit(PACE_OF)
        )
        if moment is not None
    ]
    return (ends[0] - ends[-1]) / (len(ends) - 1) if len(ends) > 1 else None
