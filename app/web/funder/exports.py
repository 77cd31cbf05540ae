"""The export of a call's applications for spreadsheets, streamed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from app.domain.times import to_local
from app.queries.funder.exports import EXPORT_COLUMNS, stream_applications
from app.web.spreadsheets import write_rows
from scoring.rounding import half_up


def stream_csv(session: Session, call_id: uuid.UUID) -> Iterator[str]:
    """Yield the export of a call's applications."""
    return write_rows(
        EXPORT_COLUMNS, (_cells(row) for row in stream_applications(session, call_id))
    )


def _cells(row: Any) -> list[object]:
    count = row.sheets_submitted
    mean = Fraction(row.sheets_mean, 100) if count else None
    spread = Fraction(row.sheets_spread, 100) if count > 1 else None
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
        row.sheets_assigned,
        count,
        _points(mean),
        _points(spread),
        _points(final),
        row.rank_position,
        row.reserve_position,
    ]


def _points(value: Fraction | None) -> Decimal | None:
    return None if value is None else half_up(value, 2)
