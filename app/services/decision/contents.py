"""The content of a letter: as it stands, as it would be approved now, and as it is frozen."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.errors import InvalidInput, Problem, StaleVersion
from app.domain.records import canonical_json, sha256_text
from app.domain.verification import verification_address
from app.models import Decision
from app.pdf.coverage import check_coverage
from app.pdf.letter_data import LetterData
from app.queries.funder.approvals import WaitingDecision
from app.services.paper.letters import build_letter
from app.services.paper.source import Approval, open_source
from calls.registers import Registers


def make_letter(
    session: Session,
    registers: Registers,
    decision: Decision,
    now: datetime,
    language: str | None = None,
) -> LetterData:
    """Return the letter as it stands: the frozen one from presentation on, else one made now.

    In another language than its own it is a rendering of the same decision, with the checksum of that.
    """
    if decision.content and (language is None or language == decision.language):
        return LetterData.model_validate_json(decision.content)
    source = open_source(session, registers, decision, language)
    letter = build_letter(source, now, is_draft=decision.approved_at is None)
    return _put_checksum(letter, decision.content_sha256) if decision.approved_at else letter


def _put_checksum(letter: LetterData, checksum: str | None) -> LetterData:
    ruling = letter.decision.model_copy(update={"sha256": checksum})
    return letter.model_copy(update={"decision": ruling})


def write_content(letter: LetterData) -> str:
    """Return the frozen form of a letter: canonical JSON."""
    return canonical_json(letter.model_dump(mode="json"))


def seal_letter(
    session: Session, registers: Registers, decision: Decision, approval: Approval, site: str
) -> LetterData:
    """Return the letter as it is with an approval, down to its checksum.

    The same approver on the same day gives the same letter: what was previewed is what is approved.
    ``site`` is the public address of the service; with it the letter says where it can be verified.
    """
    source = open_source(session, registers, decision, approval=approval)
    letter = build_letter(source, approval.at, is_draft=False)
    if site and decision.verification_code:
        address = verification_address(site, decision.verification_code)
        letter = letter.model_copy(update={"verify_url": address})
    return _put_checksum(letter, sha256_text(write_content(letter)))


def refuse_incomplete(letter: LetterData) -> None:
    """Refuse a letter that lacks what the law asks for; every lack is named with its place.

    Raises:
        InvalidInput: with a problem ``letter_incomplete`` for each lack.
    """
    problems = [
        Problem(
            "letter_incomplete",
            field=each.path,
            data={"law": each.law, "block": each.block, "place": each.place.value},
        )
        for each in check_coverage(letter)
    ]
    if problems:
        raise InvalidInput(problems)


def count_lacks(presented: WaitingDecision) -> int:
    """Return how many things the law asks for a presented letter lacks: from its frozen content alone."""
    return len(check_coverage(LetterData.model_validate_json(presented.content)))


def refuse_changed_record(session: Session, registers: Registers, decision: Decision) -> None:
    """Refuse an approval of something else than what was presented.

    Raises:
        StaleVersion: if the record has changed since the presentation.
    """
    if decision.presented_at is None:
        return
    source = open_source(session, registers, decision)
    letter = build_letter(source, decision.presented_at, is_draft=True)
    shown = json.loads(decision.content or "{}")
    if shown != json.loads(write_content(letter)):
        raise StaleVersion(decision=str(decision.id))
