"""What anybody may know of a letter: only of decisions that have been served, and nothing that is not public."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.decision_links import Effect
from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_bytes
from app.domain.verification import find_codes
from app.models import Decision, SealedLetter
from app.queries.decision_chain import find_chain, find_superseding

PUBLIC_STATES = (DecisionState.SERVED, DecisionState.FINAL)
PUBLIC_KINDS = frozenset({"grant", "grant_reduced", "amendment"})
"""Support that is granted is published (Regulation (EU) 2021/1060, Art. 49(3)), also by the answer to a
claim; who was refused is not."""


class Verdict(StrEnum):
    """What a file is found to be."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    """Genuine, but a later decision has taken its place."""
    ALTERED = "altered"
    """It names a letter of ours, but is not that letter byte for byte."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChainedLetter:
    """A served decision on the same application; ``effect`` is what it does to the one before it."""

    number: int
    code: str
    served_at: datetime
    effect: Effect | None
    is_this: bool


@dataclass(frozen=True, slots=True)
class VerifiedLetter:
    """What the verification page shows of a letter; ``support`` and ``kind`` only where they are public."""

    code: str
    record_number: str
    authority: str
    language: str
    date: date
    kind: str
    support: Any
    sha256: str
    level: str
    holder: str
    sealed_at: datetime | None
    valid_until: datetime | None
    chain: tuple[ChainedLetter, ...]
    superseded_by: ChainedLetter | None


def find_letter(session: Session, code: str) -> VerifiedLetter | None:
    """Return what is public of the letter with a code; None of one that is not there or not served."""
    decision = session.scalar(
        sa.select(Decision).where(
            Decision.verification_code == code, Decision.state.in_(PUBLIC_STATES)
        )
    )
    return None if decision is None else _describe(session, decision)


def judge_file(session: Session, content: bytes) -> tuple[Verdict, VerifiedLetter | None]:
    """Tell what a file is, by its hash and the codes in its plain bytes; it is not parsed and not kept."""
    code = session.scalar(
        sa.select(Decision.verification_code)
        .join(SealedLetter, SealedLetter.decision_id == Decision.id)
        .where(SealedLetter.sha256 == sha256_bytes(content))
    )
    letter = find_letter(session, code) if code else None
    if letter is not None:
        return Verdict.SUPERSEDED if letter.superseded_by else Verdict.GENUINE, letter
    for named in find_codes(content):
        letter = find_letter(session, named)
        if letter is not None:
            return Verdict.ALTERED, letter
    return Verdict.UNKNOWN, None


def _describe(session: Session, decision: Decision) -> VerifiedLetter:
    frozen = json.loads(decision.content or "{}")
    seal = session.scalar(sa.select(SealedLetter).where(SealedLetter.sha256 == decision.pdf_sha256))
    chain, later = _follow_chain(session, decision.id)
    is_public = decision.kind in PUBLIC_KINDS or bool(frozen["decision"].get("support_total"))
    return VerifiedLetter(
        code=decision.verification_code or "",
        record_number=frozen["decision"]["case_number"],
        authority=frozen["authority"]["name"],
        language=decision.language,
        date=date.fromisoformat(frozen["decision"]["date"]),
        kind=decision.kind if is_public else "",
        support=decision.support if is_public and decision.support else None,
        sha256=decision.pdf_sha256 or "",
        level=seal.level if seal else "",
        holder=seal.holder if seal else "",
        sealed_at=seal.sealed_at if seal else None,
        valid_until=seal.valid_until if seal else None,
        chain=chain,
        superseded_by=later,
    )


def _follow_chain(
    session: Session, decision_id: uuid.UUID
) -> tuple[tuple[ChainedLetter, ...], ChainedLetter | None]:
    """Return the served letters of the same application, and the one that has taken the place of this one."""
    links = find_chain(session, decision_id)
    codes = _read_codes(session, [each.id for each in links])
    shown = {
        each.id: ChainedLetter(
            each.number, codes[each.id], each.served_at, each.effect, each.id == decision_id
        )
        for each in links
        if each.state in PUBLIC_STATES and each.served_at is not None and each.id in codes
    }
    later = find_superseding(links, decision_id)
    return tuple(shown.values()), shown.get(later.id) if later else None


def _read_codes(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(
        sa.select(Decision.id, Decision.verification_code).where(
            Decision.id.in_(ids), Decision.verification_code.is_not(None)
        )
    )
    return {key: code for key, code in rows if code}
