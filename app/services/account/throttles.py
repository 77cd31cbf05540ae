"""How often something may be tried on one account or target: counted in the database, for all workers.

Never per network address alone: a whole university may sit behind one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.errors import TooManyAttempts
from app.domain.records import sha256_text
from app.models import Throttle


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``attempts`` within ``window``, under a name of its own."""

    name: str
    attempts: int
    window: timedelta

    def key(self, target: str) -> str:
        """Return the key of a target; the target itself is not readable from it."""
        return f"{self.name}:{sha256_text(target)}"


LOGIN = Limit("login", 10, timedelta(minutes=15))
REGISTRATION = Limit("register", 5, timedelta(hours=1))
PASSWORD_RESET = Limit("reset", 5, timedelta(hours=1))
CONFIRMATION = Limit("confirm", 10, timedelta(minutes=15))
PASSWORD_CHANGE = Limit("password", 10, timedelta(minutes=15))
QUESTION = Limit("question", 20, timedelta(hours=1))
INVITATION = Limit("invitation", 20, timedelta(hours=1))
INVITED_ADDRESS = Limit("invited", 10, timedelta(hours=1))

VERIFICATION = Limit("verify", 120, timedelta(minutes=10))
"""Uploads and unknown codes of the public verification page, by network address: nobody has an account there.

Wide enough for a university behind one address; the codes themselves are too many to be guessed.
"""


def count_attempt(session: Session, limit: Limit, target: str, now: datetime) -> None:
    """Count one try on a target, before it is tried.

    Raises:
        TooManyAttempts: when the window is full, with the moment at which it ends.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    is_over = Throttle.window_ends_at <= now
    statement = (
        insert(Throttle)
        .values(key=limit.key(target), count=1, window_ends_at=now + limit.window)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": sa.case((is_over, 1), else_=Throttle.count + 1),
                "window_ends_at": sa.case(
                    (is_over, now + limit.window), else_=Throttle.window_ends_at
                ),
            },
        )
        .returning(Throttle.count, Throttle.window_ends_at)
    )
    count, window_ends_at = session.execute(
        statement, execution_options={"populate_existing": True}
    ).one()
    if count > limit.attempts:
        raise TooManyAttempts(retry_at=window_ends_at)


def forget_attempts(session: Session, limit: Limit, target: str) -> None:
    """Start counting anew, after the person has shown who it is."""
    session.execute(sa.delete(Throttle).where(Throttle.key == limit.key(target)))


def remove_old_throttles(session: Session, now: datetime) -> None:
    """Remove windows that have ended: they hold nothing that counts."""
    session.execute(sa.delete(Throttle).where(Throttle.window_ends_at <= now))
