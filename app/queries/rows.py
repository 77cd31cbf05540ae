"""One row by its key, or the refusal that says what is not there."""

from __future__ import annotations

import uuid
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.domain.errors import NotFound
from app.models import Base

Row = TypeVar("Row", bound=Base)


def get_row(session: Session, model: type[Row], noun: str, key: uuid.UUID | None) -> Row:
    """Return the row of a table under a key; ``noun`` names it in the refusal.

    Raises:
        NotFound: if there is none.
    """
    row = session.get(model, key) if key is not None else None
    if row is None:
        raise NotFound(**{noun: str(key)})
    return row


def forget_row(session: Session, model: type[Row], key: uuid.UUID) -> None:
    """Let a session read a row again that a statement has changed under it, if it holds the row."""
    held = session.identity_map.get(identity_key(model, key))
    if held is not None:
        session.expire(held)


def table_of(model: type[Base]) -> sa.Table:
    """Return the table of a row class.

    A statement on tables skips the work of the ORM on its objects (a third of a short statement's
    time): for the few that run at every request and every pause of everybody who types.
    """
    table = model.__table__
    if not isinstance(table, sa.Table):
        raise TypeError(f"{model.__name__} is not mapped to one table")
    return table
