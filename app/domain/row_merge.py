"""Rows of one answer that two people edit at once: a three-way merge by stable row identifiers.

A row's identifier is not part of the content: it lies beside the stored answer and in a hidden field of
the page. The page also carries a short digest of every row as it was read (its *base*), so that a row
which one person left alone never overwrites what another wrote into it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.domain.records import canonical_json, sha256_text
from calls.definition import AnyQuestion

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
"""Rows by identifier, in order."""
Base = Mapping[str, str]
"""Digests of the rows as they were read, by identifier."""

STARTING = "s:"
"""Identifiers of rows that everybody starts from: an objective, a mandatory indicator, a partner."""
_NUMBERS = frozenset({"integer", "decimal", "percent", "money"})
_NUMERAL = re.compile(r"-?\d+(\.\d+)?")
_MARK_CELLS = ("question", "ground", "reason")
_NOT_COMPARED: Mapping[str, frozenset[str]] = {
    "budget_staff": frozenset({"partner", "cost"}),
    "budget_financing": frozenset({"partner"}),
}
"""Cells that the server fills: a computed cost, and the partner that owns the answer."""
_NATURAL_KEYS: Mapping[str, str] = {"dnsh": "objective", "budget_financing": "partner"}


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Typed rows as an edit of rows that were read: their identifiers and what was read."""

    ids: tuple[str, ...]
    base: Base


@dataclass(frozen=True, slots=True)
class RowConflict:
    """A row that two people changed; None where one of them removed it."""

    id: str
    stored: Row | None
    yours: Row | None


@dataclass(slots=True)
class Merge:
    """The merged rows, and the rows that a person must choose between."""

    rows: dict[str, Row] = field(default_factory=dict)
    conflicts: list[RowConflict] = field(default_factory=list)


def new_row_id() -> str:
    """Return an identifier for a new row."""
    return secrets.token_hex(4)


def starting_id(name: str) -> str:
    """Return the identifier of a row that everybody starts from."""
    return STARTING + name


def natural_id(kind: str, row: Row) -> str | None:
    """Return the identifier of a row that its own content names, if its question has such rows."""
    column = _NATURAL_KEYS.get(kind)
    return starting_id(str(row.get(column))) if column else None


def identify_rows(kind: str, rows: Sequence[Row], stored_ids: Sequence[str] | None) -> list[str]:
    """Return the identifiers of stored rows; rows that were imported are known by their place."""
    ids = list(stored_ids or ())
    if len(ids) != len(rows):
        ids = [f"p{number}" for number in range(1, len(rows) + 1)]
    return [natural_id(kind, row) or known for row, known in zip(rows, ids, strict=True)]


def row_digest(question: AnyQuestion, row: Row) -> str:
    """Return a short digest of what people type into a row; how a number is written does not count."""
    columns = getattr(question, "columns", ())
    numbers = {each.id for each in columns if each.type in _NUMBERS}
    names = [each.id for each in columns] or list(_MARK_CELLS)
    left_out = _NOT_COMPARED.get(question.type, frozenset())
    cells = {
        name: _plain(row[name], is_number=name in numbers)
        for name in names
        if name not in left_out and row.get(name) not in (None, "")
    }
    return sha256_text(canonical_json(cells))[:10]


def value_digest(value: Any) -> str:
    """Return a short digest of an answer that is no table; nothing and an empty answer are alike."""
    text = value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
    return sha256_text(canonical_json(None if text in ("", []) else text))[:10]


def _plain(value: Any, *, is_number: bool) -> Any:
    text = str(value).strip()
    if is_number and _NUMERAL.fullmatch(text):
        return f"{Decimal(text).normalize():f}"
    return text if isinstance(value, str) else value


def merge_rows(question: AnyQuestion, base: Base, mine: Rows, stored: Rows) -> Merge:
    """Merge typed rows into stored ones; rows that only one of two people touched never clash."""
    merge = Merge()
    adopted = _adopt_repeated(question, base, mine, stored)
    for row_id, row in mine.items():
        if row_id in adopted:
            merge.rows[row_id] = row
        else:
            _merge_typed(question, merge, row_id, row, base.get(row_id), stored.get(row_id))
    for row_id, row in stored.items():
        if row_id in mine or row_id in adopted.values():
            continue
        if row_id not in base:
            merge.rows[row_id] = row
        elif row_digest(question, row) != base[row_id]:
            merge.conflicts.append(RowConflict(row_id, row, None))
    return merge


def _adopt_repeated(question: AnyQuestion, base: Base, mine: Rows, stored: Rows) -> dict[str, str]:
    """Return new rows that are stored already: the answer to the save that stored them was lost.

    They keep the identifier that the page knows from now on.
    """
    unknown = {
        row_digest(question, row): row_id
        for row_id, row in stored.items()
        if row_id not in base and row_id not in mine
    }
    found = {}
    for row_id, row in mine.items():
        if row_id not in base and row_id not in stored:
            known = unknown.pop(row_digest(question, row), None)
            if known is not None:
                found[row_id] = known
    return found


def _merge_typed(
    question: AnyQuestion,
    merge: Merge,
    row_id: str,
    row: Row,
    read: str | None,
    stored: Row | None,
) -> None:
    typed = row_digest(question, row)
    if stored is None:
        is_new = read is None or row_id.startswith(STARTING)
        if is_new:
            merge.rows[row_id] = row
        elif typed != read:
            merge.conflicts.append(RowConflict(row_id, None, row))
        return
    now = row_digest(question, stored)
    if typed == read:
        merge.rows[row_id] = stored
    elif now in (read, typed):
        merge.rows[row_id] = row
    else:
        merge.conflicts.append(RowConflict(row_id, stored, row))


def write_base(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return the text that a page carries: (partner or nothing, row, digest) of each row."""
    return ",".join(f"{partner}/{row_id}.{digest}" for partner, row_id, digest in entries)


def read_base(text: str) -> dict[str, dict[str, str]]:
    """Return the digests that a page carried, by partner and row; what cannot be read is left out."""
    found: dict[str, dict[str, str]] = {}
    for partner, row_id, digest in _entries(text):
        found.setdefault(partner, {})[row_id] = digest
    return found


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    for each in text.split(","):
        partner, slash, rest = each.partition("/")
        row_id, dot, digest = rest.rpartition(".")
        if slash and dot and row_id:
            yield partner, row_id, digest
