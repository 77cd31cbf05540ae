"""Copies of a decision for its partners: what is secret of others is withheld, with its ground in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotFound, Problem
from app.domain.withholding import GROUNDS, SecretPart, list_parts, withhold
from app.models import Decision
from app.pdf.letter_data import CopyNote, LetterData
from app.queries.content import load_submitted_content
from app.services.paper.words import WITHHELD, say
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe


def list_secrets(decision: Decision) -> list[SecretPart]:
    """Return the parts of a decision that are marked as secret."""
    return [SecretPart(**each) for each in decision.draft.get("secrets") or ()]


def mark_secrets(
    session: Session,
    decision: Decision,
    letter: LetterData,
    secrets: Sequence[SecretPart],
    actor: Actor,
    now: datetime,
) -> Decision:
    """Mark which parts are secret, whose and why. The decision itself stays as it is, so nothing is voided.

    Raises:
        InvalidInput: if a mark has no ground or names nothing that the letter holds.
    """
    keys = [row["key"] for row in load_submitted_content(session, decision.application_id).partners]
    _check_secrets(letter, secrets, [str(key) for key in keys])
    marks = [
        {"part": each.part, "ground": each.ground, "partner": each.partner} for each in secrets
    ]
    decision.draft = {**decision.draft, "secrets": marks}
    data = {"parts": [each.part for each in secrets]}
    append_event(session, Act("decision.mark_secrets", describe(decision), data), actor, now)
    return decision


def _check_secrets(
    letter: LetterData, secrets: Sequence[SecretPart], partners: Sequence[str]
) -> None:
    """Refuse marks without a ground of the law, of parts that the letter lacks, or of nobody.

    Raises:
        InvalidInput: with a problem ``secret_mark`` for each.
    """
    known = {each.part for each in list_parts(letter.model_dump(mode="json"))}
    problems = [
        Problem("secret_mark", field=each.part)
        for each in secrets
        if each.part not in known or each.ground not in GROUNDS or each.partner not in partners
    ]
    if problems:
        raise InvalidInput(problems)


def make_copy(letter: LetterData, secrets: Sequence[SecretPart], key: str, name: str) -> LetterData:
    """Return a letter as one partner may read it; the whole letter where nothing is secret from it.

    Raises:
        NotFound: if the partner is no party of the decision.
    """
    if name not in {partner.name for partner in letter.partners}:
        raise NotFound(partner=key)
    if all(each.partner == key for each in secrets):
        return letter
    record = withhold(letter.model_dump(mode="json"), secrets, key, say(WITHHELD, letter.language))
    copy = LetterData.model_validate(record)
    return copy.model_copy(update={"copy_note": CopyNote(recipient=name)})
