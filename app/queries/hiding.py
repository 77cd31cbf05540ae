"""Hides applications from everything that a session reads: one place for all pages of a portal."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from app.models import Application


def hide_applications(session: Session, ids: frozenset[uuid.UUID]) -> None:
    """Leave applications out of whatever the session reads from now on: rows, joins, counts.

    Statements on bare tables are not seen here: those that show applications take the condition
    themselves (``app/queries/funder/list_statements.py``).
    """

    def add_condition(state: ORMExecuteState) -> None:
        if state.is_select:
            state.statement = state.statement.options(
                with_loader_criteria(Application, Application.id.not_in(ids), include_aliases=True)
            )

    if ids:
        sa.event.listen(session, "do_orm_execute", add_condition)
