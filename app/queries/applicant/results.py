"""The scores of an application as its applicant reads them: after the decision, and without evaluators' names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Consensus, Decision
from app.queries.calls import SERVED
from app.queries.evaluator import SubmittedSheet, list_submitted_sheets


@dataclass(frozen=True, slots=True)
class ScoredResult:
    """The final scores of an application, and the sheets behind them in no order of people."""

    scores: Mapping[str, Fraction]
    comments: Mapping[str, str]
    total_hundredths: int | None
    failures: Sequence[Mapping[str, Any]]
    sheets: Sequence[SubmittedSheet]


def find_result(session: Session, application_id: uuid.UUID) -> ScoredResult | None:
    """Return the result of an application whose decision has been served.

    None before that, and where nothing was scored.
    """
    consensus = session.scalar(
        sa.select(Consensus).where(
            Consensus.application_id == application_id,
            Consensus.settled_at.is_not(None),
            sa.exists().where(
                Decision.application_id == Consensus.application_id, Decision.state.in_(SERVED)
            ),
        )
    )
    if consensus is None:
        return None
    # By the random identifier: the order of submission would let people be followed between applications.
    sheets = sorted(list_submitted_sheets(session, application_id), key=lambda sheet: sheet.id)
    return ScoredResult(
        {key: Fraction(value) for key, value in consensus.scores.items()},
        dict(consensus.comments),
        consensus.total_hundredths,
        list(consensus.failures),
        sheets,
    )
