"""Applications while they are written: start, save as one types, partners, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import (
    CallNotOpen,
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
    StaleVersion,
)
from app.domain.lifecycle import ApplicationState, ApplicationStep
from app.models import (
    Answer,
    Application,
    ApplicationMember,
    Call,
    CompletionRequest,
    Partner,
)
from app.queries.content import get_application
from app.services.calls import get_definition, is_open
from app.services.events import Act, append_event
from app.services.transitions import advance, describe
from calls.definition import CallDefinition

Key = tuple[str, str]
"""Question and partner key."""

PARTNER_OWNED = frozenset({"budget_staff", "budget_financing"})
"""Question types whose answers belong to each partner."""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A changed answer. ``version`` is the one the writer saw; None overwrites whatever is there."""

    question_id: str
    value: Any
    partner_key: str = ""
    version: int | None = None


def start_application(
    session: Session, call_id: uuid.UUID, language: str, actor: Actor, now: datetime
) -> Application:
    """Start a draft in an open call; the starter owns it.

    Raises:
        CallNotOpen: before the call opens and after its deadline.
    """
    call = session.get(Call, call_id)
    if call is None or call.version_id is None or actor.user_id is None:
        raise NotFound(call=str(call_id))
    if not is_open(call, now):
        raise CallNotOpen(opens_at=call.opens_at, closes_at=call.closes_at)
    application = Application(
        call_id=call.id,
        call_version_id=call.version_id,
        state=ApplicationState.DRAFT,
        language=language,
        created_by=actor.user_id,
        created_at=now,
        changed_at=now,
    )
    session.add(application)
    session.flush()
    session.add(
        ApplicationMember(application_id=application.id, user_id=actor.user_id, added_at=now)
    )
    session.add(Partner(application_id=application.id, key="P1", position=1, role="lead"))
    append_event(session, Act("application.start", describe(application)), actor, now)
    return application


def save_answers(
    session: Session,
    application_id: uuid.UUID,
    changes: Sequence[AnswerChange],
    actor: Actor,
    now: datetime,
) -> dict[Key, int]:
    """Save changed answers of a draft, or the opened ones of a completion; return the new versions.

    Saving a draft is not an act of the process, so it writes no event; who and when stands on the row.

    Raises:
        StaleVersion: if somebody else saved one of the answers since; nothing is saved then.
        NotPermitted: if the application or the question is not open to change.
    """
    application = get_application(session, application_id)
    _refuse_closed(session, application, {each.question_id for each in changes})
    stored = _stored_answers(session, application_id, changes)
    stale = [
        each
        for each in changes
        if _is_stale(stored.get((each.question_id, each.partner_key)), each)
    ]
    if stale:
        raise StaleVersion(
            answers=[
                {
                    "question": each.question_id,
                    "partner": each.partner_key,
                    "stored": stored[each.question_id, each.partner_key].value,
                    "yours": each.value,
                    "version": stored[each.question_id, each.partner_key].version,
                }
                for each in stale
            ]
        )
    versions: dict[Key, int] = {}
    for each in changes:
        versions[each.question_id, each.partner_key] = _write(
            session, application_id, stored, each, actor, now
        )
    _keep_facts(application, get_definition(session, application.call_version_id), changes, now)
    return versions


def _is_stale(stored: Answer | None, change: AnswerChange) -> bool:
    if change.version is None or stored is None:
        return False
    return stored.version != change.version and stored.value != change.value


def _stored_answers(
    session: Session, application_id: uuid.UUID, changes: Sequence[AnswerChange]
) -> dict[Key, Answer]:
    rows = session.scalars(
        sa.select(Answer).where(
            Answer.application_id == application_id,
            Answer.question_id.in_({each.question_id for each in changes}),
        )
    )
    return {(row.question_id, row.partner_key): row for row in rows}


