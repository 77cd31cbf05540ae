"""The pool of a call for a spreadsheet: the columns that the import reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import EvaluationState
from app.models import Evaluation, EvaluatorProfile, PoolMember, User


def list_pool_rows(session: Session, call_id: uuid.UUID) -> Iterator[list[object]]:
    """Yield a row for each person of the pool, in one statement."""
    rows = session.execute(
        sa.select(EvaluatorProfile, PoolMember, User.email)
        .join(PoolMember, PoolMember.evaluator_id == EvaluatorProfile.user_id)
        .join(User, User.id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == call_id)
        .order_by(EvaluatorProfile.code)
    )
    for profile, member, email in rows:
        lists = (profile.languages, profile.keywords, profile.ford, profile.interests)
        yield [
            profile.code,
            email,
            profile.employer,
            profile.employer_y_tunnus,
            profile.region,
            *(",".join(each) for each in lists),
            member.capacity,
            member.available_from,
            member.available_to,
            profile.profile_text,
            "|".join(profile.publications),
            "yes" if profile.is_senior else "no",
        ]


def count_declines(session: Session, call_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Count what each person of the pool has declined, in all calls."""
    rows = session.execute(
        sa.select(Evaluation.evaluator_id, sa.func.count())
        .join(PoolMember, PoolMember.evaluator_id == Evaluation.evaluator_id)
        .where(PoolMember.call_id == call_id, Evaluation.state == EvaluationState.DECLINED)
        .group_by(Evaluation.evaluator_id)
    )
    return dict(rows.all())
