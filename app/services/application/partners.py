"""Partners of a consortium: their data, and the confirmation that each gives of its own part."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotFound, PartnerHasOwnPerson, Problem, StaleVersion
from app.domain.row_merge import Base, merge_rows, row_digest
from app.models import (
    Answer,
    Application,
    ApplicationMember,
    Attachment,
    Partner,
    PartnerInvitation,
)
from app.queries.content import get_application, partner_row
from app.services.application.applications import refuse_closed
from app.services.call.calls import get_definition
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe
from calls.definition import AnyQuestion, CallDefinition

_PARTNER_FIELDS = (
    "role",
    "name",
    "y_tunnus",
    "org_type",
    "region",
    "municipality",
    "contact_role",
    "task_summary",
)


def save_partners(
    session: Session,
    application_id: uuid.UUID,
    rows: Sequence[Mapping[str, Any]],
    _actor: Actor,
    now: datetime,
    base: Base | None = None,
) -> None:
    """Save the partners in the given order; a partner that is left out is removed with its answers.

    Saving a draft writes no event. A partner whose own data change must confirm them again.
    ``base`` holds the digests of the rows that the writer read: then rows that somebody else wrote,
    added or removed meanwhile are kept as they are; None writes exactly the given rows.

    Raises:
        InvalidInput: if two rows bear the same key.
        StaleVersion: if somebody else changed a row that the writer changes; nothing is saved then.
    """
    application = get_application(session, application_id)
    refuse_closed(session, application, {"partners"})
    keys = [str(row["key"]) for row in rows]
    if len(set(keys)) != len(keys):
        raise InvalidInput([Problem("duplicate_key", "partners")])
    stored = _stored_partners(session, application_id)
    if base is not None:
        definition = get_definition(session, application.call_version_id)
        rows = _merge_partners(definition, base, rows, stored)
    gone = stored.keys() - {str(row["key"]) for row in rows}
    if gone:
        _remove_partners(session, application_id, gone, now)
    for position, row in enumerate(rows, start=1):
        partner = stored.get(str(row["key"]))
        if partner is None:
            partner = Partner(application_id=application_id, key=str(row["key"]), role="partner")
            session.add(partner)
        _write_partner(partner, row, position)
    _keep_lead(application, rows, now)


def _stored_partners(session: Session, application_id: uuid.UUID) -> dict[str, Partner]:
    rows = session.scalars(
        sa.select(Partner)
        .where(Partner.application_id == application_id)
        .order_by(Partner.position)
        .execution_options(populate_existing=True)
    )
    return {each.key: each for each in rows}


def find_partners_question(definition: CallDefinition) -> AnyQuestion | None:
    """Return the question that asks for the partners, if the call has one."""
    return next((each for each in definition.questions() if each.type == "partners"), None)


def _merge_partners(
    definition: CallDefinition,
    base: Base,
    rows: Sequence[Mapping[str, Any]],
    stored: Mapping[str, Partner],
) -> list[Mapping[str, Any]]:
    question = find_partners_question(definition)
    if question is None:
        return list(rows)
    merged = merge_rows(
        question,
        base,
        {str(row["key"]): row for row in rows},
        {key: partner_row(each) for key, each in stored.items()},
    )
    if merged.conflicts:
        raise StaleVersion(
            answers=[
                {
                    "question": question.id,
                    "partner": "",
                    "row": each.id,
                    "stored": each.stored,
                    "yours": each.yours,
                    "version": row_digest(question, each.stored) if each.stored else "",
                }
                for each in merged.conflicts
            ]
        )
    return [{**row, "key": key} for key, row in merged.rows.items()]


def _remove_partners(
    session: Session, application_id: uuid.UUID, gone: Collection[str], now: datetime
) -> None:
    """Remove partners with their answers, people and invitations; their files leave the application."""
    for table in (Answer, ApplicationMember, PartnerInvitation, Partner):
        session.execute(
            sa.delete(table).where(table.application_id == application_id, _key_of(table).in_(gone))
        )
    session.execute(
        sa.update(Attachment)
        .where(Attachment.application_id == application_id, Attachment.partner_key.in_(gone))
        .values(removed_at=now)
    )


def _key_of(table: type[Any]) -> Any:
    return table.key if table is Partner else table.partner_key


def _write_partner(partner: Partner, row: Mapping[str, Any], position: int) -> None:
    partner.position = position
    values = {field: str(row.get(field) or "") for field in _PARTNER_FIELDS}
    values["sme_size"] = str(row.get("sme_size") or "")
    for field, value in values.items():
        if getattr(partner, field) != value:
            setattr(partner, field, value)
            partner.confirmed_at = partner.confirmed_by = None


def _keep_lead(application: Application, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    lead = next((row for row in rows if row.get("role") == "lead"), {})
    application.lead_name = str(lead.get("name") or "")
    application.lead_region = str(lead.get("region") or "")
    application.changed_at = now


def confirm_partner(
    session: Session, application_id: uuid.UUID, partner_key: str, actor: Actor, now: datetime
) -> None:
    """Record that a partner confirms its own part: plan, budget and financing.

    Who speaks for a partner: its own person, once one has been invited. Until then the lead's owner
    confirms for it, by the authority that the partners have given the lead (letter of intent). From the
    invitation on the owner cannot, unless the invitation runs out or is revoked: else a partner that has
    a person could be bound without that person's knowledge. See docs/adr/0008-partner-people.md.

    Raises:
        NotFound: if there is no such partner.
        PartnerHasOwnPerson: if somebody else is, or is invited to be, the partner's own person.
        NotPermitted: if the partners are not open to change.
    """
    application = get_application(session, application_id)
    refuse_closed(session, application, {"partners"})
    partner = session.get(Partner, (application_id, partner_key))
    if partner is None:
        raise NotFound(partner=partner_key)
    if has_other_person(session, application_id, partner_key, actor, now):
        raise PartnerHasOwnPerson(partner=partner.name or partner_key)
    partner.confirmed_at, partner.confirmed_by = now, actor.user_id
    act = Act("application.confirm_partner", describe(application), {"partner": partner_key})
    append_event(session, act, actor, now)


def has_other_person(
    session: Session, application_id: uuid.UUID, partner_key: str, actor: Actor, now: datetime
) -> bool:
    """Tell whether a partner has, or was just sent an invitation for, a person who is not the actor."""
    people = session.scalars(
        sa.select(ApplicationMember.user_id).where(
            ApplicationMember.application_id == application_id,
            ApplicationMember.partner_key == partner_key,
        )
    ).all()
    if actor.user_id in people:
        return False
    waiting = sa.select(PartnerInvitation.id).where(
        PartnerInvitation.application_id == application_id,
        PartnerInvitation.partner_key == partner_key,
        PartnerInvitation.accepted_at.is_(None),
        PartnerInvitation.revoked_at.is_(None),
        PartnerInvitation.expires_at > now,
    )
    return bool(people) or session.scalar(waiting.limit(1)) is not None
