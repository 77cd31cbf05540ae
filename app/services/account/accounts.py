"""Accounts of the people themselves: registering, logging in, passwords and devices.

No answer tells whether an address is known. A password is checked outside of any transaction, because
that takes some 20 ms in which nobody else could write.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.records import sha256_text
from app.models import User, UserSession
from app.queries.rows import get_row
from app.services.account import throttles
from app.services.account.mail import (
    ALREADY_THERE,
    CONFIRM,
    PASSWORD_CHANGED,
    RESET,
    queue_account_mail,
)
from app.services.account.people import (
    NO_PASSWORD,
    PersonInput,
    create_person,
    find_person,
    hash_password,
    is_password,
)
from app.services.account.sessions import SessionLimits, end_all_sessions, make_actor, start_session
from app.services.account.tokens import (
    CONFIRM_LIFETIME,
    PASSWORD_LIFETIME,
    Purpose,
    get_token,
    has_open_token,
    issue_token,
    use_token,
    void_tokens,
)
from app.services.record.events import Act, Subject, append_event

_DECOY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "nUEX6OrMPP8VkeOw7bVjVA$uMpYmV2DqvJsBgONyuRdETvFlckSqfms337LOZaV/oY"
)
"""A hash that no password has: checked where there is no account, so that both take equally long."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of mail lead; ``{token}`` stands in the first two."""

    confirm: str
    password: str
    login: str
    forgotten: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person gives to get an account. The password is hashed already."""

    email: str
    display_name: str
    language: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Device:
    """What the login is made on, and how long it lasts."""

    description: str
    limits: SessionLimits


def subject_of(user_id: uuid.UUID) -> Subject:
    """Return an account as the subject of an event."""
    return Subject("user", str(user_id))


def register(session: Session, given: Registration, links: Links, now: datetime) -> None:
    """Make an account that waits for confirmation; a known address gets a mail that says so.

    Raises:
        TooManyAttempts: after five registrations of one address within an hour.
    """
    throttles.count_attempt(session, throttles.REGISTRATION, given.email.lower(), now)
    user = find_person(session, given.email)
    if user is not None and not _is_pending(session, user):
        if user.is_active:
            queue_account_mail(session, user, ALREADY_THERE, links.login, now)
        return
    if user is None:
        person = PersonInput(given.email, given.display_name, language=given.language)
        user = create_person(session, person, now)
        user.is_active = False
        append_event(session, Act("user.register", subject_of(user.id)), make_actor(user), now)
    user.password_hash, user.display_name = given.password_hash, given.display_name
    user.language = given.language
    token = issue_token(session, user.id, Purpose.CONFIRM, CONFIRM_LIFETIME, now)
    queue_account_mail(session, user, CONFIRM, links.confirm.format(token=token), now)


def _is_pending(session: Session, user: User) -> bool:
    """Tell whether an account only waits for its confirmation; a closed one has no open link."""
    return not user.is_active and has_open_token(session, user.id, Purpose.CONFIRM)


def find_pending(session: Session, token: str, now: datetime) -> User:
    """Return the account that a confirmation link is for.

    Raises:
        NotFound: if the link is unknown, used or too old.
    """
    return session.get_one(User, get_token(session, token, Purpose.CONFIRM, now).user_id)


def confirm(session: Session, token: str, now: datetime) -> uuid.UUID:
    """Open the account of a confirmation link, after its password was checked; return whose it is.

    The link alone is not enough: else whoever registers somebody else's address with a password of
    their own would get an account that the owner of the address confirms for them.
    """
    user = session.get_one(User, use_token(session, token, Purpose.CONFIRM, now))
    user.is_active = True
    append_event(session, Act("user.confirm", subject_of(user.id)), make_actor(user), now)
    return user.id


def count_login(session: Session, email: str, now: datetime) -> None:
    """Count a login before its password is checked.

    Raises:
        TooManyAttempts: after ten of one address within a quarter of an hour, known or not.
    """
    throttles.count_attempt(session, throttles.LOGIN, email.lower(), now)


def find_login(session: Session, email: str, password: str) -> uuid.UUID | None:
    """Return whose address and password these are; takes equally long when nobody has the address."""
    user = find_person(session, email)
    is_right = is_right_password(user, password)
    return user.id if user is not None and user.is_active and is_right else None


def is_right_password(user: User | None, password: str) -> bool:
    """Tell whether a password is an account's own; takes equally long without an account."""
    stored = user.password_hash if user is not None else NO_PASSWORD
    return is_password(_DECOY if stored == NO_PASSWORD else stored, password)