def _write(
    session: Session,
    application_id: uuid.UUID,
    stored: dict[Key, Answer],
    change: AnswerChange,
    actor: Actor,
    now: datetime,
) -> int:
    row = stored.get((change.question_id, change.partner_key))
    if row is None:
        row = Answer(
            application_id=application_id,
            question_id=change.question_id,
            partner_key=change.partner_key,
            value=change.value,
            version=0,
            changed_at=now,
        )
        stored[change.question_id, change.partner_key] = row
        session.add(row)
    elif row.value == change.value:
        return row.version
    row.value = change.value
    row.version += 1
    row.changed_at, row.changed_by = now, actor.user_id
    return row.version


def _refuse_closed(session: Session, application: Application, question_ids: set[str]) -> None:
    if application.state is ApplicationState.DRAFT:
        return
    if application.state is ApplicationState.COMPLETION_REQUESTED:
        request = find_open_request(session, application.id)
        if request is not None and question_ids <= set(request.question_ids):
            return
    raise NotPermitted(application=str(application.id), state=application.state.value)


def find_open_request(session: Session, application_id: uuid.UUID) -> CompletionRequest | None:
    """Return the completion request that waits for an answer."""
    return session.scalar(
        sa.select(CompletionRequest).where(
            CompletionRequest.application_id == application_id,
            CompletionRequest.closed_at.is_(None),
        )
    )


def _keep_facts(
    application: Application,
    definition: CallDefinition,
    changes: Sequence[AnswerChange],
    now: datetime,
) -> None:
    """Copy the facts that lists show from the answers to the application's row."""
    values = {each.question_id: each.value for each in changes if not each.partner_key}
    title = dict(application.title)
    for language in definition.languages:
        if f"title_{language}" in values:
            title[language] = values[f"title_{language}"] or ""
    facts: dict[str, Any] = {"title": {key: text for key, text in title.items() if text}}
    facts |= {name: values[name] or "" for name in ("acronym", "theme") if name in values}
    if values.get("language") in {"fi", "sv"}:
        facts["language"] = values["language"]
    for name, value in facts.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
            application.changed_at = now


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
) -> None:
    """Save the partners in the given order; a partner that is left out is removed with its answers.

    Saving a draft writes no event. A partner whose own data change must confirm them again.

    Raises:
        InvalidInput: if two rows bear the same key.
    """
    application = get_application(session, application_id)
    _refuse_closed(session, application, {"partners"})
    keys = [str(row["key"]) for row in rows]
    if len(set(keys)) != len(keys):
        raise InvalidInput([Problem("duplicate_key", "partners")])
    stored = {
        each.key: each
        for each in session.scalars(
            sa.select(Partner).where(Partner.application_id == application_id)
        )
    }
    for key in stored.keys() - set(keys):
        session.delete(stored[key])
        session.execute(
            sa.delete(Answer).where(
                Answer.application_id == application_id, Answer.partner_key == key
            )
        )
    for position, row in enumerate(rows, start=1):
        partner = stored.get(str(row["key"]))
        if partner is None:
            partner = Partner(application_id=application_id, key=str(row["key"]), role="partner")
            session.add(partner)
        _write_partner(partner, row, position)
    _keep_lead(application, rows, now)


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
    """Record that a partner confirms its own part: plan, budget and financing."""
    application = get_application(session, application_id)
    _refuse_closed(session, application, {"partners"})
    partner = session.get(Partner, (application_id, partner_key))
    if partner is None:
        raise NotFound(partner=partner_key)
    partner.confirmed_at, partner.confirmed_by = now, actor.user_id
    act = Act("application.confirm_partner", describe(application), {"partner": partner_key})
    append_event(session, act, actor, now)


def withdraw_application(
    session: Session, application_id: uuid.UUID, actor: Actor, now: datetime
) -> Application:
    """Withdraw an application; possible until the decision."""
    application = get_application(session, application_id)
    application.withdrawn_at = now
    advance(session, application, ApplicationStep.WITHDRAW, actor, now)
    return application
