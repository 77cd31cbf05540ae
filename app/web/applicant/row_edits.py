"""What a page carries of the answers that it was made from: identifiers and digests of what was read.

``_row`` is a hidden field of each row, ``_rows-<question>`` one of the whole list, ``_read-<question>``
one of any other answer. None gets into the content of the application.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.content import Content
from app.domain.row_merge import (
    RowEdit,
    identify_rows,
    natural_id,
    new_row_id,
    read_base,
    row_digest,
    write_base,
)
from app.queries.applicant.drafts import Versions
from app.services.application.answers import PARTNER_OWNED
from calls.definition import AnyQuestion
from forms.rows import ROW_ID, RowList

BASE_PREFIX = "_rows-"
READ_PREFIX = "_read-"
Row = Mapping[str, Any]


def has_rows(question: AnyQuestion) -> bool:
    """Tell whether the answer to a question is rows that are merged one by one."""
    return hasattr(question, "columns") or question.type == "secrecy_marks"


def identified_rows(question: AnyQuestion, content: Content, versions: Versions) -> list[Any]:
    """Return the stored rows of a question, each with its identifier."""
    if question.type == "partners":
        return [dict(row) for row in content.partners]
    rows = content.rows(question.id)
    if question.type not in PARTNER_OWNED:
        return _with_ids(question, rows, versions.row_ids.get((question.id, "")))
    keys = list(dict.fromkeys(str(row.get("partner")) for row in rows))
    return [
        row
        for key in keys
        for row in _with_ids(
            question,
            [each for each in rows if str(each.get("partner")) == key],
            versions.row_ids.get((question.id, key)),
        )
    ]


def _with_ids(
    question: AnyQuestion, rows: Sequence[Row], stored_ids: Sequence[str] | None
) -> list[Any]:
    ids = identify_rows(question.type, rows, stored_ids)
    return [{**row, ROW_ID: each} for row, each in zip(rows, ids, strict=True)]


def base_text(question: AnyQuestion, rows: Iterable[Row]) -> str:
    """Return what the page carries of the rows that it shows."""
    return write_base(
        (_owner(question, row), row_id, row_digest(question, row))
        for row in rows
        if (row_id := _id_of(question, row))
    )


def _owner(question: AnyQuestion, row: Row) -> str:
    return str(row.get("partner") or "") if question.type in PARTNER_OWNED else ""


def _id_of(question: AnyQuestion, row: Row) -> str:
    if question.type == "partners":
        return str(row.get("key") or "")
    return natural_id(question.type, row) or str(row.get(ROW_ID) or "")


@dataclass(frozen=True, slots=True)
class TypedRows:
    """The filled rows of a page with their identifiers; new rows have been given one."""

    rows: tuple[dict[str, Any], ...]
    ids: tuple[str, ...]
    base: Mapping[str, Mapping[str, str]] | None
    given: Mapping[str, str]
    """New values of the page's hidden fields."""

    def edit_of(self, partner_key: str, rows: Sequence[Row]) -> RowEdit | None:
        """Return the edit that some of the rows make of a partner's answer; None without a base."""
        if self.base is None:
            return None
        places = {id(row): each for row, each in zip(self.rows, self.ids, strict=True)}
        ids = tuple(places[id(row)] for row in rows)
        return RowEdit(ids, self.base.get(partner_key, {}))


def read_rows(question: AnyQuestion, field: RowList, typed: Mapping[str, Any]) -> TypedRows:
    """Return the typed rows of a question."""
    carried = typed.get(BASE_PREFIX + question.id)
    known = field.row_ids()
    given: dict[str, str] = {}
    ids: list[str] = []
    rows: list[dict[str, Any]] = []
    taken: set[tuple[str, str]] = set()
    for index, row in field.filled_rows():
        row_id = _id_of(question, {**row, ROW_ID: known.get(index, "")})
        is_taken = (_owner(question, row), row_id) in taken
        if question.type != "partners" and (not row_id or is_taken):
            row_id = new_row_id()
            given[f"{question.id}-{index}-{ROW_ID}"] = row_id
        taken.add((_owner(question, row), row_id))
        ids.append(row_id)
        rows.append(row)
    if carried is not None:
        marked = [{**row, ROW_ID: each} for row, each in zip(rows, ids, strict=True)]
        given[BASE_PREFIX + question.id] = base_text(question, marked)
    base = read_base(carried) if carried is not None else None
    return TypedRows(tuple(rows), tuple(ids), base, given)


def read_typed(question: AnyQuestion, field: RowList) -> list[dict[str, Any]]:
    """Return the typed rows of a question, each with the identifier that the page knows it by."""
    known = field.row_ids()
    return [{**row, ROW_ID: known.get(index, "")} for index, row in field.filled_rows()]
