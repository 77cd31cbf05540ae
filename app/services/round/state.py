"""The plan of a round and what a run has made so far."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.services.account.people import NO_PASSWORD, PersonInput, get_or_create_actor
from app.services.record.tools import Tools
from app.services.round.content import (
    Supplement,
)
from calls.definition import CallDefinition
from calls.round_input import RoundInput

STAND_IN_COMMENT: Mapping[str, str] = {
    "fi": "Pisteiden sanallinen perustelu ei sisälly kierroksen syötetiedostoon, joten tämä teksti"
    " korvaa sen.",
    "sv": "Den skriftliga motiveringen till poängen ingår inte i omgångens indatafil, varför denna"
    " text ersätter den.",
}

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is run: extra texts by application, demand for completeness, and who hears of progress."""

    supplements: Mapping[str, Supplement] = field(default_factory=dict)
    consensus_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    strict: bool = False
    report: Report = lambda _text: None
    password_hash: str = NO_PASSWORD
    stop_before: str = ""
    """``decisions`` leaves the round where an officer drafts the decisions."""


@dataclass(frozen=True, slots=True)
class RoundPeople:
    """The officials of a round."""

    admin: Actor
    officer: Actor
    selector: Actor
    decider: Actor


@dataclass(slots=True)
class RoundResult:
    """Where to find what a round made."""

    call_id: uuid.UUID
    applications: dict[str, uuid.UUID]
    evaluators: dict[str, uuid.UUID]


@dataclass(slots=True)
class RoundState:
    """What one run has made so far."""

    tools: Tools
    given: RoundInput
    plan: Plan
    people: RoundPeople | None = None
    applicants: dict[str, Actor] = field(default_factory=dict)
    evaluators: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    call_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def definition(self) -> CallDefinition:
        """Return the definition of the call."""
        return self.given.definition

    @property
    def opens(self) -> datetime:
        """Return when the call opens."""
        return self.definition.timetable.opens

    @property
    def closes(self) -> datetime:
        """Return when the call closes."""
        return self.definition.timetable.closes

    @property
    def officials(self) -> RoundPeople:
        """Return the officials of the round; they come with the publication of the call."""
        if self.people is None:
            raise RuntimeError("the round has not been published")
        return self.people


def make_person(
    state: RoundState,
    session: Session,
    name: str,
    display: str,
    roles: list[tuple[Role, str]],
    now: datetime,
    language: str = "fi",
) -> Actor:
    """Return the actor of a person of the round, whose account is made when it does not exist."""
    person = PersonInput(
        email=f"{name}@innoverkko.example",
        display_name=display,
        roles=roles,
        language=language,
        password_hash=state.plan.password_hash,
    )
    return get_or_create_actor(session, person, now)
