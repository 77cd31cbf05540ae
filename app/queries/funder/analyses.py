"""Analyses of the votes of a call, as pages read them; nothing is calculated here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.domain.errors import NotFound
from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES
from app.models import (
    Analysis,
    Application,
    CallVersion,
    Consensus,
    Evaluation,
    Job,
    Ranking,
)

TASK = "analyse_votes"


@dataclass(frozen=True, slots=True)
class AnalysisView:
    """An analysis with what it rests on; ``is_stale`` when votes or the ranking have changed since."""

    number: int
    algorithm: str
    inputs_sha256: str
    sha256: str
    milliseconds: int
    created_at: datetime
    ranking_number: int | None
    call_version: int
    rubric_sha256: str
    is_stale: bool
    content: Mapping[str, Any]

    @property
    def ranked(self) -> Sequence[Mapping[str, Any]]:
        """Return the applications by expected rank, best first."""
        found = self.content["ranking"]
        return found["proposals"] if found else ()

    @property
    def chances(self) -> dict[str, float]:
        """Return the probability of funding by application: under the rule of the call if it is walked."""
        return {row["proposal"]: chance_of(row) for row in self.ranked}


def chance_of(row: Mapping[str, Any]) -> float:
    """Return the probability of funding under the rule, else that of standing among the fundable."""
    chance: float = row["p_fund"] if row["p_rule"] is None else row["p_rule"]
    return chance


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether an analysis is under way, and whether the last try was given up."""

    is_under_way: bool
    has_failed: bool


def find_analysis(session: Session, call_id: uuid.UUID) -> AnalysisView | None:
    """Return the newest analysis of a call, in two statements."""
    row = session.execute(
        sa.select(Analysis, Ranking.number, CallVersion.number, CallVersion.rubric_sha256)
        .join(CallVersion, CallVersion.id == Analysis.call_version_id)
        .outerjoin(Ranking, Ranking.id == Analysis.ranking_id)
        .where(Analysis.call_id == call_id)
        .order_by(Analysis.number.desc())
        .limit(1)
        .options(undefer(Analysis.content))
    ).one_or_none()
    if row is None:
        return None
    analysis, ranking, version, rubric = row
    return AnalysisView(
        number=analysis.number,
        algorithm=analysis.algorithm,
        inputs_sha256=analysis.inputs_sha256,
        sha256=analysis.sha256,
        milliseconds=analysis.milliseconds,
        created_at=analysis.created_at,
        ranking_number=ranking,
        call_version=version,
        rubric_sha256=rubric,
        is_stale=_has_changed(session, call_id, analysis.created_at, ranking or 0),
        content=json.loads(analysis.content),
    )


def _has_changed(session: Session, call_id: uuid.UUID, since: datetime, ranking: int) -> bool:
    """Tell whether a score sheet or a consensus is newer than a moment, or a ranking than a number."""
    sheets = sa.exists().where(
        Evaluation.call_id == call_id,
        Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
        Evaluation.submitted_at > since,
    )
    settled = sa.exists().where(
        Consensus.application_id == Application.id,
        Application.call_id == call_id,
        Consensus.settled_at > since,
    )
    drawn = sa.exists().where(Ranking.call_id == call_id, Ranking.number > ranking)
    return bool(session.scalar(sa.select(sa.or_(sheets, settled, drawn))))


def find_waiting(session: Session, call_id: uuid.UUID) -> Waiting:
    """Tell how the newest wish for an analysis of a call stands."""
    state = session.scalar(
        sa.select(Job.state)
        .where(Job.task == TASK, Job.dedupe.like(f"analysis {call_id} %"))
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return Waiting(state in {"ready", "running"}, state == "dead")


def get_analysis(session: Session, call_id: uuid.UUID, number: int) -> Analysis:
    """Return an analysis with its inputs and results.

    Raises:
        NotFound: if there is none.
    """
    row = session.scalar(
        sa.select(Analysis)
        .where(Analysis.call_id == call_id, Analysis.number == number)
        .options(undefer("*"))
    )
    if row is None:
        raise NotFound(analysis=f"{call_id} {number}")
    return row
