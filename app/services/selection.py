"""Selection: the act by which the selecting body chooses along the newest ranking."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound, NotPermitted, StepNotAllowed
from app.domain.lifecycle import ApplicationStep
from app.models import Call, Ranking, SelectionAct
from app.queries.content import get_application
from app.services.calls import get_call
from app.services.events import Act, append_event
from app.services.transitions import advance, describe

STEPS = {
    "funded": ApplicationStep.SELECT,
    "reserve": ApplicationStep.PUT_ON_RESERVE,
    "skipped": ApplicationStep.PUT_ON_RESERVE,
}
"""What the funding line means for an application; one that was passed over keeps its reserve place."""


def get_newest_ranking(session: Session, call_id: uuid.UUID) -> Ranking:
    """Return the ranking that was drawn last.

    Raises:
        NotFound: if none has been drawn.
    """
    ranking = session.scalar(
        sa.select(Ranking)
        .where(Ranking.call_id == call_id)
        .order_by(Ranking.number.desc())
        .limit(1)
    )
    if ranking is None:
        raise NotFound(ranking=str(call_id))
    return ranking


def find_selection(session: Session, call_id: uuid.UUID) -> SelectionAct | None:
    """Return the selection act of a call, once made."""
    return session.scalar(sa.select(SelectionAct).where(SelectionAct.call_id == call_id))


def select_along_ranking(
    session: Session, call_id: uuid.UUID, statement: str, actor: Actor, now: datetime
) -> SelectionAct:
    """Select the funded applications, put the next on the reserve list, and leave out the rest.

    Raises:
        NotPermitted: if the actor does not decide for the selecting body of the call.
        StepNotAllowed: if the selection has been made.
    """
    call = get_call(session, call_id)
    _refuse_other_bodies(call, actor)
    if find_selection(session, call_id) is not None:
        raise StepNotAllowed(subject="call", step="select")
    ranking = get_newest_ranking(session, call_id)
    content = json.loads(ranking.content)
    for row in content["rows"]:
        application = get_application(session, uuid.UUID(row["application"]))
        advance(session, application, STEPS[row["outcome"]], actor, now)
    for key in content["below_threshold"]:
        application = get_application(session, uuid.UUID(key))
        advance(session, application, ApplicationStep.NOT_SELECT, actor, now)
    selection = SelectionAct(
        call_id=call_id,
        ranking_id=ranking.id,
        authority_key=call.selecting_authority,
        selected_at=now,
        selected_by=actor.user_id,
        statement=statement.strip(),
    )
    session.add(selection)
    data = {"ranking": ranking.number, "sha256": ranking.sha256, "body": call.selecting_authority}
    append_event(session, Act("call.select", describe(call), data), actor, now)
    return selection


def _refuse_other_bodies(call: Call, actor: Actor) -> None:
    if call.selecting_authority not in actor.authority_keys:
        raise NotPermitted(body=call.selecting_authority)
