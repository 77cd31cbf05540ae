"""Accounts as administrators keep them: making, closing, and the roles that people hold."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.errors import InvalidInput, NotFound, Problem, StepNotAllowed
from app.models import Authority, RoleGrant, User
from app.queries.rows import get_row
from app.services.account.accounts import Links, subject_of
from app.services.account.mail import INVITATION, queue_account_mail
from app.services.account.people import PersonInput, create_person, find_person
from app.services.account.sessions import end_all_sessions
from app.services.account.tokens import (
    INVITATION_LIFETIME,
    Purpose,
    issue_token,
    void_tokens,
)
from app.services.record.events import Act, append_event

ROLES_AT_A_BODY = frozenset({Role.OFFICER, Role.DECISION_MAKER})


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be made, with its first role; ``role`` is None for somebody who only applies."""

    email: str
    display_name: str
    language: str
    role: Role | None = None
    authority_key: str = ""
    title: str = ""


def create_user(
    session: Session, given: NewUser, links: Links, actor: Actor, now: datetime
) -> User:
    """Make an account and send its person a link for choosing a password.

    Raises:
        InvalidInput: if the address has an account, or the role lacks its body.
    """
    if find_person(session, given.email) is not None:
        raise InvalidInput([Problem("email_taken", field="email")])
    body = _check_body(session, given.role, given.authority_key) if given.role else ""
    person = PersonInput(
        email=given.email,
        display_name=given.display_name,
        roles=[(given.role, body)] if given.role else [],
        language=given.language,
        title=given.title,
    )
    user = create_person(session, person, now)
    data = {"role": given.role.value, "body": body} if given.role else {}
    _record(session, "user.create", user, actor, now, data)
    token = issue_token(session, user.id, Purpose.PASSWORD, INVITATION_LIFETIME, now)
    queue_account_mail(session, user, INVITATION, links.password.format(token=token), now)
    return user


def grant_role(
    session: Session,
    user_id: uuid.UUID,
    role: Role,
    authority_key: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a person a role, at a body where the role belongs to one.

    Raises:
        NotFound: if there is no such account.
        InvalidInput: if the role lacks its body, or the person holds it already.
    """
    user = get_user(session, user_id)
    body = _check_body(session, role, authority_key)
    if any(grant.role is role and grant.authority_key == body for grant in user.roles):
        raise InvalidInput([Problem("role_held", field="role")])
    user.roles.append(
        RoleGrant(role=role, authority_key=body, granted_at=now, granted_by=actor.user_id)
    )
    _record(session, "user.grant_role", user, actor, now, {"role": role.value, "body": body})


def revoke_role(
    session: Session, user_id: uuid.UUID, grant_id: int, actor: Actor, now: datetime
) -> None:
    """Take a role from a person; nobody takes the administrator's role from themselves.

    Raises:
        NotFound: if the account or the grant does not exist.
        StepNotAllowed: for one's own role of administrator, so that one always remains.
    """
    user = get_user(session, user_id)
    grant = next((each for each in user.roles if each.id == grant_id), None)
    if grant is None:
        raise NotFound(role_grant=grant_id)
    if grant.role is Role.ADMIN and user_id == actor.user_id:
        raise StepNotAllowed(subject="user", state="own account", step="revoke_role")
    user.roles.remove(grant)
    data = {"role": grant.role.value, "body": grant.authority_key}
    _record(session, "user.revoke_role", user, actor, now, data)


def deactivate_user(session: Session, user_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Close an account: its logins and links end at once. What the person did stays on record.

    Raises:
        StepNotAllowed: for one's own account.
    """
    user = get_user(session, user_id)
    if user_id == actor.user_id:
        raise StepNotAllowed(subject="user", state="own account", step="deactivate")
    user.is_active = False
    end_all_sessions(session, user_id, now)
    void_tokens(session, user_id, now)
    _record(session, "user.deactivate", user, actor, now)


def reactivate_user(session: Session, user_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Open a closed account again."""
    user = get_user(session, user_id)
    user.is_active = True
    _record(session, "user.reactivate", user, actor, now)


def get_user(session: Session, user_id: uuid.UUID) -> User:
    """Return an account.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, User, "user", user_id)


def _check_body(session: Session, role: Role, authority_key: str) -> str:
    """Return the body of a role: one that exists where the role needs one, none elsewhere."""
    if role not in ROLES_AT_A_BODY:
        return ""
    known = sa.select(Authority.key).where(Authority.key == authority_key).limit(1)
    if session.scalar(known) is None:
        raise InvalidInput([Problem("body_needed", field="authority_key")])
    return authority_key


def _record(
    session: Session,
    action: str,
    user: User,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    append_event(session, Act(action, subject_of(user.id), data or {}), actor, now)
