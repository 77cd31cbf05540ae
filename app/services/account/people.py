"""Accounts made by the authority itself: officials, evaluators, and the people of a demo or imported round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.models import RoleGrant, User
from app.services.account.sessions import make_actor

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's profile of argon2id: some 20 ms of CPU, 19 MiB."""

NO_PASSWORD = "!"
"""Stored where an account has no password: no password matches it."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Tell whether a password is the one whose hash is stored."""
    try:
        return _HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@dataclass(frozen=True, slots=True)
class PersonInput:
    """An account to be made. ``roles`` are pairs of role and body; the body is empty where none counts."""

    email: str
    display_name: str
    roles: Sequence[tuple[Role, str]] = ()
    language: str = "fi"
    title: str = ""
    phone: str = ""
    password_hash: str = NO_PASSWORD


def create_person(session: Session, person: PersonInput, now: datetime) -> User:
    """Make an account with its roles."""
    user = User(
        email=person.email.lower(),
        display_name=person.display_name,
        title=person.title,
        phone=person.phone,
        password_hash=person.password_hash,
        language=person.language,
        created_at=now,
    )
    user.roles = [
        RoleGrant(role=role, authority_key=body, granted_at=now) for role, body in person.roles
    ]
    session.add(user)
    session.flush()
    return user


def find_person(session: Session, email: str) -> User | None:
    """Return the account with an e-mail address."""
    return session.scalar(sa.select(User).where(User.email == email.lower()))


def get_or_create_actor(session: Session, person: PersonInput, now: datetime) -> Actor:
    """Return the actor of an account, which is made when it does not exist."""
    user = find_person(session, person.email) or create_person(session, person, now)
    return make_actor(user)
