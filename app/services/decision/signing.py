"""Signing: the letter's file is made from the sealed content, outside the transaction that records it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM
from app.domain.lifecycle import DecisionState, DecisionStep
from app.models import Decision
from app.pdf.documents import letter_pdf
from app.pdf.letter_data import LetterData
from app.services.decision.decisions import get_decision
from app.services.record.tools import Tools
from app.services.record.transitions import advance


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A stored file, and the seal of the content from which it was made."""

    content_sha256: str
    pdf_sha256: str


def make_letter_file(session: Session, tools: Tools, decision_id: uuid.UUID) -> LetterFile | None:
    """Make the file of an approved decision from its sealed content and store it; None if none waits.

    Nothing is written to the database, so that no writer waits while the letter is laid out.

    Raises:
        PaperRefused: if the file breaks PDF/A-3a or PDF/UA-1; the decision stays approved and unissued.
        RenderFailed: if no file could be made.
    """
    decision = get_decision(session, decision_id)
    if decision.state is not DecisionState.APPROVED:
        return None
    letter = LetterData.model_validate_json(decision.content or "")
    seal = decision.content_sha256 or ""
    return LetterFile(seal, tools.blobs.put(letter_pdf(letter, tools.renderer)))


def sign_decision(
    session: Session, decision_id: uuid.UUID, file: LetterFile, now: datetime
) -> Decision:
    """Record the file of a decision that is still approved with the same content; it never changes."""
    decision = get_decision(session, decision_id)
    is_same = decision.content_sha256 == file.content_sha256
    if decision.state is DecisionState.APPROVED and is_same:
        decision.pdf_sha256 = file.pdf_sha256
        data = {"pdf_sha256": file.pdf_sha256}
        advance(session, decision, DecisionStep.SIGN, SYSTEM, now, data)
    return decision
