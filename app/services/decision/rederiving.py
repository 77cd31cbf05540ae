"""Rederiving: an issued letter is laid out again from its frozen record and compared byte by byte."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.records import sha256_bytes
from app.domain.verification import read_code
from app.models import Decision, SealedLetter
from app.pdf.client import RenderClient
from app.pdf.conformance.modern import Profile
from app.pdf.letter_data import LetterData
from app.services.record.tools import Tools


@dataclass(frozen=True, slots=True)
class Rederived:
    """The outcome: ``is_same`` when the stored file begins with the very bytes that were made anew."""

    record_number: str
    stored_sha256: str
    made_sha256: str
    made_bytes: int
    is_same: bool


def rederive_letter(session: Session, tools: Tools, name: str) -> Rederived:
    """Lay out an issued letter again; ``name`` is the decision's identifier or the letter's code.

    Raises:
        NotFound: if there is no issued letter of that name.
        RenderFailed: if it could not be laid out.
    """
    decision = _find_issued(session, name)
    if decision is None or decision.pdf_sha256 is None:
        raise NotFound(letter=name)
    letter = LetterData.model_validate_json(decision.content or "")
    made = _render(tools, letter, _find_profile(session, decision.pdf_sha256))
    return Rederived(
        record_number=letter.decision.case_number,
        stored_sha256=decision.pdf_sha256,
        made_sha256=sha256_bytes(made),
        made_bytes=len(made),
        is_same=tools.blobs.get(decision.pdf_sha256).startswith(made),
    )


def _find_profile(session: Session, sha256: str) -> str:
    profile = session.scalar(sa.select(SealedLetter.profile).where(SealedLetter.sha256 == sha256))
    return profile or Profile.ARCHIVE


def _render(tools: Tools, letter: LetterData, profile: str) -> bytes:
    """Lay the letter out in the profile in which it was issued, whatever is set now."""
    client = RenderClient(profile=profile)
    used = tools.renderer if profile == tools.settings.pdf_profile else client
    try:
        return used.render("letter", letter.model_dump(mode="json"))
    finally:
        client.close()


def _find_issued(session: Session, name: str) -> Decision | None:
    code = read_code(name)
    if code is not None:
        return session.scalar(sa.select(Decision).where(Decision.verification_code == code))
    try:
        return session.get(Decision, uuid.UUID(name))
    except ValueError:
        return None
