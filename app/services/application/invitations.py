"""Invitations to a partner's own person: send, send again, take back, accept.

A link is a random token of 256 bits of which only the SHA-256 is stored, as of every link that this
service mails: nobody can make one, and the database alone does not give one away. It works once, for
fourteen days, and only for the account of the address to which it was sent. Nothing that the inviting
person sees depends on whether that address has an account.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import AlreadyMember, InvalidInput, NotFound, Problem
from app.domain.records import sha256_text
from app.models import Application, ApplicationMember, Partner, PartnerInvitation
from app.queries.content import get_application
from app.services.account import throttles
from app.services.application.applications import refuse_closed
from app.services.application.invitation_mail import BODY, SUBJECT
from app.services.record.events import Act, append_event
from app.services.record.outbox import Message, queue_mail
from app.services.record.transitions import describe

LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite: the partner's key and the person's e-mail address."""

    partner_key: str
    email: str


def invite_person(
    session: Session,
    application_id: uuid.UUID,
    invitee: Invitee,
    link: str,
    actor: Actor,
    now: datetime,
) -> PartnerInvitation:
    """Invite a person for a partner; ``link`` has a place for ``{token}``. One waits per partner.

    Raises:
        NotFound: if there is no such partner.
        InvalidInput: if the partner is the lead, whose person is the owner, or has a person already.
        NotPermitted: if the partners are not open to change.
        TooManyAttempts: after twenty invitations of an application, or ten to an address, in an hour.
    """
    application = get_application(session, application_id)
    refuse_closed(session, application, {"partners"})
    partner = session.get(Partner, (application_id, invitee.partner_key))
    if partner is None:
        raise NotFound(partner=invitee.partner_key)
    if partner.role == "lead" or _find_person(session, application_id, partner.key) is not None:
        raise InvalidInput([Problem("has_person", "partners", field=partner.key)])
    _count(session, application, invitee.email, now)
    _revoke_waiting(session, application_id, partner.key, now)
    invitation = PartnerInvitation(
        application_id=application_id,
        partner_key=partner.key,
        email=invitee.email.strip().lower(),
        token_sha256="",
        created_at=now,
        expires_at=now + LIFETIME,
    )
    _send(session, application, invitation, link, now)
    session.add(invitation)
    session.flush()
    _record(session, "invite_person", application, invitation, actor, now)
    return invitation


def resend_invitation(
    session: Session, invitation_id: uuid.UUID, link: str, actor: Actor, now: datetime
) -> PartnerInvitation:
    """Send a waiting or expired invitation again with a new link; the old link stops working.

    Raises:
        NotFound: if it was accepted or revoked, or there is none.
        NotPermitted: if the partners are not open to change.
        TooManyAttempts: as ``invite_person``.
    """
    invitation = _get_invitation(session, invitation_id)
    if invitation.accepted_at is not None:
        raise NotFound(invitation=str(invitation_id))
    application = get_application(session, invitation.application_id)
    refuse_closed(session, application, {"partners"})
    _count(session, application, invitation.email, now)
    invitation.expires_at = now + LIFETIME
    _send(session, application, invitation, link, now)
    _record(session, "resend_invitation", application, invitation, actor, now)
    return invitation


def revoke_invitation(
    session: Session, invitation_id: uuid.UUID, actor: Actor, now: datetime
) -> PartnerInvitation:
    """Take an invitation back. If it was accepted, the person leaves the application.

    What the person wrote stays, and so does a confirmation that was given.

    Raises:
        NotFound: if it was revoked already, or there is none.
        NotPermitted: if the partners are not open to change.
    """
    invitation = _get_invitation(session, invitation_id)
    application = get_application(session, invitation.application_id)
    refuse_closed(session, application, {"partners"})
    invitation.revoked_at = now
    session.execute(
        sa.delete(ApplicationMember).where(
            ApplicationMember.application_id == invitation.application_id,
            ApplicationMember.user_id == invitation.accepted_by,
            ApplicationMember.partner_key == invitation.partner_key,
        )
    )
    _record(session, "revoke_invitation", application, invitation, actor, now)
    return invitation


