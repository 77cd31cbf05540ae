"""The demo's evaluators in the pool of a call, with nothing assigned yet."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.models import EvaluatorProfile, User
from app.services.account.people import PersonInput, create_person
from app.services.account.sessions import make_actor
from app.services.evaluation.evaluators import add_to_pool
from app.services.record.tools import Tools
from calls import load
from calls.round_input import read_round
from tests.builders.rounds import DATA


def fill_pool(
    tools: Tools, session: Session, call_id: uuid.UUID, now: datetime
) -> dict[str, uuid.UUID]:
    """Put the demo's evaluators in the pool; return their identifiers by code.

    Here all of them read every language, so that anybody's place can be filled again.
    """
    definition = load.load_call(DATA / "call_inno_2027_1.yaml", tools.registers)
    given = read_round(definition, DATA / "demo_applications.json", DATA / "demo_evaluations.json")
    found = {}
    for each in given.evaluations.evaluators:
        email = f"arvioija-{each.id.lower()}@innoverkko.example"
        user = session.scalar(sa.select(User).where(User.email == email))
        if user is None:
            person = PersonInput(email, each.display or each.id, [(Role.EVALUATOR, "")])
            user = create_person(session, person, now)
            profile = EvaluatorProfile(
                user_id=user.id,
                code=each.id,
                employer=each.employer,
                employer_y_tunnus=each.employer_y_tunnus,
                region=each.region,
                languages=["fi", "sv", "en"],
                keywords=list(each.keywords),
                ford=list(each.ford),
            )
            session.add(profile)
            session.flush()
        add_to_pool(session, call_id, user.id, each.capacity, now)
        found[each.id] = user.id
    return found


def actor_of(session: Session, name: str) -> Actor:
    """Return an official or evaluator of the round as an actor."""
    email = f"{name}@innoverkko.example"
    return make_actor(session.scalars(sa.select(User).where(User.email == email)).one())
