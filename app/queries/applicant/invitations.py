"""Invitations to partners' people: for the owner who sends them and the person who gets them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.records import sha256_text
from app.models import (
    Application,
    ApplicationMember,
    Call,
    Partner,
    PartnerInvitation,
    User,
)


@dataclass(frozen=True, slots=True)
class PartnerPerson:
    """A partner with its newest invitation and its person, if it has them."""

    key: str
    role: str
    name: str
    confirmed_at: datetime | None
    invitation_id: uuid.UUID | None
    email: str | None
    sent_at: datetime | None
    expires_at: datetime | None
    person: str | None

    @property
    def is_lead(self) -> bool:
        """Tell whether this is the lead partner, whose person is the owner."""
        return self.role == "lead"

    def is_waiting(self, now: datetime) -> bool:
        """Tell whether an invitation waits to be accepted."""
        return self.person is None and self.expires_at is not None and self.expires_at > now

    def has_own_person(self, now: datetime) -> bool:
        """Tell whether only its own person may confirm the partner's part."""
        return self.person is not None or self.is_waiting(now)


def list_partner_people(session: Session, application_id: uuid.UUID) -> list[PartnerPerson]:
    """List the partners with who works for them, in one statement."""
    rows = session.execute(
        sa.select(
            Partner.key,
            Partner.role,
            Partner.name,
            Partner.confirmed_at,
            PartnerInvitation.id,
            PartnerInvitation.email,
            PartnerInvitation.created_at,
            PartnerInvitation.expires_at,
            User.display_name,
        )
        .outerjoin(
            ApplicationMember,
            sa.and_(
                ApplicationMember.application_id == Partner.application_id,
                ApplicationMember.partner_key == Partner.key,
            ),
        )
        .outerjoin(User, User.id == ApplicationMember.user_id)
        .outerjoin(
            PartnerInvitation,
            sa.and_(
                PartnerInvitation.application_id == Partner.application_id,
                PartnerInvitation.partner_key == Partner.key,
                PartnerInvitation.revoked_at.is_(None),
            ),
        )
        .where(Partner.application_id == application_id)
        .order_by(Partner.position, PartnerInvitation.created_at)
    )
    newest = {row[0]: PartnerPerson(*row) for row in rows}
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that waits, as the invited person meets it."""

    id: uuid.UUID
    application_id: uuid.UUID
    email: str
    partner_name: str
    call_title: dict[str, str]
    call_code: str
    closes_at: datetime
    expires_at: datetime
    reader_email: str | None
    """The address of the account in use; None for somebody who is not logged in."""

    @property
    def is_for_reader(self) -> bool:
        """Tell whether the invitation was sent to the address of the account in use."""
        return self.reader_email == self.email


def find_invitation(session: Session, token: str, actor: Actor, now: datetime) -> OpenInvitation:
    """Return the invitation of a link.

    Raises:
        NotFound: if the link is unknown, used, revoked or too old: all look alike.
    """
    return _first(session, actor, now, PartnerInvitation.token_sha256 == sha256_text(token))


def get_open_invitation(
    session: Session, invitation_id: uuid.UUID, actor: Actor, now: datetime
) -> OpenInvitation:
    """Return a waiting invitation.

    Raises:
        NotFound: if it is used, revoked or too old, or there is none.
    """
    return _first(session, actor, now, PartnerInvitation.id == invitation_id)


def list_own_invitations(session: Session, actor: Actor, now: datetime) -> list[OpenInvitation]:
    """List the invitations that wait for the owner of the account in use."""
    return _find(session, actor, now, PartnerInvitation.email == User.email)


def _first(
    session: Session, actor: Actor, now: datetime, which: sa.ColumnElement[bool]
) -> OpenInvitation:
    found = _find(session, actor, now, which)
    if not found:
        raise NotFound(invitation="")
    return found[0]


def _find(
    session: Session, actor: Actor, now: datetime, which: sa.ColumnElement[bool]
) -> list[OpenInvitation]:
    rows = session.execute(
        sa.select(
            PartnerInvitation.id,
            PartnerInvitation.application_id,
            PartnerInvitation.email,
            Partner.name,
            Call.title,
            Call.code,
            Call.closes_at,
            PartnerInvitation.expires_at,
            User.email,
        )
        .join(Application, Application.id == PartnerInvitation.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(
            Partner,
            sa.and_(
                Partner.application_id == PartnerInvitation.application_id,
                Partner.key == PartnerInvitation.partner_key,
            ),
        )
        .outerjoin(User, User.id == actor.user_id)
        .where(
            PartnerInvitation.accepted_at.is_(None),
            PartnerInvitation.revoked_at.is_(None),
            PartnerInvitation.expires_at > now,
            which,
        )
        .order_by(PartnerInvitation.created_at)
    )
    return [OpenInvitation(*row) for row in rows]


def get_invitation_of(
    session: Session, application_id: uuid.UUID, invitation_id: uuid.UUID
) -> uuid.UUID:
    """Return the id of an invitation of this very application.

    Raises:
        NotFound: if the application has no such invitation.
    """
    found = session.scalar(
        sa.select(PartnerInvitation.id).where(
            PartnerInvitation.id == invitation_id,
            PartnerInvitation.application_id == application_id,
        )
    )
    if found is None:
        raise NotFound(invitation=str(invitation_id))
    return found
