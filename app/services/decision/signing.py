"""Signing: the letter's file is made and sealed from the frozen content, outside the transaction that records it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM
from app.domain.lifecycle import DecisionState, DecisionStep
from app.jobs import enqueue
from app.models import Decision, SealedLetter
from app.pdf.letter_data import LetterData
from app.pdf.seal.facts import SealedFile, SealFacts
from app.pdf.seal.means import make_means
from app.services.decision.decisions import get_decision
from app.services.paper.renders import find_render
from app.services.record.events import Act, append_event
from app.services.record.tools import Tools
from app.services.record.transitions import advance, describe

ARCHIVED_LEVELS = frozenset({"B-LT", "B-LTA"})
FIRST_RENEWAL = timedelta(days=1)
NEXT_RENEWAL = timedelta(days=365)
"""Archive timestamps are renewed long before the certificate of the last one ends."""


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A stored file, and the content or the file from which it was made."""

    source_sha256: str
    pdf_sha256: str
    unsealed_sha256: str
    profile: str
    facts: SealFacts


def make_letter_file(
    session: Session, tools: Tools, decision_id: uuid.UUID, now: datetime
) -> LetterFile | None:
    """Make, seal and store the file of an approved decision from its frozen content; None if none waits.

    A letter that was previewed with this content is not laid out again: the seal comes on top of those bytes.

    Nothing is written to the database, so that no writer waits while the letter is laid out.

    Raises:
        PaperRefused: if the file breaks PDF/A-3a or PDF/UA-1; the decision stays approved and unissued.
        SealFailed: if the file could not be sealed; the decision stays approved and unissued.
        RenderFailed: if no file could be made.
    """
    decision = get_decision(session, decision_id)
    if decision.state is not DecisionState.APPROVED:
        return None
    letter = LetterData.model_validate_json(decision.content or "")
    data = letter.model_dump(mode="json")
    seen = find_render(tools, letter)
    sealed = tools.renderer.issue(data, make_means(tools.settings), now, seen)
    return _store(tools, decision.content_sha256 or "", sealed, tools.settings.pdf_profile)


def _store(tools: Tools, source_sha256: str, sealed: SealedFile, profile: str) -> LetterFile:
    return LetterFile(
        source_sha256=source_sha256,
        pdf_sha256=tools.blobs.put(sealed.content),
        unsealed_sha256=sealed.unsealed_sha256,
        profile=profile,
        facts=sealed.facts,
    )


def sign_decision(
    session: Session, decision_id: uuid.UUID, file: LetterFile, now: datetime
) -> Decision:
    """Record the file of a decision that is still approved with the same content; it never changes."""
    decision = get_decision(session, decision_id)
    is_same = decision.content_sha256 == file.source_sha256
    if decision.state is DecisionState.APPROVED and is_same:
        decision.pdf_sha256 = file.pdf_sha256
        _record_seal(session, decision, file, now)
        advance(session, decision, DecisionStep.SIGN, SYSTEM, now, _tell(file))
        _plan_renewal(session, decision, file, now, FIRST_RENEWAL)
    return decision


def make_renewed_file(
    session: Session, tools: Tools, decision_id: uuid.UUID, now: datetime
) -> LetterFile | None:
    """Put a fresh archive timestamp over the newest file of a decision and store the result; None if there is none.

    Raises:
        PaperRefused: if the renewed file breaks the standards of the letter; the earlier file stays the newest.
        SealFailed: if there was no timestamp, or an issuer of certificates gave no answer.
    """
    newest = find_newest_seal(session, decision_id)
    if newest is None:
        return None
    content = tools.blobs.get(newest.sha256)
    renewed = tools.renderer.renew(content, make_means(tools.settings), now)
    return _store(tools, newest.sha256, renewed, newest.profile)


def record_renewal(
    session: Session, decision_id: uuid.UUID, file: LetterFile, now: datetime
) -> Decision:
    """Record a renewed file beside the issued one, unless another worker was faster; plan the next renewal."""
    decision = get_decision(session, decision_id)
    newest = find_newest_seal(session, decision_id)
    if newest is not None and newest.sha256 == file.source_sha256:
        _record_seal(session, decision, file, now)
        append_event(session, Act("decision.archive", describe(decision), _tell(file)), SYSTEM, now)
        _plan_renewal(session, decision, file, now, NEXT_RENEWAL)
    return decision


def find_newest_seal(session: Session, decision_id: uuid.UUID) -> SealedLetter | None:
    """Return the file of a decision that was sealed last."""
    return session.scalar(
        sa.select(SealedLetter)
        .where(SealedLetter.decision_id == decision_id)
        .order_by(SealedLetter.sealed_at.desc())
        .limit(1)
    )


def _record_seal(session: Session, decision: Decision, file: LetterFile, now: datetime) -> None:
    session.add(
        SealedLetter(
            decision_id=decision.id,
            sha256=file.pdf_sha256,
            unsealed_sha256=file.unsealed_sha256,
            level=file.facts.level,
            profile=file.profile,
            holder=file.facts.holder,
            certificate_sha256=file.facts.certificate_sha256,
            valid_until=datetime.fromisoformat(file.facts.valid_until),
            sealed_at=now,
        )
    )


def _tell(file: LetterFile) -> dict[str, str]:
    return {
        "pdf_sha256": file.pdf_sha256,
        "unsealed_sha256": file.unsealed_sha256,
        "level": file.facts.level,
        "certificate_sha256": file.facts.certificate_sha256,
    }


def _plan_renewal(
    session: Session, decision: Decision, file: LetterFile, now: datetime, pause: timedelta
) -> None:
    """Plan the next archive timestamp, where the seal is of a kind that can be kept up."""
    if file.facts.level in ARCHIVED_LEVELS:
        arguments = {"decision_id": str(decision.id)}
        key = f"archive:{decision.id}:{file.pdf_sha256[:16]}"
        enqueue(session, "archive_letter", arguments, now, run_at=now + pause, dedupe=key)
