"""Numbers given out one after the other, without a gap and without a double."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models import Counter


def next_number(session: Session, name: str) -> int:
    """Return the next number under a name, starting at 1; it is given back if the transaction fails."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    statement = (
        insert(Counter)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + 1})
        .returning(Counter.value)
    )
    value: int = session.execute(
        statement, execution_options={"populate_existing": True}
    ).scalar_one()
    return value
