"""The ties of an evaluator: what the profile names, organisations told, and joint work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import EvaluatorProfile, EvaluatorTie, JointWork
from app.queries.rows import get_row


@dataclass(frozen=True, slots=True)
class ToldTies:
    """Everything that an evaluator has told of ties."""

    profile: EvaluatorProfile
    ties: Sequence[EvaluatorTie]
    works: Sequence[JointWork]


def load_ties(session: Session, evaluator_id: uuid.UUID) -> ToldTies:
    """Return the ties of an evaluator, in three statements.

    Raises:
        NotFound: if there is no such evaluator.
    """
    profile = get_row(session, EvaluatorProfile, "evaluator", evaluator_id)
    ties = session.scalars(
        sa.select(EvaluatorTie)
        .where(EvaluatorTie.evaluator_id == evaluator_id)
        .order_by(EvaluatorTie.told_at, EvaluatorTie.id)
    ).all()
    works = session.scalars(
        sa.select(JointWork)
        .where(JointWork.evaluator_id == evaluator_id)
        .order_by(JointWork.until.desc(), JointWork.id)
    ).all()
    return ToldTies(profile, ties, works)
