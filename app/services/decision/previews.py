"""What people look at before a decision is made: the letter as it will be, and what changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_text
from app.domain.word_changes import Stretch, compare_words
from app.models import Decision, DecisionPreview
from app.pdf.letter_data import LetterData
from app.pdf.letter_text import write_text
from app.services.decision.contents import make_letter, seal_letter, write_content
from app.services.paper.source import Approval
from app.services.record.tools import Tools


def foresee_letter(
    session: Session, tools: Tools, decision: Decision, actor: Actor, now: datetime
) -> LetterData:
    """Return the letter that would be issued if the reader, a decision maker, approved it today.

    The same record comes out of the approval on the same day, so its file is the issued one before the seal.
    """
    if decision.state is not DecisionState.PRESENTED:
        return make_letter(session, tools.registers, decision, now)
    approval = Approval(actor.user_id, now)
    return seal_letter(session, tools.registers, decision, approval, tools.settings.public_url)


def remember_preview(
    session: Session, decision: Decision, letter: LetterData, actor: Actor, now: datetime
) -> DecisionPreview:
    """Remember what somebody looked at, so that the next look can show what changed."""
    seen = session.get(DecisionPreview, decision.id) or DecisionPreview(decision_id=decision.id)
    seen.text, seen.content_sha256 = write_text(letter), sha256_text(write_content(letter))
    seen.seen_at, seen.seen_by = now, actor.user_id
    session.add(seen)
    return seen


def list_changes(session: Session, decision: Decision, letter: LetterData) -> Sequence[Stretch]:
    """Return the words that changed since the last preview; nothing where there was none or all is as it was."""
    seen = session.get(DecisionPreview, decision.id)
    text = write_text(letter)
    if seen is None or seen.text == text:
        return ()
    return compare_words(seen.text, text)
