"""What an evaluator knows, as the person tells it, and when the person has time, as an officer keeps it."""

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
from app.services.record.events import Act, Subject, append_event
from app.services.record.transitions import describe


@dataclass(frozen=True, slots=True)
class ExpertiseInput:
    """What a person knows."""

    languages: Sequence[str]
    keywords: Sequence[str]
    ford: Sequence[str]
    profile_text: str
    publications: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """What a person knows, and the part that the person takes in one call."""

    expertise: ExpertiseInput
    is_senior: bool
    capacity: int
    available_from: date | None
    available_to: date | None


def find_own_profile(session: Session, actor: Actor) -> EvaluatorProfile | None:
    """Return the profile of the evaluator who acts; None before an officer has made one."""
    return None if actor.user_id is None else session.get(EvaluatorProfile, actor.user_id)


def update_own_profile(
    session: Session, given: ExpertiseInput, actor: Actor, now: datetime
) -> EvaluatorProfile:
    """Let an evaluator say what the person knows; later runs of the routing reckon with it.

    Raises:
        NotFound: if the person has no profile.
    """
    profile = find_own_profile(session, actor)
    if profile is None:
        raise NotFound(evaluator=str(actor.user_id))
    _fill(profile, given)
    subject = Subject("user", str(profile.user_id))
    act = Act("evaluator.update_profile", subject, {"evaluator": profile.code})
    append_event(session, act, actor, now)
    return profile


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
    _fill(profile, given.expertise)
    profile.is_senior = given.is_senior
    member.capacity = given.capacity
    member.available_from, member.available_to = given.available_from, given.available_to
    data = {"evaluator": profile.code}
    act = Act("call.update_profile", describe(get_call(session, call_id)), data)
    append_event(session, act, actor, now)
    return profile


def _fill(profile: EvaluatorProfile, given: ExpertiseInput) -> None:
    profile.languages, profile.keywords = list(given.languages), list(given.keywords)
    profile.ford = list(given.ford)
    profile.profile_text = given.profile_text.strip()
    profile.publications = [each.strip() for each in given.publications if each.strip()]
