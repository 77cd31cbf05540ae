"""What an evaluator sees: the own work list, one assignment, and the sheets of an application."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.lifecycle import (
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    EvaluationState,
)
from app.models import Application, Call, Disqualification, Evaluation, Partner, Score

HIDDEN_STATES = (EvaluationState.PROPOSED, EvaluationState.REMOVED)
"""Work that the evaluator has not been given, or no longer has."""
OVER_STATES = frozenset({EvaluationState.DECLINED, EvaluationState.SET_ASIDE})


@dataclass(frozen=True, slots=True)
class OwnEvaluation:
    """An evaluation with what names its application; nothing of the application's content."""

    id: uuid.UUID
    call_id: uuid.UUID
    application_id: uuid.UUID
    evaluator_id: uuid.UUID
    state: EvaluationState
    due_at: datetime | None
    submitted_at: datetime | None
    total_hundredths: int | None
    row_version: int
    call_version_id: uuid.UUID
    application_state: ApplicationState
    record_number: str | None
    acronym: str
    title: dict[str, str]
    language: str
    call_title: dict[str, str]
    has_conflict: bool
    is_blind: bool = True
    """Whether others' sheets stay hidden until the own one is submitted, as most calls have it."""

    @property
    def is_closed(self) -> bool:
        """Tell whether a conflict of interest or a withdrawal closes the matter to the evaluator."""
        return self.has_conflict or self.application_state is ApplicationState.WITHDRAWN

    @property
    def is_over(self) -> bool:
        """Tell whether the evaluator has no more part in the matter."""
        return self.is_closed or self.state in OVER_STATES


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion of one's own sheet: whole ticks of its scale, and the comment."""

    ticks: int | None
    comment: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SubmittedSheet:
    """A submitted score sheet without its evaluator's name."""

    id: uuid.UUID
    total_hundredths: int | None
    lines: Mapping[str, ScoreLine]


_HAS_CONFLICT = sa.exists().where(
    Disqualification.application_id == Evaluation.application_id,
    Disqualification.person_id == Evaluation.evaluator_id,
)


def _select_own() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Evaluation.id,
            Evaluation.call_id,
            Evaluation.application_id,
            Evaluation.evaluator_id,
            Evaluation.state,
            Evaluation.due_at,
            Evaluation.submitted_at,
            Evaluation.total_hundredths,
            Evaluation.row_version,
            Application.call_version_id,
            Application.state.label("application_state"),
            Application.record_number,
            Application.acronym,
            Application.title,
            Application.language,
            Call.title.label("call_title"),
            _HAS_CONFLICT.label("has_conflict"),
        )
        .join(Application, Application.id == Evaluation.application_id)
        .join(Call, Call.id == Evaluation.call_id)
    )


def load_own_evaluation(
    session: Session, _actor: Actor, evaluation_id: uuid.UUID, **_rest: object
) -> OwnEvaluation:
    """Return an evaluation with the facts that the policies ask for, in one statement.

    Raises:
        NotFound: if there is none.
    """
    row = session.execute(_select_own().where(Evaluation.id == evaluation_id)).first()
    if row is None:
        raise NotFound(evaluation=str(evaluation_id))
    return OwnEvaluation(*row)


def list_own_evaluations(session: Session, evaluator_id: uuid.UUID) -> list[OwnEvaluation]:
    """List an evaluator's released work, the most urgent first; nothing of what a conflict closes."""
    rows = session.execute(
        _select_own()
        .where(
            Evaluation.evaluator_id == evaluator_id,
            Evaluation.state.not_in(HIDDEN_STATES),
            ~_HAS_CONFLICT,
        )
        .order_by(Evaluation.due_at, Application.record_order)
    )
    return [OwnEvaluation(*row) for row in rows]


def list_partner_names(
    session: Session, application_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[str]]:
    """Return the names of the partners of some applications, the lead partner first."""
    rows = session.execute(
        sa.select(Partner.application_id, Partner.name)
        .where(Partner.application_id.in_(application_ids))
        .order_by(Partner.application_id, Partner.position)
    )
    names: dict[uuid.UUID, list[str]] = {each: [] for each in application_ids}
    for application_id, name in rows:
        names[application_id].append(name)
    return names


def load_score_lines(session: Session, evaluation_id: uuid.UUID) -> Mapping[str, ScoreLine]:
    """Return what is on a score sheet so far, by criterion."""
    rows = session.execute(
        sa.select(Score.criterion_id, Score.ticks, Score.comment, Score.changed_at).where(
            Score.evaluation_id == evaluation_id
        )
    )
    return {row[0]: ScoreLine(*row[1:]) for row in rows}


def list_submitted_sheets(session: Session, application_id: uuid.UUID) -> list[SubmittedSheet]:
    """List the submitted sheets of an application with their scores, in the order of submission."""
    rows = session.scalars(
        sa.select(Evaluation)
        .where(
            Evaluation.application_id == application_id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
        )
        .options(selectinload(Evaluation.scores))
        .order_by(Evaluation.submitted_at, Evaluation.id)
    )
    return [
        SubmittedSheet(
            row.id,
            row.total_hundredths,
            {
                each.criterion_id: ScoreLine(each.ticks, each.comment, each.changed_at)
                for each in row.scores
            },
        )
        for row in rows
    ]
