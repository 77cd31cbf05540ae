"""The agenda of a panel meeting: what is least certain comes first, and who leaves the room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES, ApplicationState
from app.models import Application, Consensus, Disqualification, Evaluation, EvaluatorProfile
from app.queries.funder.disagreements import is_open_to
from app.queries.funder.matrix import Matrix, build_matrix
from scoring.rubric import Rubric

WIDE_SPREAD = Fraction(20)
"""Points between two totals that count as full disagreement where the call has no limit of its own."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One application on the agenda; ``doubt`` runs from 0 to 2, one from each of its two sources."""

    application_id: uuid.UUID
    record_number: str
    acronym: str
    lead_name: str
    matrix: Matrix
    is_settled: bool
    chance: float | None
    leaving: Sequence[str]
    line_doubt: float
    disagreement: float

    @property
    def doubt(self) -> float:
        """Return how uncertain the matter is: near the funding line, and by disagreement."""
        return self.line_doubt + self.disagreement

    @property
    def flagged(self) -> list[str]:
        """Return the criteria on which evaluators disagree."""
        return [row.criterion_id for row in self.matrix.rows if row.is_flagged]


def list_agenda(
    session: Session,
    call_id: uuid.UUID,
    rubric: Rubric,
    chances: Mapping[str, float],
    reader: uuid.UUID | None,
) -> list[AgendaItem]:
    """List the scored applications of a call, the most doubtful first, in four statements.

    An application that a conflict of interest closes to the reader is left out.
    """
    sheets = _load_sheets(session, call_id, reader)
    leaving = _load_leaving(session, call_id)
    rows = session.execute(
        sa.select(Application, Consensus)
        .outerjoin(Consensus, Consensus.application_id == Application.id)
        .where(Application.id.in_(sheets))
        .order_by(Application.record_order)
    )
    items = [
        _describe(rubric, application, consensus, sheets[application.id], chances, leaving)
        for application, consensus in rows
    ]
    return sorted(items, key=lambda item: -round(item.doubt, 6))


def _load_sheets(
    session: Session, call_id: uuid.UUID, reader: uuid.UUID | None
) -> dict[uuid.UUID, list[Evaluation]]:
    rows = session.scalars(
        sa.select(Evaluation)
        .join(Application, Application.id == Evaluation.application_id)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Evaluation.evaluator_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
            Application.state != ApplicationState.WITHDRAWN,
            is_open_to(reader),
        )
        .options(joinedload(Evaluation.evaluator), selectinload(Evaluation.scores))
        .order_by(Evaluation.is_third, EvaluatorProfile.code)
    )
    sheets: dict[uuid.UUID, list[Evaluation]] = {}
    for row in rows:
        sheets.setdefault(row.application_id, []).append(row)
    return sheets


def _load_leaving(session: Session, call_id: uuid.UUID) -> dict[uuid.UUID, list[str]]:
    """Return the codes of the evaluators with a conflict of interest, by application."""
    rows = session.execute(
        sa.select(Disqualification.application_id, EvaluatorProfile.code)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Disqualification.person_id)
        .join(Application, Application.id == Disqualification.application_id)
        .where(Application.call_id == call_id)
        .order_by(EvaluatorProfile.code)
    )
    leaving: dict[uuid.UUID, list[str]] = {}
    for key, code in rows:
        leaving.setdefault(key, []).append(code)
    return leaving


def _describe(
    rubric: Rubric,
    application: Application,
    consensus: Consensus | None,
    sheets: Sequence[Evaluation],
    chances: Mapping[str, float],
    leaving: Mapping[uuid.UUID, Sequence[str]],
) -> AgendaItem:
    matrix = build_matrix(rubric, sheets, consensus)
    chance = chances.get(str(application.id))
    limit = Fraction(rubric.panel.third_total_difference or WIDE_SPREAD)
    return AgendaItem(
        application.id,
        application.record_number or "",
        application.acronym,
        application.lead_name,
        matrix,
        consensus is not None and consensus.settled_at is not None,
        chance,
        leaving.get(application.id, ()),
        0.0 if chance is None else 1 - abs(chance - HALF) / HALF,
        float(min(Fraction(1), (matrix.spread or Fraction(0)) / limit)),
    )
