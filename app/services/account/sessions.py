"""Logins on devices: random tokens, of which only the hash is stored, with idle and absolute limits."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.records import sha256_text
from app.models import Disqualification, RoleGrant, User, UserSession
from app.queries.rows import table_of

_TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a login lasts: in all, and without a request."""

    absolute: timedelta
    idle: timedelta


_SESSION, _USER, _GRANT, _CONFLICT = (
    table_of(each) for each in (UserSession, User, RoleGrant, Disqualification)
)
_FIND = (
    sa.select(
        _SESSION.c.user_id,
        _SESSION.c.revoked_at,
        _SESSION.c.expires_at,
        _SESSION.c.last_seen_at,
        _USER.c.is_active,
        _USER.c.language,
        _USER.c.display_name,
        _GRANT.c.role,
        _GRANT.c.authority_key,
        _CONFLICT.c.application_id.label("closed"),
    )
    .join_from(_SESSION, _USER, _USER.c.id == _SESSION.c.user_id)
    .outerjoin(_GRANT, _GRANT.c.user_id == _USER.c.id)
    .outerjoin(
        _CONFLICT,
        sa.and_(
            _CONFLICT.c.person_id == _USER.c.id,
            _GRANT.c.role.in_((Role.OFFICER, Role.DECISION_MAKER)),
        ),
    )
    .where(_SESSION.c.token_sha256 == sa.bindparam("token"))
)
"""Every page asks this, so it reads columns and is made once."""


def start_session(
    session: Session, user_id: uuid.UUID, device: str, limits: SessionLimits, now: datetime
) -> str:
    """Start a login for a person and return its token."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_sha256=sha256_text(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + limits.absolute,
            device=device[:200],
        )
    )
    return token


def find_actor(
    session: Session, token: str, limits: SessionLimits, now: datetime
) -> tuple[Actor, bool] | None:
    """Return the person behind a token and whether the login should be touched; None when it is over."""
    rows = session.execute(_FIND, {"token": sha256_text(token)}).all()
    if not rows or rows[0].revoked_at is not None or not rows[0].is_active:
        return None
    if rows[0].expires_at <= now or rows[0].last_seen_at + limits.idle <= now:
        return None
    actor = Actor(
        user_id=rows[0].user_id,
        roles=frozenset({Role.APPLICANT, *(row.role for row in rows if row.role)}),
        authority_keys=frozenset(row.authority_key for row in rows if row.authority_key),
        language=rows[0].language,
        display_name=rows[0].display_name,
        closed=frozenset(row.closed for row in rows if row.closed),
    )
    return actor, rows[0].last_seen_at + _TOUCH_AFTER <= now


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Remember that a login was used now."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.token_sha256 == sha256_text(token))
        .values(last_seen_at=now)
    )


def end_session(session: Session, token: str, now: datetime) -> None:
    """End one login."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.token_sha256 == sha256_text(token), UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_all_sessions(session: Session, user_id: uuid.UUID, now: datetime) -> None:
    """End every login of a person: after a new password, or when a device is lost."""
    session.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def make_actor(user: User) -> Actor:
    """Return the actor for a person: everybody with an account may apply, other roles are granted."""
    return Actor(
        user_id=user.id,
        roles=frozenset({Role.APPLICANT, *(grant.role for grant in user.roles)}),
        authority_keys=frozenset(g.authority_key for g in user.roles if g.authority_key),
        language=user.language,
        display_name=user.display_name,
    )
