"""Single-use links sent by e-mail. Only the SHA-256 of a link's token is stored."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.records import sha256_text
from app.models import AccountToken


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    PASSWORD = "password"  # noqa: S105 - the name of a purpose, not a password


CONFIRM_LIFETIME = timedelta(hours=24)
PASSWORD_LIFETIME = timedelta(hours=1)
INVITATION_LIFETIME = timedelta(days=7)


def issue_token(
    session: Session, user_id: uuid.UUID, purpose: Purpose, lifetime: timedelta, now: datetime
) -> str:
    """Return a new token for a person; older ones of the same purpose stop working."""
    void_tokens(session, user_id, now, purpose)
    token = secrets.token_urlsafe(32)
    session.add(
        AccountToken(
            token_sha256=sha256_text(token),
            user_id=user_id,
            purpose=purpose.value,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def get_token(session: Session, token: str, purpose: Purpose, now: datetime) -> AccountToken:
    """Return the row of a token that works.

    Raises:
        NotFound: if it is unknown, used or too old.
    """
    row = session.scalar(
        sa.select(AccountToken).where(
            AccountToken.token_sha256 == sha256_text(token),
            AccountToken.purpose == purpose.value,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > now,
        )
    )
    if row is None:
        raise NotFound(token=purpose.value)
    return row


def use_token(session: Session, token: str, purpose: Purpose, now: datetime) -> uuid.UUID:
    """Use a token up and return whose it is; of two at once only one succeeds.

    Raises:
        NotFound: if it is unknown, used or too old.
    """
    used = session.scalar(
        sa.update(AccountToken)
        .where(
            AccountToken.token_sha256 == sha256_text(token),
            AccountToken.purpose == purpose.value,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(AccountToken.user_id)
    )
    if used is None:
        raise NotFound(token=purpose.value)
    return used


def has_open_token(session: Session, user_id: uuid.UUID, purpose: Purpose) -> bool:
    """Tell whether a person was sent a link that was not used, however old it is."""
    query = sa.select(AccountToken.token_sha256).where(
        AccountToken.user_id == user_id,
        AccountToken.purpose == purpose.value,
        AccountToken.used_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def void_tokens(
    session: Session, user_id: uuid.UUID, now: datetime, purpose: Purpose | None = None
) -> None:
    """Make the unused links of a person, of one purpose or all, stop working."""
    statement = sa.update(AccountToken).where(
        AccountToken.user_id == user_id, AccountToken.used_at.is_(None)
    )
    if purpose is not None:
        statement = statement.where(AccountToken.purpose == purpose.value)
    session.execute(statement.values(used_at=now))
