"""Scenarios of the funding line as pages read them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Ranking, Scenario, ScenarioChoice


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A stored scenario; ``ranking_number`` is the ranking that it was made on."""

    number: int
    name: str
    terms: Mapping[str, Any]
    algorithm: str
    inputs_sha256: str
    sha256: str
    ranking_number: int
    created_at: datetime
    selection: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A scenario that was chosen, and the ranking that it became, if it did."""

    scenario: int
    name: str
    reason: str
    ranking_number: int | None
    chosen_at: datetime


def list_scenarios(session: Session, call_id: uuid.UUID) -> list[ScenarioView]:
    """List the scenarios of a call, the newest first."""
    rows = session.execute(
        sa.select(Scenario, Ranking.number)
        .join(Ranking, Ranking.id == Scenario.ranking_id)
        .where(Scenario.call_id == call_id)
        .order_by(Scenario.number.desc())
    )
    return [
        ScenarioView(
            row.number,
            row.name,
            row.terms,
            row.algorithm,
            row.inputs_sha256,
            row.sha256,
            ranking,
            row.created_at,
            json.loads(row.content),
        )
        for row, ranking in rows
    ]


def list_choices(session: Session, call_id: uuid.UUID) -> list[ChoiceLine]:
    """List the choices among the scenarios of a call, the newest first."""
    rows = session.execute(
        sa.select(
            Scenario.number,
            Scenario.name,
            ScenarioChoice.reason,
            Ranking.number,
            ScenarioChoice.chosen_at,
        )
        .join(Scenario, Scenario.id == ScenarioChoice.scenario_id)
        .outerjoin(Ranking, Ranking.id == ScenarioChoice.ranking_id)
        .where(ScenarioChoice.call_id == call_id)
        .order_by(ScenarioChoice.chosen_at.desc())
    )
    return [ChoiceLine(*row) for row in rows]