def log_in(session: Session, user_id: uuid.UUID, device: Device, now: datetime) -> str:
    """Start a login for a person whose password was right and return its token."""
    user = session.get_one(User, user_id)
    throttles.forget_attempts(session, throttles.LOGIN, user.email)
    return start_session(session, user_id, device.description, device.limits, now)


def request_password(session: Session, email: str, links: Links, now: datetime) -> None:
    """Send a link for a new password, if there is an account. Nobody learns whether there is one.

    Raises:
        TooManyAttempts: after five requests for one address within an hour, known or not.
    """
    throttles.count_attempt(session, throttles.PASSWORD_RESET, email.lower(), now)
    user = find_person(session, email)
    if user is None or not (user.is_active or _is_pending(session, user)):
        return
    token = issue_token(session, user.id, Purpose.PASSWORD, PASSWORD_LIFETIME, now)
    queue_account_mail(session, user, RESET, links.password.format(token=token), now)


def find_reset(session: Session, token: str, now: datetime) -> User:
    """Return the account that a password link is for.

    Raises:
        NotFound: if the link is unknown, used or too old.
    """
    return session.get_one(User, get_token(session, token, Purpose.PASSWORD, now).user_id)


def reset_password(
    session: Session, token: str, password_hash: str, links: Links, now: datetime
) -> uuid.UUID:
    """Store a new password by a link, end every login, and return whose it is.

    Who reads the address's mail owns the address, so this confirms a waiting account too.
    """
    user = session.get_one(User, use_token(session, token, Purpose.PASSWORD, now))
    user.is_active = True
    _store_password(session, user, password_hash, links, now)
    end_all_sessions(session, user.id, now)
    append_event(session, Act("user.reset_password", subject_of(user.id)), make_actor(user), now)
    return user.id


def change_password(
    session: Session,
    actor: Actor,
    password_hash: str,
    kept_token: str,
    now: datetime,
    *,
    links: Links,
) -> None:
    """Store a new password of one's own and end every other login."""
    user = get_user(session, actor)
    _store_password(session, user, password_hash, links, now)
    _end_sessions(session, user.id, now, UserSession.token_sha256 != sha256_text(kept_token))
    append_event(session, Act("user.change_password", subject_of(user.id)), actor, now)


def _store_password(
    session: Session, user: User, password_hash: str, links: Links, now: datetime
) -> None:
    user.password_hash = password_hash
    void_tokens(session, user.id, now)
    throttles.forget_attempts(session, throttles.LOGIN, user.email)
    queue_account_mail(session, user, PASSWORD_CHANGED, links.forgotten, now)


def get_user(session: Session, actor: Actor) -> User:
    """Return the actor's own account.

    Raises:
        NotFound: for the clock and for nobody.
    """
    return get_row(session, User, "user", actor.user_id)


def revoke_session(session: Session, actor: Actor, token_sha256: str, now: datetime) -> None:
    """End one login of one's own.

    Raises:
        NotFound: if there is no such login of the actor's.
    """
    user = get_user(session, actor)
    if not _end_sessions(session, user.id, now, UserSession.token_sha256 == token_sha256):
        raise NotFound(session=token_sha256)


def _end_sessions(
    session: Session, user_id: uuid.UUID, now: datetime, which: sa.ColumnElement[bool]
) -> int:
    ended = session.scalars(
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None), which)
        .values(revoked_at=now)
        .returning(UserSession.token_sha256)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def set_language(session: Session, actor: Actor, language: str) -> None:
    """Keep the language in which a person wants pages and mail."""
    get_user(session, actor).language = language


def set_details(session: Session, actor: Actor, display_name: str, language: str) -> None:
    """Keep the name that others see, and the language."""
    user = get_user(session, actor)
    user.display_name, user.language = display_name, language


__all__ = [
    "Device",
    "Links",
    "Registration",
    "change_password",
    "confirm",
    "count_login",
    "find_login",
    "find_pending",
    "find_reset",
    "get_user",
    "hash_password",
    "is_right_password",
    "log_in",
    "register",
    "request_password",
    "reset_password",
    "revoke_session",
    "set_details",
    "set_language",
    "subject_of",
]
