"""The officer's list of a call's applications: a page at a time, a constant number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.domain.lifecycle import ApplicationState, DecisionState
from app.queries.funder.list_statements import (
    ASCENDING,
    PAGE_SIZE,
    SPELLINGS,
    PageKind,
    select_found,
    select_page,
)

SORTS: Final = ("record", "score", "spread", "disagreement", "support", "region")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the officer asked to see. ``after`` and ``before`` are cursors of ``ListPage``."""

    sort: str = "record"
    state: str = ""
    region: str = ""
    theme: str = ""
    search: str = ""
    after: str = ""
    before: str = ""
    closed: frozenset[uuid.UUID] = frozenset()
    """Applications that a conflict of interest closes to the reader."""

    @property
    def is_descending(self) -> bool:
        """Tell whether the greatest comes first: in all orders but those of numbers and regions."""
        return self.sort not in ASCENDING


class ApplicationLine(NamedTuple):
    """One row of the list, in the order in which the statement gives its columns."""

    id: uuid.UUID
    record_number: str
    acronym: str
    title: Mapping[str, str] | None
    """Only where there is no acronym."""
    lead_name: str
    lead_region: str
    state: ApplicationState
    final: int | None
    """Hundredths of a point, as ``mean`` and ``spread``."""
    support: Decimal | None
    assigned: int
    submitted: int
    mean: int
    """The sum of the submitted evaluations."""
    spread: int
    disagreements: int
    decision: DecisionState | None
    """State of the newest decision."""
    key: Any
    """What the row is sorted by."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list, the number of applications found, and the cursors of its neighbours."""

    lines: Sequence[ApplicationLine]
    found: int
    after: str = ""
    before: str = ""


def list_page(session: Session, call_id: uuid.UUID, wishes: Wishes) -> ListPage:
    """Return a page of a call's submitted applications, in two statements whatever their number."""
    values = {"call_id": call_id, **_filter_values(wishes)}
    filters = _filters(wishes)
    backwards = bool(wishes.before)
    cursor = _read_cursor(wishes.before or wishes.after, wishes.sort)
    kind = PageKind(wishes.sort, filters, cursor is not None, backwards)
    statement = select_page(kind)
    place = {} if cursor is None else {"key": cursor[0], "id": cursor[1]}
    found = session.scalar(select_found(filters), values) or 0
    rows = session.execute(statement, {**values, **place}).all()
    has_more = len(rows) > PAGE_SIZE
    lines = [ApplicationLine._make(row) for row in rows[:PAGE_SIZE]]
    if backwards:
        lines.reverse()
    has_before, has_after = (has_more, True) if backwards else (cursor is not None, has_more)
    return ListPage(
        lines=lines,
        found=found,
        after=_cursor(lines[-1]) if lines and has_after else "",
        before=_cursor(lines[0]) if lines and has_before else "",
    )


def _filters(wishes: Wishes) -> tuple[str, ...]:
    """Return the names of the conditions that the wishes set."""
    names = [key for key in ("region", "theme", "closed") if getattr(wishes, key)]
    if wishes.state in set(ApplicationState):
        names.append("state")
    words = wishes.search.strip()
    if words:
        names.append("search" if words.isascii() else "exact")
    return tuple(names)


def _filter_values(wishes: Wishes) -> dict[str, Any]:
    """Return the values of all conditions; those of conditions that are not set are not sent."""
    values: dict[str, Any] = {
        key: getattr(wishes, key) for key in ("state", "region", "theme") if getattr(wishes, key)
    }
    if wishes.closed:
        values["closed"] = sorted(wishes.closed)
    words = wishes.search.strip()
    if words:
        forms = (words, words.lower(), words.upper(), words.capitalize())
        values["words"] = _pattern(words.lower())
        values |= {name: _pattern(form) for name, form in zip(SPELLINGS, forms, strict=True)}
    return values


def _pattern(words: str) -> str:
    r"""Return a pattern that finds words anywhere: ``50 %`` → ``%50 \%%``."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _cursor(line: ApplicationLine) -> str:
    return f"{line.key}~{line.id.hex}"


def _read_cursor(text: str, sort: str) -> tuple[Any, uuid.UUID] | None:
    """Return the place that a cursor names; a damaged one begins at the beginning."""
    key, _, identifier = text.rpartition("~")
    try:
        return (key if sort == "region" else int(key)), uuid.UUID(identifier)
    except ValueError:
        return None
