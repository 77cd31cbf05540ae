"""Who may take part in a decision: two people, neither with a conflict of interest in the matter."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import ConflictOfInterest, SamePerson
from app.models import ApplicationMember, Decision
from app.queries.conflicts import is_closed_to


def refuse_conflicted(session: Session, decision: Decision, person_id: uuid.UUID | None) -> None:
    """Refuse somebody with a conflict of interest on record, or who works on the application.

    Raises:
        ConflictOfInterest: then another official must act (434/2003, 27–28 §).
    """
    if person_id is None:
        return
    works_on = sa.exists().where(
        ApplicationMember.application_id == decision.application_id,
        ApplicationMember.user_id == person_id,
    )
    if is_closed_to(session, decision.application_id, person_id) or session.scalar(
        sa.select(works_on)
    ):
        raise ConflictOfInterest(official=str(person_id))


def refuse_same_person(decision: Decision, approver_id: uuid.UUID | None) -> None:
    """Refuse an approval by the person who presented.

    Raises:
        SamePerson: if it is the same.
    """
    if decision.presenter_id == approver_id:
        raise SamePerson