def accept_invitation(
    session: Session, invitation_id: uuid.UUID, actor: Actor, now: datetime
) -> PartnerInvitation:
    """Make the actor the partner's own person; of two at once only one succeeds.

    A confirmation that the lead's owner gave before lapses: from now on the person speaks for the
    partner. That the actor owns the invited address is for the policy to see.

    Raises:
        NotFound: if it is used, revoked or too old, or there is none.
        AlreadyMember: if the actor works on the application already.
        NotPermitted: if the partners are not open to change.
    """
    invitation = session.scalar(
        sa.update(PartnerInvitation)
        .where(PartnerInvitation.id == invitation_id, *_is_open(now))
        .values(accepted_at=now, accepted_by=actor.user_id)
        .returning(PartnerInvitation)
        .execution_options(populate_existing=True)
    )
    if invitation is None or actor.user_id is None:
        raise NotFound(invitation=str(invitation_id))
    application = get_application(session, invitation.application_id)
    refuse_closed(session, application, {"partners"})
    if session.get(ApplicationMember, (application.id, actor.user_id)) is not None:
        raise AlreadyMember(application=str(application.id))
    session.add(
        ApplicationMember(
            application_id=application.id,
            user_id=actor.user_id,
            partner_key=invitation.partner_key,
            added_at=now,
        )
    )
    partner = session.get_one(Partner, (application.id, invitation.partner_key))
    partner.confirmed_at = partner.confirmed_by = None
    _record(session, "accept_invitation", application, invitation, actor, now)
    return invitation


def _is_open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        PartnerInvitation.accepted_at.is_(None),
        PartnerInvitation.revoked_at.is_(None),
        PartnerInvitation.expires_at > now,
    )


def _get_invitation(session: Session, invitation_id: uuid.UUID) -> PartnerInvitation:
    invitation = session.get(PartnerInvitation, invitation_id)
    if invitation is None or invitation.revoked_at is not None:
        raise NotFound(invitation=str(invitation_id))
    return invitation


def _find_person(session: Session, application_id: uuid.UUID, partner_key: str) -> uuid.UUID | None:
    return session.scalar(
        sa.select(ApplicationMember.user_id)
        .where(
            ApplicationMember.application_id == application_id,
            ApplicationMember.partner_key == partner_key,
        )
        .limit(1)
    )


def _revoke_waiting(
    session: Session, application_id: uuid.UUID, partner_key: str, now: datetime
) -> None:
    session.execute(
        sa.update(PartnerInvitation)
        .where(
            PartnerInvitation.application_id == application_id,
            PartnerInvitation.partner_key == partner_key,
            PartnerInvitation.accepted_at.is_(None),
            PartnerInvitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def _count(session: Session, application: Application, email: str, now: datetime) -> None:
    throttles.count_attempt(session, throttles.INVITATION, str(application.id), now)
    throttles.count_attempt(session, throttles.INVITED_ADDRESS, email.strip().lower(), now)


def _send(
    session: Session,
    application: Application,
    invitation: PartnerInvitation,
    link: str,
    now: datetime,
) -> None:
    """Give the invitation a new token and queue its mail, in the application's language."""
    token = secrets.token_urlsafe(32)
    invitation.token_sha256 = sha256_text(token)
    language = application.language
    call = application.call
    title = call.title.get(language) or next(iter(call.title.values()), "")
    message = Message(
        recipient=invitation.email,
        language=language,
        kind="partner_invitation",
        subject=SUBJECT[language],
        body=BODY[language].format(call=f"{title} ({call.code})", link=link.format(token=token)),
    )
    queue_mail(session, message, now)


def _record(
    session: Session,
    verb: str,
    application: Application,
    invitation: PartnerInvitation,
    actor: Actor,
    now: datetime,
) -> None:
    """Put an act on record; the address stays out of the record, which is never erased."""
    data = {"partner": invitation.partner_key, "invitation": str(invitation.id)}
    append_event(session, Act(f"application.{verb}", describe(application), data), actor, now)
