"""One row by its key, or the refusal that says what is not there."""

from __future__ import annotations

import uuid
from typing import TypeVar

from sqlalchemy.orm import Session

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
