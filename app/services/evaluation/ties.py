"""Ties of evaluators: employers, boards, ownership and joint work, told by themselves or an officer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotFound, Problem
from app.domain.lifecycle import CallState
from app.models import Call, EvaluatorProfile, EvaluatorTie, Holding, JointWork, PoolMember
from app.queries.rows import get_row
from app.queries.screening import Scope
from app.services.evaluation.conflicts import detect_conflicts
from app.services.record.events import Act, Subject, append_event
from scoring.business_id import find_business_id
from scoring.routing.screening.facts import TieKind

SCREENED_STATES = (CallState.CLOSED, CallState.IN_EVALUATION)
"""Calls in which a tie that is told later still closes matters."""


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """An organisation by name, business ID or both."""

    name: str
    y_tunnus: str = ""


@dataclass(frozen=True, slots=True)
class TieInput:
    """A tie to an organisation; ``until`` is its last day, none while it goes on."""

    kind: TieKind
    organisation: OrganisationInput
    until: date | None = None
    is_of_close_person: bool = False


@dataclass(frozen=True, slots=True)
class JointWorkInput:
    """Work with a person, known by name, by e-mail address or both."""

    name: str
    email: str
    what: str
    until: date


def add_tie(
    session: Session, evaluator_id: uuid.UUID, given: TieInput, actor: Actor, now: datetime
) -> EvaluatorTie:
    """Add a tie; conflicts that follow close matters at once.

    Raises:
        InvalidInput: if no organisation is named, or the business ID is wrong.
        NotFound: if there is no such evaluator.
    """
    name, number = _read_organisation(given.organisation)
    row = EvaluatorTie(
        evaluator_id=_find_evaluator(session, evaluator_id),
        kind=given.kind,
        organisation=name,
        y_tunnus=number,
        until=given.until,
        is_of_close_person=given.is_of_close_person,
        told_at=now,
        told_by=actor.user_id,
    )
    session.add(row)
    data = {"tie": given.kind.value, "organisation": f"{name} {number}".strip()}
    _record(session, "user.add_tie", evaluator_id, data, actor, now)
    _screen_again(session, evaluator_id, now)
    return row


def add_joint_work(
    session: Session, evaluator_id: uuid.UUID, given: JointWorkInput, actor: Actor, now: datetime
) -> JointWork:
    """Add joint work; conflicts that follow close matters at once.

    Raises:
        InvalidInput: if no person is named.
        NotFound: if there is no such evaluator.
    """
    name, email = given.name.strip(), given.email.strip().lower()
    if not name and not email:
        raise InvalidInput([Problem("required", field="name")])
    row = JointWork(
        evaluator_id=_find_evaluator(session, evaluator_id),
        name=name,
        email=email,
        what=given.what.strip(),
        until=given.until,
        told_at=now,
        told_by=actor.user_id,
    )
    session.add(row)
    _record(session, "user.add_joint_work", evaluator_id, {"what": row.what}, actor, now)
    _screen_again(session, evaluator_id, now)
    return row


def remove_tie(
    session: Session, evaluator_id: uuid.UUID, tie_id: uuid.UUID, actor: Actor, now: datetime
) -> None:
    """Take back a tie or joint work that was told by mistake. Conflicts on record stay until a ruling.

    Raises:
        NotFound: if the evaluator has told no such tie.
    """
    row = session.get(EvaluatorTie, tie_id) or session.get(JointWork, tie_id)
    if row is None or row.evaluator_id != evaluator_id:
        raise NotFound(tie=str(tie_id))
    session.delete(row)
    _record(session, "user.remove_tie", evaluator_id, {"tie": str(tie_id)}, actor, now)


def add_holding(
    session: Session,
    parent: OrganisationInput,
    child: OrganisationInput,
    actor: Actor,
    now: datetime,
) -> Holding:
    """Add that one organisation controls another. It holds in every call.

    Raises:
        InvalidInput: if one is not named, or a business ID is wrong.
    """
    above, below = _read_organisation(parent), _read_organisation(child)
    row = Holding(
        parent_name=above[0],
        parent_y_tunnus=above[1],
        child_name=below[0],
        child_y_tunnus=below[1],
        added_at=now,
        added_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    data = {"parent": " ".join(above).strip(), "child": " ".join(below).strip()}
    append_event(session, Act("holding.add", Subject("holding", str(row.id)), data), actor, now)
    return row


def remove_holding(session: Session, holding_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Take back a group relation.

    Raises:
        NotFound: if there is none.
    """
    row = get_row(session, Holding, "holding", holding_id)
    session.delete(row)
    data = {"parent": row.parent_name, "child": row.child_name}
    subject = Subject("holding", str(holding_id))
    append_event(session, Act("holding.remove", subject, data), actor, now)


def _find_evaluator(session: Session, evaluator_id: uuid.UUID) -> uuid.UUID:
    return get_row(session, EvaluatorProfile, "evaluator", evaluator_id).user_id


def _read_organisation(given: OrganisationInput) -> tuple[str, str]:
    """Return name and business ID as they are stored."""
    name, number = given.name.strip(), given.y_tunnus.strip()
    if not name and not number:
        raise InvalidInput([Problem("required", field="organisation")])
    if number and find_business_id(number) is None:
        raise InvalidInput([Problem("business_id_wrong", field="y_tunnus")])
    return name, find_business_id(number) or ""


def _record(
    session: Session,
    action: str,
    evaluator_id: uuid.UUID,
    data: dict[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    append_event(session, Act(action, Subject("user", str(evaluator_id)), data), actor, now)


def _screen_again(session: Session, evaluator_id: uuid.UUID, now: datetime) -> None:
    """Look for conflicts in every call that is being evaluated and has the person in its pool."""
    session.flush()
    calls = session.scalars(
        sa.select(Call.id)
        .join(PoolMember, PoolMember.call_id == Call.id)
        .where(PoolMember.evaluator_id == evaluator_id, Call.state.in_(SCREENED_STATES))
    ).all()
    for call_id in calls:
        detect_conflicts(session, Scope(call_id, evaluator_id=evaluator_id), now)
