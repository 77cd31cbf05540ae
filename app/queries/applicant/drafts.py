"""What a save, and the page that it comes from, read of a draft: few statements, however long it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.lifecycle import ApplicationState
from app.models import Answer, Application, Partner
from app.queries.rows import table_of


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
class StoredAnswer:
    """One answer as it is stored."""

    value: Any
    version: int
    row_ids_json: str

    @property
    def row_ids(self) -> list[str]:
        """Return the identifiers of a table's rows; few saves ask for them."""
        ids: list[str] = json.loads(self.row_ids_json)
        return ids


@dataclass(frozen=True, slots=True)
class DraftHead:
    """What a save looks at in the application's own row."""

    id: uuid.UUID
    call_version_id: uuid.UUID
    state: ApplicationState
    row_version: int
    language: str
    acronym: str
    theme: str
    title_json: str

    @property
    def title(self) -> dict[str, str]:
        """Return the title by language."""
        title: dict[str, str] = json.loads(self.title_json)
        return title


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What one save needs of the stored draft: its head, some answers, the names of the partners."""

    head: DraftHead
    rows: dict[tuple[str, str], StoredAnswer]
    """Answers by question and partner."""
    partners: tuple[tuple[str, str], ...]

    @property
    def answers(self) -> dict[tuple[str, str], Any]:
        """Return the values of the answers."""
        return {key: each.value for key, each in self.rows.items()}

    @property
    def versions(self) -> Versions:
        """Return how often the answers were saved."""
        return Versions({key: each.version for key, each in self.rows.items()})


_FIELD, _END = "\x1f", "\x1e"
"""Between the parts of a partner, and between partners, in the one text that holds them all."""


def _plain(column: Any) -> Any:
    """Return a text without the two marks, which nobody types."""
    return sa.func.replace(sa.func.replace(column, _FIELD, ""), _END, "")


_APPLICATION, _ANSWER, _PARTNER = (table_of(each).c for each in (Application, Answer, Partner))
_PARTNERS = (
    sa.select(
        sa.func.aggregate_strings(
            sa.cast(_PARTNER.position, sa.String)
            + sa.literal(_FIELD)
            + _plain(_PARTNER.key)
            + sa.literal(_FIELD)
            + _plain(_PARTNER.name),
            _END,
        )
    )
    .where(_PARTNER.application_id == sa.bindparam("application"))
    .scalar_subquery()
)
_HEAD = (
    _APPLICATION.id,
    _APPLICATION.call_version_id,
    _APPLICATION.state,
    _APPLICATION.row_version,
    _APPLICATION.language,
    _APPLICATION.acronym,
    _APPLICATION.theme,
    sa.cast(_APPLICATION.title, sa.String).label("title_json"),
)
_DRAFT = (
    sa.select(
        _PARTNERS,
        _ANSWER.question_id,
        _ANSWER.partner_key,
        _ANSWER.value,
        _ANSWER.version,
        sa.cast(_ANSWER.row_ids, sa.String).label("row_ids_json"),
        *_HEAD,
    )
    .outerjoin_from(
        table_of(Application),
        table_of(Answer),
        sa.and_(
            _ANSWER.application_id == _APPLICATION.id,
            _ANSWER.question_id.in_(sa.bindparam("questions", expanding=True)),
        ),
    )
    .where(_APPLICATION.id == sa.bindparam("application"))
)
"""Every save asks this, so it is made once, of columns: the application's are repeated with each answer,
so what has to be decoded stays text. Partners come as one text, not as a row for each answer and partner."""


def load_draft(
    session: Session, application_id: uuid.UUID, question_ids: Collection[str]
) -> StoredDraft:
    """Return some answers, the partners and the application's own row in one statement.

    On PostgreSQL the application is locked first: of two saves at once the second sees what the
    first wrote. On SQLite the unit of work has locked the database already.

    Raises:
        NotFound: if there is no such application.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = sa.select(_APPLICATION.id).where(_APPLICATION.id == application_id)
        session.execute(lock.with_for_update())
    given = {"application": application_id, "questions": sorted(question_ids)}
    session.flush()  # a statement on tables does not do so by itself
    rows = session.execute(_DRAFT, given).all()
    if not rows:
        raise NotFound(application=str(application_id))
    answers = {
        (question, key): StoredAnswer(value, version, row_ids)
        for _names, question, key, value, version, row_ids, *_head in rows
        if question is not None
    }
    names, *_answer = rows[0]
    return StoredDraft(DraftHead(*rows[0][-len(_HEAD) :]), answers, _read_partners(names or ""))


def _read_partners(text: str) -> tuple[tuple[str, str], ...]:
    """Return key and name of the partners in their order."""
    parts = [each.split(_FIELD) for each in text.split(_END)] if text else []
    return tuple((key, name) for _place, key, name in sorted(parts, key=lambda part: int(part[0])))
