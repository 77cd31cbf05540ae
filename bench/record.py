"""The record of events of a seeded round: sealed exactly as the service seals it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.models import Event
from app.services.record.events import GENESIS, Subject, event_hash

if TYPE_CHECKING:
    from bench.seed import Rows

_COLUMNS = [column.key for column in sa.inspect(Event).columns]


@dataclass(slots=True)
class Record:
    """The end of the chain, and the events that follow it."""

    seq: int
    seal: str
    events: list[Event] = field(default_factory=list)

    @classmethod
    def open(cls, session: Session) -> Record:
        """Begin where the stored chain ends."""
        last = session.execute(
            sa.select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
        ).one_or_none()
        return cls(*last) if last else cls(0, GENESIS)

    def append(
        self,
        action: str,
        subject: Subject,
        at: datetime,
        actor: tuple[uuid.UUID | None, Role],
        data: dict[str, Any],
    ) -> None:
        """Seal one more act."""
        self.seq += 1
        event = Event(
            seq=self.seq,
            at=at,
            actor_id=actor[0],
            actor_role=actor[1].value,
            action=action,
            subject_type=subject.type,
            subject_id=subject.id,
            call_id=subject.call_id,
            application_id=subject.application_id,
            data=data,
            request_id="",
            previous_hash=self.seal,
            hash="",
        )
        event.hash = self.seal = event_hash(event)
        self.events.append(event)

    def keep(self, rows: Rows) -> None:
        """Hand the events over for the insert."""
        rows.add(Event, ({key: getattr(each, key) for key in _COLUMNS} for each in self.events))
