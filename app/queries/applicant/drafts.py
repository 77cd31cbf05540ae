"""What a save, and the page that it comes from, read of a draft: few statements, however long it is."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Answer, Application, Partner


@dataclass(frozen=True, slots=True)
class Versions:
    """How often answers were saved, for the check that nobody overwrites another's text."""

    answers: dict[tuple[str, str], int]
    row_ids: Mapping[tuple[str, str], list[str]] = field(default_factory=dict)
    """Identifiers of the rows of tables, by question and partner."""

    def of(self, question_id: str) -> str:
        """Return the versions of a question as the form carries them: ``3`` or ``P1:2,P2:1``."""
        found = sorted((key, n) for (name, key), n in self.answers.items() if name == question_id)
        shared = [str(number) for key, number in found if not key]
        return ",".join([*shared, *(f"{key}:{number}" for key, number in found if key)]) or "0"

    @property
    def total(self) -> int:
        """Return a number that grows with every save."""
        return sum(self.answers.values())


def load_versions(
    session: Session, application_id: uuid.UUID, question_ids: Collection[str]
) -> Versions:
    """Return the versions of the answers to some questions."""
    rows = session.execute(
        sa.select(Answer.question_id, Answer.partner_key, Answer.version, Answer.row_ids).where(
            Answer.application_id == application_id, Answer.question_id.in_(question_ids)
        )
    ).all()
    return Versions(
        {(question, key): version for question, key, version, _ids in rows},
        {(question, key): ids for question, key, _version, ids in rows},
    )


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What one save needs of the stored draft: some answers and the names of the partners."""

    answers: dict[tuple[str, str], Any]
    versions: Versions
    partners: tuple[tuple[str, str], ...]
    rows: dict[tuple[str, str], Answer]
    """The answers' rows themselves, for the save that follows in the same transaction."""
    application: Application | None
    """Held, because a session forgets a row that nobody holds."""


def load_draft(
    session: Session, application_id: uuid.UUID, question_ids: Collection[str]
) -> StoredDraft:
    """Return some answers and the partners in one statement.

    The application's row comes with it into the session, so that the save finds it there. On
    PostgreSQL the row is locked first: of two saves at once the second sees what the first wrote.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = sa.select(Application.id).where(Application.id == application_id)
        session.execute(lock.with_for_update())
    rows = session.execute(
        sa.select(Application, Answer, Partner.key, Partner.name, Partner.position)
        .join(Partner, Partner.application_id == Application.id)
        .outerjoin(
            Answer,
            sa.and_(Answer.application_id == Application.id, Answer.question_id.in_(question_ids)),
        )
        .where(Application.id == application_id)
        .order_by(Partner.position)
    ).all()
    partners: dict[str, str] = {}
    stored: dict[tuple[str, str], Answer] = {}
    held: Application | None = None
    for application, answer, key, name, _position in rows:
        held = application
        partners[key] = name
        if answer is not None:
            stored[answer.question_id, answer.partner_key] = answer
    versions = {key: each.version for key, each in stored.items()}
    answers = {key: each.value for key, each in stored.items()}
    return StoredDraft(answers, Versions(versions), tuple(partners.items()), stored, held)
