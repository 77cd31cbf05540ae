"""CSV for spreadsheets: streamed, and safe against cells that a spreadsheet would run as formulas."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from app.domain.times import to_local
from app.queries.funder_exports import EXPORT_COLUMNS, stream_applications
from scoring.rounding import half_up

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


def make_cell(value: object) -> str:
    """Return a value as the text of a cell; a text that would start a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, str) and value.lstrip().startswith(_RISKY):
        return f"'{value}"
    return str(value)


def write_rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield CSV text, a handful of rows at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    buffer.write(_BOM)
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow([make_cell(value) for value in row])
        if number % 100 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def stream_csv(session: Session, call_id: uuid.UUID) -> Iterator[str]:
    """Yield the export of a call's applications."""
    return write_rows(
        EXPORT_COLUMNS, (_cells(row) for row in stream_applications(session, call_id))
    )


def _cells(row: Any) -> list[object]:
    mean = Fraction(int(row.sum), 100 * int(row.submitted)) if row.submitted else None
    spread = Fraction(int(row.spread), 100) if row.submitted > 1 else None
    final = None if row.final_hundredths is None else Fraction(row.final_hundredths, 100)
    title = row.title.get(row.language) or next(iter(row.title.values()), "")
    return [
        row.record_number,
        row.acronym,
        title,
        row.lead_name,
        row.lead_region,
        row.theme,
        row.language,
        row.state.value,
        to_local(row.submitted_at).isoformat(timespec="seconds"),
        row.total_cost,
        row.support_applied,
        row.support_proposed,
        row.assigned,
        row.submitted,
        _points(mean),
        _points(spread),
        _points(final),
        row.rank_position,
        row.reserve_position,
    ]


def _points(value: Fraction | None) -> Decimal | None:
    return None if value is None else half_up(value, 2)
