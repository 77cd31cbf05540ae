"""The append-only record of acts. Each event seals the one before it with SHA-256."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.records import canonical_json, sha256_text
from app.domain.times import to_utc
from app.models import Event

GENESIS = "0" * 64
_CHAIN_LOCK = 4_201_127  # any fixed number: one lock for the whole chain on PostgreSQL


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, and the call and application it belongs to."""

    type: str
    id: str
    call_id: uuid.UUID | None = None
    application_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An act to record."""

    action: str
    subject: Subject
    data: dict[str, Any] = field(default_factory=dict)
    role: Role | None = None


def append_event(session: Session, act: Act, actor: Actor, now: datetime) -> Event:
    """Append one act to the record, within the caller's transaction."""
    return append_events(session, [act], actor, now)[0]


def append_events(
    session: Session, acts: Iterable[Act], actor: Actor, now: datetime
) -> list[Event]:
    """Append acts to the record in their order, within the caller's transaction.

    Writers queue for the end of the chain: by the IMMEDIATE transaction on SQLite, by a transaction
    lock on PostgreSQL.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    last = session.execute(
        sa.select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    events: list[Event] = []
    for number, act in enumerate(acts, start=seq + 1):
        events.append(_make_event(act, actor, number, previous, now))
        previous = events[-1].hash
    session.add_all(events)
    session.flush()
    return events


def _make_event(act: Act, actor: Actor, seq: int, previous: str, now: datetime) -> Event:
    event = Event(
        seq=seq,
        at=now,
        actor_id=actor.user_id,
        actor_role=(act.role or _main_role(actor)).value,
        action=act.action,
        subject_type=act.subject.type,
        subject_id=act.subject.id,
        call_id=act.subject.call_id,
        application_id=act.subject.application_id,
        data=act.data,
        request_id="",
        previous_hash=previous,
        hash="",
    )
    event.hash = event_hash(event)
    return event


def _main_role(actor: Actor) -> Role:
    order = (
        Role.SYSTEM,
        Role.ADMIN,
        Role.DECISION_MAKER,
        Role.OFFICER,
        Role.EVALUATOR,
        Role.STEERING,
    )
    return next((role for role in order if role in actor.roles), Role.APPLICANT)


def event_hash(event: Event) -> str:
    """Return the SHA-256 that seals an event together with the hash of the one before."""
    return sha256_text(
        canonical_json(
            {
                "seq": event.seq,
                "at": to_utc(event.at).isoformat(timespec="microseconds"),
                "actor": str(event.actor_id) if event.actor_id else None,
                "role": event.actor_role,
                "action": event.action,
                "subject": [event.subject_type, event.subject_id],
                "call": str(event.call_id) if event.call_id else None,
                "application": str(event.application_id) if event.application_id else None,
                "data": event.data,
                "previous": event.previous_hash,
            }
        )
    )


def find_break(session: Session) -> int | None:
    """Return the number of the first event that does not fit the chain, or None when all fit."""
    previous = GENESIS
    events = session.scalars(sa.select(Event).order_by(Event.seq).execution_options(yield_per=500))
    for expected, event in enumerate(events, start=1):
        fits = event.seq == expected and event.previous_hash == previous
        if not fits or event.hash != event_hash(event):
            return event.seq
        previous = event.hash
    return None
