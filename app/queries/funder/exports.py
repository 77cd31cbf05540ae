"""Exports of a call's applications: rows one by one, so that memory does not grow with their number."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Application
from app.queries.funder.list_statements import natural_order

EXPORT_COLUMNS = (
    "record_number",
    "acronym",
    "title",
    "lead_partner",
    "region",
    "theme",
    "language",
    "state",
    "submitted_at",
    "total_cost",
    "support_applied",
    "support_proposed",
    "evaluations_assigned",
    "evaluations_submitted",
    "mean",
    "spread",
    "final",
    "rank",
    "reserve_place",
)


def stream_applications(session: Session, call_id: uuid.UUID) -> Iterator[Any]:
    """Yield the rows of the export in the order of record numbers, in one statement."""
    statement = (
        sa.select(
            Application.record_number,
            Application.acronym,
            Application.title,
            Application.lead_name,
            Application.lead_region,
            Application.theme,
            Application.language,
            Application.state,
            Application.submitted_at,
            Application.total_cost,
            Application.support_applied,
            Application.support_proposed,
            Application.sheets_assigned,
            Application.sheets_submitted,
            Application.sheets_mean,
            Application.sheets_spread,
            Application.final_hundredths,
            Application.rank_position,
            Application.reserve_position,
        )
        .where(Application.call_id == call_id, Application.record_number.is_not(None))
        .order_by(natural_order())
        .execution_options(yield_per=200)
    )
    yield from session.execute(statement)
