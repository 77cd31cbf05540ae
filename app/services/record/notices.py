"""Mail about the process: who is told of an act, in the transaction of the act, once per event and person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.models import Application, ApplicationMember, Call, Disqualification, RoleGrant, User
from app.pdf.formatting import format_moment
from app.pdf.values import Language
from app.services.record.notice_words import load_notices
from app.services.record.outbox import Message, find_queued, queue_mail


def notify(
    session: Session,
    kind: str,
    recipients: Iterable[User],
    event: str,
    now: datetime,
    *,
    about: Application | None = None,
    **values: Any,
) -> int:
    """Queue one kind of mail to some people; return how many had not been told of the event yet.

    ``event`` names the act, such as a version or a deadline; ``values`` fill the words, moments as moments.
    """
    keyed = {f"{kind}:{event}:{user.id}": user for user in recipients if user.is_active}
    told = find_queued(session, keyed)
    if about is not None:
        values |= {"number": about.record_number or about.acronym, "application": about.id}
    for key, user in keyed.items():
        if key not in told:
            queue_mail(session, _write(kind, user, key, about, values), now)
    return len(keyed) - len(told)


def _write(
    kind: str, user: User, key: str, about: Application | None, values: dict[str, Any]
) -> Message:
    language: Language = user.language  # type: ignore[assignment]  # checked by the database
    shown = {"language": language} | {
        name: _show(value, language) for name, value in values.items()
    }
    subject, body = load_notices()[kind].write(language, shown)
    return Message(
        recipient=user.email,
        language=language,
        kind=kind,
        subject=subject,
        body=body,
        application_id=about.id if about else None,
        dedupe=key,
    )


def _show(value: Any, language: Language) -> str:
    if isinstance(value, datetime):
        return format_moment(value.isoformat(), language).replace("\N{NO-BREAK SPACE}", " ")
    if isinstance(value, dict):
        return str(value.get(language) or value.get("fi") or next(iter(value.values()), ""))
    return str(value)


def about_call(call: Call) -> dict[str, Any]:
    """Return what mail about a call may name of it: all of it is public."""
    return {"call": dict(call.title), "call_id": call.id, "code": call.code}


def list_leads(session: Session, application: Application) -> Sequence[User]:
    """Return the people who own an application."""
    return session.scalars(
        sa.select(User)
        .join(ApplicationMember, ApplicationMember.user_id == User.id)
        .where(
            ApplicationMember.application_id == application.id, ApplicationMember.partner_key == ""
        )
    ).all()


def list_officers(session: Session, application: Application) -> Sequence[User]:
    """Return the officer of an application; while it has none, the officers of the call's bodies.

    Nobody with a conflict of interest in the matter is told of it.
    """
    barred = set(
        session.scalars(
            sa.select(Disqualification.person_id).where(
                Disqualification.application_id == application.id
            )
        )
    )
    if application.officer_id is not None and application.officer_id not in barred:
        return [session.get_one(User, application.officer_id)]
    call = application.call
    bodies = {call.granting_authority, call.selecting_authority}
    return [each for each in _list_holders(session, Role.OFFICER, bodies) if each.id not in barred]


def list_deciders(session: Session, call: Call) -> Sequence[User]:
    """Return the decision makers of the body that grants."""
    return _list_holders(session, Role.DECISION_MAKER, {call.granting_authority})


def _list_holders(session: Session, role: Role, bodies: set[str]) -> Sequence[User]:
    holds = sa.exists().where(
        RoleGrant.user_id == User.id, RoleGrant.role == role, RoleGrant.authority_key.in_(bodies)
    )
    return session.scalars(sa.select(User).where(holds).order_by(User.email)).all()


def find_user(session: Session, user_id: uuid.UUID | None) -> Sequence[User]:
    """Return a person as a list of recipients; nobody where there is none."""
    user = session.get(User, user_id) if user_id else None
    return [user] if user else []
