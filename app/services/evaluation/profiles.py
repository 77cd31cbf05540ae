"""What an evaluator knows and when the person has time, as an officer keeps it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.models import EvaluatorProfile, PoolMember
from app.services.call.calls import get_call
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """The profile of a person, and the part that the person takes in one call."""

    languages: Sequence[str]
    keywords: Sequence[str]
    profile_text: str
    publications: Sequence[str]
    capacity: int
    available_from: date | None
    available_to: date | None


def get_member(
    session: Session, call_id: uuid.UUID, evaluator_id: uuid.UUID
) -> tuple[EvaluatorProfile, PoolMember]:
    """Return a person of the pool of a call.

    Raises:
        NotFound: if the person is not in the pool.
    """
    member = session.get(PoolMember, (call_id, evaluator_id))
    if member is None:
        raise NotFound(evaluator=str(evaluator_id))
    return session.get_one(EvaluatorProfile, evaluator_id), member


def update_profile(
    session: Session,
    call_id: uuid.UUID,
    evaluator_id: uuid.UUID,
    given: ProfileInput,
    actor: Actor,
    now: datetime,
) -> EvaluatorProfile:
    """Change what is known of a person of the pool.

    Raises:
        NotFound: if the person is not in the pool.
    """
    profile, member = get_member(session, call_id, evaluator_id)
    profile.languages, profile.keywords = list(given.languages), list(given.keywords)
    profile.profile_text = given.profile_text.strip()
    profile.publications = [each.strip() for each in given.publications if each.strip()]
    member.capacity = given.capacity
    member.available_from, member.available_to = given.available_from, given.available_to
    data = {"evaluator": profile.code}
    act = Act("call.update_profile", describe(get_call(session, call_id)), data)
    append_event(session, act, actor, now)
    return profile
