"""An evaluator's seat in the panel meeting of a call: the applications that are open to the person there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES
from app.models import Application, Call, Evaluation
from app.queries.funder.disagreements import is_open_to
from app.queries.rows import get_row


@dataclass(frozen=True, slots=True)
class Seat:
    """A call, and the person's own submitted sheets in it by application.

    An application that a conflict of interest closes to the person is not among them.
    """

    call: Call
    sheets: Mapping[uuid.UUID, uuid.UUID]

    @property
    def has_sheet(self) -> bool:
        """Tell whether a sheet of the person's own is in."""
        return bool(self.sheets)


def load_seat(session: Session, actor: Actor, call_id: uuid.UUID, **_rest: object) -> Seat:
    """Return the actor's seat in a call.

    Raises:
        NotFound: if there is no such call.
    """
    call = get_row(session, Call, "call", call_id)
    rows = session.execute(
        sa.select(Evaluation.application_id, Evaluation.id)
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.evaluator_id == actor.user_id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
            is_open_to(actor.user_id),
        )
    )
    return Seat(call, {each.application_id: each.id for each in rows})
