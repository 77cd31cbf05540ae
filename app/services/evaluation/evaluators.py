"""Evaluators: the pool of a call, and conflicts of interest that close a matter to a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor
from app.domain.content import Content
from app.domain.errors import NotFound
from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, EvaluationStep
from app.models import (
    Application,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
)
from app.queries.content import get_application
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from scoring.routing.conflicts import (
    EvaluatorTies,
    Organisation,
    Party,
    PartyRole,
    find_conflicts,
    parse_ground,
)


@dataclass(frozen=True, slots=True)
class ConflictInput:
    """A conflict of interest to record; ``ground`` is a citation such as ``HL 28.1 § 4``."""

    ground: str
    source: str
    detail: str = ""


def add_to_pool(
    session: Session, call_id: uuid.UUID, evaluator_id: uuid.UUID, capacity: int, now: datetime
) -> None:
    """Add an evaluator to the pool of a call, or change the number of applications taken."""
    if session.get(EvaluatorProfile, evaluator_id) is None:
        raise NotFound(evaluator=str(evaluator_id))
    member = session.get(PoolMember, (call_id, evaluator_id))
    if member is None:
        member = PoolMember(call_id=call_id, evaluator_id=evaluator_id, added_at=now)
        session.add(member)
    member.capacity = capacity


def record_conflict(
    session: Session,
    application_id: uuid.UUID,
    evaluator_id: uuid.UUID,
    conflict: ConflictInput,
    actor: Actor,
    now: datetime,
) -> Disqualification:
    """Record a conflict of interest. Work that the person has on the application is set aside, not deleted."""
    application = get_application(session, application_id)
    ground = parse_ground(conflict.ground).citation
    row = find_disqualification(session, application_id, evaluator_id)
    if row is not None:
        return row
    row = Disqualification(
        application_id=application_id,
        evaluator_id=evaluator_id,
        ground=ground,
        source=conflict.source,
        detail=conflict.detail,
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(row)
    data = {"evaluator": str(evaluator_id), "ground": ground, "source": conflict.source}
    append_event(session, Act("application.disqualify", describe(application), data), actor, now)
    _set_work_aside(session, application_id, evaluator_id, now)
    return row


def _set_work_aside(
    session: Session, application_id: uuid.UUID, evaluator_id: uuid.UUID, now: datetime
) -> None:
    """Set the evaluation of a person with a conflict aside, in whatever state it is."""
    evaluation = session.scalar(
        sa.select(Evaluation).where(
            Evaluation.application_id == application_id,
            Evaluation.evaluator_id == evaluator_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
        )
    )
    if evaluation is not None:
        advance(session, evaluation, EvaluationStep.SET_ASIDE, SYSTEM, now)


def find_disqualification(
    session: Session, application_id: uuid.UUID, evaluator_id: uuid.UUID
) -> Disqualification | None:
    """Return the conflict on record between a person and an application."""
    return session.scalar(
        sa.select(Disqualification).where(
            Disqualification.application_id == application_id,
            Disqualification.evaluator_id == evaluator_id,
        )
    )


def detect_conflicts(
    session: Session, application: Application, content: Content, now: datetime
) -> int:
    """Record every conflict between the pool and an application that the organisations show.

    Returns how many conflicts the application has by this rule.
    """
    parties = parties_of(content)
    profiles = session.scalars(
        sa.select(EvaluatorProfile)
        .join(PoolMember, PoolMember.evaluator_id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == application.call_id)
        .order_by(EvaluatorProfile.code)
    ).all()
    count = 0
    for profile in profiles:
        conflicts = find_conflicts(ties_of(profile), parties)
        if not conflicts:
            continue
        first = conflicts[0]
        found = ConflictInput(first.ground.citation, "automatic", first.party.organisation.name)
        record_conflict(session, application.id, profile.user_id, found, SYSTEM, now)
        count += 1
    return count


def ties_of(profile: EvaluatorProfile) -> EvaluatorTies:
    """Return the organisations that an evaluator is tied to."""
    employers = (
        (Organisation(profile.employer, profile.employer_y_tunnus or None),)
        if profile.employer or profile.employer_y_tunnus
        else ()
    )
    return EvaluatorTies(
        evaluator=profile.code,
        employers=employers,
        boards=tuple(Organisation("", number) for number in profile.interests),
    )


def parties_of(content: Content) -> tuple[Party, ...]:
    """Return the partners and committed companies of an application."""
    partners = tuple(
        Party(
            Organisation(str(row["name"]), str(row["y_tunnus"]) or None),
            PartyRole.LEAD if row["role"] == "lead" else PartyRole.PARTNER,
        )
        for row in content.partners
    )
    companies = tuple(
        Party(
            Organisation(str(row.get("name") or ""), str(row.get("y_tunnus") or "") or None),
            PartyRole.COMPANY,
        )
        for row in content.rows("companies")
    )
    return partners + companies
