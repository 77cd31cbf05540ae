"""Answers as they are typed: saved without an event, never over somebody else's newer text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import StaleVersion
from app.domain.row_merge import RowEdit, identify_rows, merge_rows
from app.models import Answer, Application, Partner
from app.queries.content import get_application
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
    loaded: Mapping[Key, Answer] | None = None,
) -> dict[Key, int]:
    """Save changed answers of a draft, or the opened ones of a completion; return the new versions.

    Saving a draft is not an act of the process, so it writes no event; who and when stands on the row.
    A partner whose plan or budget changes has to confirm it again. ``loaded`` gives the rows that the
    caller has read in this transaction, all those of the changed questions.

    Raises:
        StaleVersion: if somebody else saved one of the answers since; nothing is saved then.
        NotPermitted: if the application or the question is not open to change.
    """
    application = get_application(session, application_id)
    refuse_closed(session, application, {each.question_id for each in changes})
    definition = get_definition(session, application.call_version_id)
    stored = _stored_answers(session, application_id, changes) if loaded is None else dict(loaded)
    writes: list[_Write] = []
    clashes: list[dict[str, Any]] = []
    for each in changes:
        row = stored.get((each.question_id, each.partner_key))
        write, found = _merge(definition, each, row)
        writes.append(write)
        clashes += found
    if clashes:
        raise StaleVersion(answers=clashes)
    versions = _write_all(session, application_id, stored, writes, actor, now)
    _keep_facts(application, definition, changes, now)
    return versions


def _write_all(
    session: Session,
    application_id: uuid.UUID,
    stored: dict[Key, Answer],
    writes: Sequence[_Write],
    actor: Actor,
    now: datetime,
) -> dict[Key, int]:
    versions: dict[Key, int] = {}
    touched: set[str] = set()
    for each in writes:
        key = (each.change.question_id, each.change.partner_key)
        before = stored[key].version if key in stored else 0
        versions[key] = _write(session, application_id, stored, each, actor, now)
        if key[1] and versions[key] != before:
            touched.add(key[1])
    if touched:
        session.execute(
            sa.update(Partner)
            .where(
                Partner.application_id == application_id,
                Partner.key.in_(touched),
                Partner.confirmed_at.is_not(None),
            )
            .values(confirmed_at=None, confirmed_by=None)
        )
    return versions


def _merge(
    definition: CallDefinition, change: AnswerChange, stored: Answer | None
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
    definition: CallDefinition, change: AnswerChange, edit: RowEdit, stored: Answer | None
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


def _stored_answers(
    session: Session, application_id: uuid.UUID, changes: Sequence[AnswerChange]
) -> dict[Key, Answer]:
    rows = session.scalars(
        sa.select(Answer).where(
            Answer.application_id == application_id,
            Answer.question_id.in_({each.question_id for each in changes}),
        )
    )
    return {(row.question_id, row.partner_key): row for row in rows}


def _write(
    session: Session,
    application_id: uuid.UUID,
    stored: dict[Key, Answer],
    write: _Write,
    actor: Actor,
    now: datetime,
) -> int:
    change = write.change
    row = stored.get((change.question_id, change.partner_key))
    if row is None:
        row = Answer(
            application_id=application_id,
            question_id=change.question_id,
            partner_key=change.partner_key,
            value=write.value,
            version=0,
            changed_at=now,
        )
        stored[change.question_id, change.partner_key] = row
        session.add(row)
    elif row.value == write.value:
        return row.version
    row.value, row.row_ids = write.value, write.row_ids
    row.version += 1
    row.changed_at, row.changed_by = now, actor.user_id
    return row.version


def _keep_facts(
    application: Application,
    definition: CallDefinition,
    changes: Sequence[AnswerChange],
    now: datetime,
) -> None:
    """Copy the facts that lists show from the answers to the application's row."""
    values = {each.question_id: each.value for each in changes if not each.partner_key}
    title = dict(application.title)
    for language in definition.languages:
        if f"title_{language}" in values:
            title[language] = values[f"title_{language}"] or ""
    facts: dict[str, Any] = {"title": {key: text for key, text in title.items() if text}}
    facts |= {name: values[name] or "" for name in ("acronym", "theme") if name in values}
    if values.get("language") in {"fi", "sv"}:
        facts["language"] = values["language"]
    for name, value in facts.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
            application.changed_at = now
