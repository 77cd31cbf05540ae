"""Answers as they are typed: saved without an event, never over somebody else's newer text."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import StaleVersion
from app.domain.row_merge import RowEdit, identify_rows, merge_rows
from app.models import Answer, Application, Partner
from app.queries.applicant.drafts import DraftHead, StoredAnswer, StoredDraft, load_draft
from app.queries.rows import forget_row, table_of
from app.services.application.applications import refuse_closed
from app.services.call.calls import get_definition
from calls.definition import CallDefinition

Key = tuple[str, str]
"""Question and partner key."""

PARTNER_OWNED = frozenset({"budget_staff", "budget_financing"})
"""Question types whose answers belong to each partner."""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A changed answer. ``version`` is the one the writer saw; None overwrites whatever is there.

    ``rows`` says which rows the values are and what of them was read; then rows are merged one by
    one, and the version of the whole does not count.
    """

    question_id: str
    value: Any
    partner_key: str = ""
    version: int | None = None
    rows: RowEdit | None = None


@dataclass(slots=True)
class _Write:
    """What will be stored for one answer."""

    change: AnswerChange
    value: Any
    row_ids: list[str] = field(default_factory=list)


def save_answers(
    session: Session,
    application_id: uuid.UUID,
    changes: Sequence[AnswerChange],
    actor: Actor,
    now: datetime,
    draft: StoredDraft | None = None,
) -> dict[Key, int]:
    """Save changed answers of a draft, or the opened ones of a completion; return the new versions.

    Saving a draft is not an act of the process, so it writes no event; who and when stands on the row.
    A partner whose plan or budget changes has to confirm it again. ``draft`` is what the caller has
    read in this transaction: at least the answers to the changed questions.

    Raises:
        StaleVersion: if somebody else saved one of the answers since; nothing is saved then.
        NotPermitted: if the application or the question is not open to change.
    """
    questions = {each.question_id for each in changes}
    if draft is None:
        draft = load_draft(session, application_id, questions)
    refuse_closed(session, draft.head, questions)
    definition = get_definition(session, draft.head.call_version_id)
    writes: list[_Write] = []
    clashes: list[dict[str, Any]] = []
    for each in changes:
        row = draft.rows.get((each.question_id, each.partner_key))
        write, found = _merge(definition, each, row)
        writes.append(write)
        clashes += found
    if clashes:
        raise StaleVersion(answers=clashes)
    versions = _write_all(session, draft, writes, actor, now)
    _keep_facts(session, draft.head, definition, changes, now)
    return versions


def _write_all(
    session: Session,
    draft: StoredDraft,
    writes: Sequence[_Write],
    actor: Actor,
    now: datetime,
) -> dict[Key, int]:
    """Write what has changed, in one statement for new answers and one for others; return all versions."""
    versions: dict[Key, int] = {}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for each in writes:
        key = (each.change.question_id, each.change.partner_key)
        stored = draft.rows.get(key)
        versions[key] = stored.version if stored else 0
        if stored is None or stored.value != each.value:
            versions[key] += 1
            row = _row_of(draft.head, each, versions[key], actor, now)
            (new if stored is None else changed).append(row)
    for statement, rows in ((_INSERT, new), (_UPDATE, changed)):
        if rows:
            session.execute(statement, rows)
    unconfirm_partners(
        session, draft.head.id, {each["the_partner_key"] for each in new + changed} - {""}
    )
    return versions


def unconfirm_partners(session: Session, application_id: uuid.UUID, partner_keys: set[str]) -> None:
    """Let partners confirm again: their part is not what they confirmed."""
    if not partner_keys:
        return
    session.execute(
        sa.update(Partner)
        .where(
            Partner.application_id == application_id,
            Partner.key.in_(partner_keys),
            Partner.confirmed_at.is_not(None),
        )
        .values(confirmed_at=None, confirmed_by=None)
    )


