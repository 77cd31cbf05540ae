"""Selection: the act by which the selecting body chooses along the newest ranking."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotPermitted, StepNotAllowed
from app.domain.lifecycle import ApplicationStep
from app.models import Call, SelectionAct
from app.queries.content import get_application
from app.queries.selection import find_newest_ranking, find_selection
from app.services.call.calls import get_call
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe

STEPS = {
    "funded": ApplicationStep.SELECT,
    "reserve": ApplicationStep.PUT_ON_RESERVE,
    "skipped": ApplicationStep.PUT_ON_RESERVE,
}
"""What the funding line means for an application; one that was passed over keeps its reserve place."""


def select_along_ranking(
    session: Session, call_id: uuid.UUID, statement: str, actor: Actor, now: datetime
) -> SelectionAct:
    """Select the funded applications, put the next on the reserve list, and leave out the rest.

    Raises:
        NotPermitted: if the actor does not decide for the selecting body of the call.
        StepNotAllowed: if the selection has been made, or no ranking has been drawn.
    """
    call = get_call(session, call_id)
    _refuse_other_bodies(call, actor)
    ranking = find_newest_ranking(session, call_id)
    if ranking is None or find_selection(session, call_id) is not None:
        raise StepNotAllowed(subject="call", step="select")
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
