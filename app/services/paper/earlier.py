"""What a letter says of the decision before it: claimed against, corrected, or given anew."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from app.domain.decision_links import Cause
from app.domain.times import local_date
from app.models import Decision, RectificationClaim
from app.pdf import letter_data as paper
from app.services.paper.source import LetterSource


def _find_earlier(source: LetterSource) -> Decision | None:
    key = source.decision.replaces_id
    return source.session.get(Decision, key) if key else None


def _date_of(decision: Decision) -> str:
    return local_date(decision.approved_at or decision.created_at).isoformat()


def _number_of(source: LetterSource) -> str:
    return source.application.record_number or ""


def find_original(source: LetterSource) -> paper.Original | None:
    """Return the decision that an answer or an amendment is about."""
    earlier = _find_earlier(source)
    if earlier is None or source.decision.cause not in {Cause.CLAIM, Cause.FACTUAL}:
        return None
    claim = source.session.scalar(
        sa.select(RectificationClaim).where(RectificationClaim.answer_id == source.decision.id)
    )
    is_late = claim is not None and claim.is_late and earlier.review_until is not None
    return paper.Original(
        date=_date_of(earlier),
        case_number=_number_of(source),
        claimed_on=local_date(claim.received_at).isoformat() if claim else None,
        last_day=earlier.review_until.isoformat() if is_late and earlier.review_until else None,
    )


def find_correction(source: LetterSource) -> paper.Correction | None:
    """Return which error of the earlier decision is corrected (434/2003, 50 and 51 §)."""
    earlier, cause = _find_earlier(source), source.decision.cause
    if earlier is None or cause not in {Cause.FACTUAL, Cause.CLERICAL}:
        return None
    kind: Literal["factual", "clerical"] = "factual" if cause is Cause.FACTUAL else "clerical"
    return paper.Correction(
        cause=kind,
        date=_date_of(earlier),
        case_number=_number_of(source),
        what=tuple(source.decision.draft.get("corrections") or ()),
    )


def find_reissue(source: LetterSource) -> paper.Reissue | None:
    """Return the decision whose instructions for review were wrong (434/2003, 49 §)."""
    earlier = _find_earlier(source)
    if earlier is None or source.decision.cause is not Cause.INSTRUCTION:
        return None
    return paper.Reissue(date=_date_of(earlier), case_number=_number_of(source))