def _merge(
    definition: CallDefinition, change: AnswerChange, stored: StoredAnswer | None
) -> tuple[_Write, list[dict[str, Any]]]:
    """Return what to store for a change, and where it meets somebody else's newer text."""
    if change.rows is not None:
        return _merge_rows(definition, change, change.rows, stored)
    write = _Write(change, change.value, list(stored.row_ids) if stored else [])
    if stored is None or change.version is None:
        return write, []
    if stored.version == change.version or stored.value == change.value:
        return write, []
    clash = {
        "question": change.question_id,
        "partner": change.partner_key,
        "row": "",
        "stored": stored.value,
        "yours": change.value,
        "version": stored.version,
    }
    return write, [clash]


def _merge_rows(
    definition: CallDefinition, change: AnswerChange, edit: RowEdit, stored: StoredAnswer | None
) -> tuple[_Write, list[dict[str, Any]]]:
    question = definition.get_question(change.question_id)
    known = list(stored.value or ()) if stored else []
    ids = identify_rows(question.type, known, stored.row_ids if stored else None)
    merged = merge_rows(
        question,
        edit.base,
        dict(zip(edit.ids, change.value, strict=True)),
        dict(zip(ids, known, strict=True)),
    )
    clashes = [
        {
            "question": change.question_id,
            "partner": change.partner_key,
            "row": each.id,
            "stored": each.stored,
            "yours": each.yours,
            "version": stored.version if stored else 0,
        }
        for each in merged.conflicts
    ]
    rows = [dict(each) for each in merged.rows.values()]
    return _Write(change, rows, list(merged.rows)), clashes


_ANSWER, _APPLICATION = table_of(Answer), table_of(Application)
_STORED: dict[str, sa.BindParameter[Any]] = {
    name: sa.bindparam(f"new_{name}")
    for name in ("value", "row_ids", "version", "changed_at", "changed_by")
}
_KEY: dict[str, sa.BindParameter[Any]] = {
    name: sa.bindparam(f"the_{name}") for name in ("application_id", "question_id", "partner_key")
}
_INSERT = sa.insert(_ANSWER).values(**_KEY, **_STORED)
_UPDATE = (
    sa.update(_ANSWER)
    .where(*(_ANSWER.c[name] == given for name, given in _KEY.items()))
    .values(**_STORED)
)
_FACTS = ("title", "acronym", "theme", "language")
_KEEP = (
    sa.update(_APPLICATION)
    .where(_APPLICATION.c.id == sa.bindparam("the_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in (*_FACTS, "changed_at", "row_version")})
)
"""Statements made once, not objects: they run at every pause of everybody who types."""


def _row_of(
    head: DraftHead, write: _Write, version: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return the values of one answer for the statements above."""
    return {
        "the_application_id": head.id,
        "the_question_id": write.change.question_id,
        "the_partner_key": write.change.partner_key,
        "new_value": write.value,
        "new_row_ids": write.row_ids,
        "new_version": version,
        "new_changed_at": now,
        "new_changed_by": actor.user_id,
    }


def _keep_facts(
    session: Session,
    head: DraftHead,
    definition: CallDefinition,
    changes: Sequence[AnswerChange],
    now: datetime,
) -> None:
    """Copy the facts that lists show from the answers to the application's row."""
    values = {each.question_id: each.value for each in changes if not each.partner_key}
    title = {
        language: values.get(f"title_{language}", head.title.get(language)) or ""
        for language in {*head.title, *definition.languages}
    }
    before = {name: getattr(head, name) for name in _FACTS}
    after = {**before, "title": {key: text for key, text in title.items() if text}}
    after |= {name: values[name] or "" for name in ("acronym", "theme") if name in values}
    if values.get("language") in {"fi", "sv"}:
        after["language"] = values["language"]
    if after != before:
        given = {f"new_{name}": value for name, value in after.items()}
        given |= {"the_id": head.id, "new_changed_at": now, "new_row_version": head.row_version + 1}
        session.execute(_KEEP, given)
        forget_row(session, Application, head.id)
