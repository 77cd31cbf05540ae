"""Accounts, devices, the record of events, mail and background work, as their pages list them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, selectinload

from app.domain.errors import NotFound
from app.models import (
    Authority,
    Event,
    Job,
    OutboxMail,
    ReviewInstruction,
    RoleGrant,
    User,
    UserSession,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and whether more follow."""

    rows: Sequence[Any]
    has_more: bool


def _cut(rows: Sequence[Any]) -> Page:
    return Page(rows[:PAGE], len(rows) > PAGE)


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A login that is still on."""

    token_sha256: str
    device: str
    created_at: datetime
    last_seen_at: datetime


def list_sessions(
    session: Session, user_id: uuid.UUID | None, seen_after: datetime, now: datetime
) -> list[ListedSession]:
    """List the logins of a person that still work, the last used first."""
    rows = session.execute(
        sa.select(
            UserSession.token_sha256,
            UserSession.device,
            UserSession.created_at,
            UserSession.last_seen_at,
        )
        .where(
            UserSession.user_id == user_id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > seen_after,
        )
        .order_by(UserSession.last_seen_at.desc())
    )
    return [ListedSession(*row) for row in rows]


def list_users(session: Session, words: str = "", after: str = "") -> Page:
    """List accounts in the order of their addresses, with their roles, in two statements.

    ``words`` are looked for in address, name and title; ``after`` is the last address of the page before.
    """
    statement = sa.select(User).options(selectinload(User.roles)).order_by(User.email)
    for word in words.lower().split():
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = (User.email, sa.func.lower(User.display_name), sa.func.lower(User.title))
        statement = statement.where(sa.or_(*(each.like(pattern, escape="\\") for each in fields)))
    if after:
        statement = statement.where(User.email > after)
    return _cut(session.scalars(statement.limit(PAGE + 1)).all())


def get_user(session: Session, user_id: uuid.UUID) -> User:
    """Return an account with its roles.

    Raises:
        NotFound: if there is none.
    """
    user = session.scalar(
        sa.select(User).where(User.id == user_id).options(selectinload(User.roles))
    )
    if user is None:
        raise NotFound(user=str(user_id))
    return user


def count_users(session: Session) -> tuple[int, int]:
    """Return how many accounts are open, and how many hold a role."""
    held = sa.select(sa.func.count(sa.distinct(RoleGrant.user_id))).scalar_subquery()
    row = session.execute(
        sa.select(sa.func.count(), held).select_from(User).where(User.is_active)
    ).one()
    return row[0], row[1]


def list_authorities(session: Session) -> list[Authority]:
    """List the bodies under every name they bear, in the order of their keys."""
    return list(
        session.scalars(
            sa.select(Authority).order_by(Authority.kind, Authority.key, Authority.valid_from)
        )
    )


def list_review_instructions(session: Session) -> list[ReviewInstruction]:
    """List the instructions for review with their spans of days, body by body, the newest first."""
    return list(
        session.scalars(
            sa.select(ReviewInstruction).order_by(
                ReviewInstruction.authority_key,
                ReviewInstruction.kind,
                ReviewInstruction.valid_from.desc(),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; empty values want all."""

    action: str = ""
    subject_id: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with the name of the person who acted."""

    seq: int
    at: datetime
    actor: str | None
    actor_role: str
    action: str
    subject_type: str
    subject_id: str
    data: dict[str, Any]
    hash: str


def list_events(session: Session, wanted: EventFilter) -> Page:
    """List events, the newest first, in one statement."""
    statement = (
        sa.select(
            Event.seq,
            Event.at,
            User.display_name,
            Event.actor_role,
            Event.action,
            Event.subject_type,
            Event.subject_id,
            Event.data,
            Event.hash,
        )
        .outerjoin(User, User.id == Event.actor_id)
        .order_by(Event.seq.desc())
        .limit(PAGE + 1)
    )
    if wanted.action:
        statement = statement.where(Event.action.startswith(wanted.action, autoescape=True))
    if wanted.subject_id:
        statement = statement.where(Event.subject_id == wanted.subject_id)
    if wanted.before is not None:
        statement = statement.where(Event.seq < wanted.before)
    return _cut([ListedEvent(*row) for row in session.execute(statement)])


def count_events(session: Session) -> int:
    """Return how many events are on record."""
    return session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


def list_mail(session: Session) -> list[OutboxMail]:
    """List the newest mail, what waits before what was sent; the bodies are not for administrators."""
    return list(
        session.scalars(
            sa.select(OutboxMail)
            .options(defer(OutboxMail.body))
            .order_by(OutboxMail.sent_at.is_not(None), OutboxMail.created_at.desc(), OutboxMail.id)
            .limit(PAGE)
        )
    )


def list_jobs(session: Session) -> list[Job]:
    """List the newest jobs: dead ones first, then those that wait, then those that are done."""
    order = sa.case({"dead": 0, "running": 1, "ready": 2}, value=Job.state, else_=3)
    return list(
        session.scalars(sa.select(Job).order_by(order, Job.created_at.desc(), Job.id).limit(PAGE))
    )


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """How much background work and mail waits or has failed."""

    jobs_waiting: int
    jobs_dead: int
    mail_waiting: int
    mail_failing: int


def count_work(session: Session) -> WorkCounts:
    """Count waiting and failed work in two statements."""
    rows = session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state))
    states: dict[str, int] = dict(rows.all())
    failing = sa.func.count().filter(OutboxMail.attempts > 0)
    waiting, failed = session.execute(
        sa.select(sa.func.count(), failing).where(OutboxMail.sent_at.is_(None))
    ).one()
    return WorkCounts(
        states.get("ready", 0) + states.get("running", 0), states.get("dead", 0), waiting, failed
    )
