"""Ranking, selection and decisions of a call, as the funder reads them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import APPLICATION, ApplicationState, ApplicationStep, DecisionState
from app.domain.service_days import ServiceMethod
from app.models import Application, Decision
from app.queries.funder.list_statements import natural_order
from app.queries.selection import find_newest_ranking


@dataclass(frozen=True, slots=True)
class RankingView:
    """The newest ranking of a call: its number, seal and frozen content."""

    number: int
    sha256: str
    reason: str
    created_at: datetime
    content: Mapping[str, Any]

    def shown_to(self, names: Collection[str]) -> RankingView:
        """Return the ranking without applications that the reader does not see; places stay."""
        content = dict(self.content)
        content["rows"] = [row for row in content["rows"] if row["application"] in names]
        content["below_threshold"] = [key for key in content["below_threshold"] if key in names]
        if content.get("lot"):
            places = content["lot"]["places"]
            shown = {key: place for key, place in places.items() if key in names}
            content["lot"] = {**content["lot"], "places": shown}
        return replace(self, content=content)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in the list of a call."""

    id: uuid.UUID
    application_id: uuid.UUID
    record_number: str
    acronym: str
    lead_name: str
    kind: str
    state: DecisionState
    support: Decimal
    is_conditional: bool
    presenter_id: uuid.UUID | None
    return_reason: str
    served_at: datetime | None
    service_method: ServiceMethod


def find_ranking(session: Session, call_id: uuid.UUID) -> RankingView | None:
    """Return the newest ranking of a call, if one has been drawn."""
    row = find_newest_ranking(session, call_id)
    if row is None:
        return None
    return RankingView(
        row.number, row.sha256, row.reason, row.created_at, content=json.loads(row.content)
    )


def list_names(session: Session, call_id: uuid.UUID) -> dict[str, tuple[str, str, str]]:
    """Return record number, acronym and lead partner by the key that rankings use."""
    rows = session.execute(
        sa.select(
            Application.id, Application.record_number, Application.acronym, Application.lead_name
        ).where(Application.call_id == call_id, Application.record_number.is_not(None))
    )
    return {str(key): (number, acronym, lead) for key, number, acronym, lead in rows}


def list_decisions(session: Session, call_id: uuid.UUID) -> list[DecisionLine]:
    """List the decisions of a call in the order of record numbers, but none on what was withdrawn."""
    rows = session.execute(
        sa.select(
            Decision.id,
            Application.id,
            Application.record_number,
            Application.acronym,
            Application.lead_name,
            Decision.kind,
            Decision.state,
            Decision.support,
            Decision.is_conditional,
            Decision.presenter_id,
            Decision.return_reason,
            Decision.served_at,
            Decision.service_method,
        )
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.call_id == call_id, Application.state != ApplicationState.WITHDRAWN)
        .order_by(natural_order(), Decision.number)
    )
    return [DecisionLine(*row) for row in rows]


def count_undrafted(session: Session, call_id: uuid.UUID, closed: Collection[uuid.UUID]) -> int:
    """Return how many applications can be decided and have no decision, but for closed matters."""
    decided = sa.exists().where(Decision.application_id == Application.id)
    statement = sa.select(sa.func.count(Application.id)).where(
        Application.call_id == call_id,
        Application.state.in_(APPLICATION[ApplicationStep.DECIDE].sources),
        Application.id.not_in(closed),
        ~decided,
    )
    return session.scalar(statement) or 0
