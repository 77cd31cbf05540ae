"""Evaluators of a call: the pool, conflicts, assignments and the progress of scoring."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    EvaluationState,
)
from app.models import (
    Application,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    User,
)
from app.queries.funder.list_statements import natural_order

_MILLION = 1_000_000
PANELS_ON_PAGE = 50
ROUTED = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED)


@dataclass(frozen=True, slots=True)
class PoolLine:
    """An evaluator of the pool with the load so far."""

    evaluator_id: uuid.UUID
    code: str
    name: str
    employer: str
    languages: Sequence[str]
    keywords: Sequence[str]
    ford: Sequence[str]
    capacity: int
    load: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen from a list."""

    id: uuid.UUID
    label: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """One evaluator on one application."""

    id: uuid.UUID
    application_id: uuid.UUID
    evaluator_id: uuid.UUID
    evaluator: str
    state: EvaluationState
    is_third: bool
    affinity: Fraction
    explanation: Mapping[str, Any]
    due_at: datetime | None
    decline_ground: str
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class PanelLine:
    """An application with those who evaluate it."""

    id: uuid.UUID
    record_number: str
    acronym: str
    language: str
    state: ApplicationState
    pairs: Sequence[PairLine]

    @property
    def active(self) -> list[PairLine]:
        """Return the evaluations that are proposed, at work or done."""
        return [pair for pair in self.pairs if pair.state in ACTIVE_EVALUATION_STATES]

    @property
    def submitted(self) -> int:
        """Return how many score sheets are in."""
        return sum(pair.state in SUBMITTED_EVALUATION_STATES for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class PanelPage:
    """A page of applications with their evaluators; pages are counted from one."""

    lines: Sequence[PanelLine]
    number: int
    pages: int


def list_pool(session: Session, call_id: uuid.UUID) -> list[PoolLine]:
    """List the pool of a call, in one statement."""
    load = (
        sa.select(sa.func.count())
        .where(
            Evaluation.call_id == call_id,
            Evaluation.evaluator_id == PoolMember.evaluator_id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
        )
        .scalar_subquery()
    )
    conflicts = (
        sa.select(sa.func.count())
        .select_from(Disqualification)
        .join(Application, Application.id == Disqualification.application_id)
        .where(
            Application.call_id == call_id,
            Disqualification.person_id == PoolMember.evaluator_id,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            PoolMember.evaluator_id,
            EvaluatorProfile.code,
            User.display_name,
            EvaluatorProfile.employer,
            EvaluatorProfile.languages,
            EvaluatorProfile.keywords,
            EvaluatorProfile.ford,
            PoolMember.capacity,
            load,
            conflicts,
        )
        .join(EvaluatorProfile, EvaluatorProfile.user_id == PoolMember.evaluator_id)
        .join(User, User.id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == call_id)
        .order_by(EvaluatorProfile.code)
    )
    return [PoolLine(*row) for row in rows]


def list_evaluators(session: Session) -> list[Choice]:
    """List every evaluator with a profile, for adding to a pool."""
    rows = session.execute(
        sa.select(EvaluatorProfile.user_id, EvaluatorProfile.code, User.display_name)
        .join(User, User.id == EvaluatorProfile.user_id)
        .where(User.is_active)
        .order_by(EvaluatorProfile.code)
    )
    return [Choice(key, f"{code} – {name}") for key, code, name in rows]


def list_application_choices(session: Session, call_id: uuid.UUID) -> list[Choice]:
    """List the submitted applications of a call, for choosing one."""
    rows = session.execute(
        sa.select(Application.id, Application.record_number, Application.acronym)
        .where(Application.call_id == call_id, Application.record_number.is_not(None))
        .order_by(natural_order())
    )
    return [Choice(key, f"{number} {acronym}".strip()) for key, number, acronym in rows]


def page_panels(session: Session, call_id: uuid.UUID, number: int) -> PanelPage:
    """Return a page of the applications that are or were evaluated with their evaluators, in three statements.

    A page that does not exist is the nearest that does.
    """
    is_paired = sa.exists().where(
        Evaluation.application_id == Application.id, Evaluation.state != EvaluationState.REMOVED
    )
    conditions = (
        Application.call_id == call_id,
        Application.record_number.is_not(None),
        sa.or_(Application.state.in_(ROUTED), is_paired),
    )
    found = session.scalar(sa.select(sa.func.count(Application.id)).where(*conditions)) or 0
    pages = max(1, -(-found // PANELS_ON_PAGE))
    number = min(max(number, 1), pages)
    rows = session.execute(
        sa.select(
            Application.id,
            Application.record_number,
            Application.acronym,
            Application.language,
            Application.state,
        )
        .where(*conditions)
        .order_by(natural_order(), Application.id)
        .limit(PANELS_ON_PAGE)
        .offset(PANELS_ON_PAGE * (number - 1))
    ).all()
    pairs = _load_pairs(session, [row.id for row in rows])
    lines = [PanelLine(*row, pairs=pairs.get(row.id, [])) for row in rows]
    return PanelPage(lines, number, pages)


def _load_pairs(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[PairLine]]:
    rows = session.execute(
        sa.select(
            Evaluation.id,
            Evaluation.application_id,
            Evaluation.evaluator_id,
            EvaluatorProfile.code,
            Evaluation.state,
            Evaluation.is_third,
            Evaluation.affinity_millionths,
            Evaluation.explanation,
            Evaluation.due_at,
            Evaluation.decline_ground,
            Evaluation.total_hundredths,
        )
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Evaluation.evaluator_id)
        .where(Evaluation.application_id.in_(ids), Evaluation.state != EvaluationState.REMOVED)
        .order_by(Evaluation.is_third, EvaluatorProfile.code)
    )
    pairs: dict[uuid.UUID, list[PairLine]] = {}
    for key, application, person, code, state, third, affinity, why, due, ground, total in rows:
        points = None if total is None else Fraction(total, 100)
        line = PairLine(
            key,
            application,
            person,
            code,
            state,
            third,
            Fraction(affinity, _MILLION),
            why,
            due,
            ground,
            points,
        )
        pairs.setdefault(application, []).append(line)
    return pairs
