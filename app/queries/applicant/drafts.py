"""What a save, and the page that it comes from, read of a draft: few statements, however long it is."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

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


_FIELD, _END = "\x1f", "\x1e"
"""Between the parts of a partner, and between partners, in the one text that holds them all."""


def _plain(column: Any) -> Any:
    """Return a text without the two marks, which nobody types."""
    return sa.func.replace(sa.func.replace(column, _FIELD, ""), _END, "")


_PARTNERS = (
    sa.select(
        sa.func.aggregate_strings(
            sa.cast(Partner.position, sa.String)
            + sa.literal(_FIELD)
            + _plain(Partner.key)
            + sa.literal(_FIELD)
            + _plain(Partner.name),
            _END,
        )
    )
    .where(Partner.application_id == sa.bindparam("application"))
    .scalar_subquery()
)
_DRAFT = (
    sa.select(Application, Answer, _PARTNERS.label("partners"))
    .outerjoin(
        Answer,
        sa.and_(
            Answer.application_id == Application.id,
            Answer.question_id.in_(sa.bindparam("questions", expanding=True)),
        ),
    )
    .where(Application.id == sa.bindparam("application"))
    # What a save looks at; the row is repeated with each answer.
    .options(
        load_only(
            Application.call_version_id,
            Application.state,
            Application.language,
            Application.acronym,
            Application.title,
            Application.theme,
            Application.row_version,
        )
    )
)
"""Every save asks this, so it is made once. Partners come as one text, not as a row for each answer and partner."""


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
    given = {"application": application_id, "questions": sorted(question_ids)}
    stored: dict[tuple[str, str], Answer] = {}
    held: Application | None = None
    partners = ""
    for application, answer, names in session.execute(_DRAFT, given):
        held, partners = application, names or ""
        if answer is not None:
            stored[answer.question_id, answer.partner_key] = answer
    versions = {key: each.version for key, each in stored.items()}
    answers = {key: each.value for key, each in stored.items()}
    return StoredDraft(answers, Versions(versions), _read_partners(partners), stored, held)


def _read_partners(text: str) -> tuple[tuple[str, str], ...]:
    """Return key and name of the partners in their order."""
    parts = [each.split(_FIELD) for each in text.split(_END)] if text else []
    return tuple((key, name) for _place, key, name in sorted(parts, key=lambda part: int(part[0])))
