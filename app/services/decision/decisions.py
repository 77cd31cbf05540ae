"""Decisions: draft, present, approve by another person, sign, serve. Any edit in between voids approval."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import (
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
    StaleVersion,
)
from app.domain.lifecycle import ApplicationState, ApplicationStep, DecisionState, DecisionStep
from app.domain.records import sha256_text
from app.domain.service_days import ServiceMethod
from app.domain.verification import RANDOM_BYTES, encode_code
from app.jobs import enqueue
from app.models import Application, Decision
from app.queries.conflicts import list_closed_matters
from app.queries.content import get_application
from app.queries.decision_chain import has_later_decision
from app.queries.rows import get_row
from app.services.call.calls import get_call
from app.services.decision.contents import (
    refuse_changed_record,
    refuse_incomplete,
    seal_letter,
    write_content,
)
from app.services.decision.people import refuse_conflicted, refuse_same_person
from app.services.decision.ranking import support_of
from app.services.paper.letters import build_letter
from app.services.paper.source import Approval, open_source
from app.services.record import notices
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe, require_step
from calls.registers import Registers

DECIDABLE = (
    ApplicationState.SELECTED,
    ApplicationState.RESERVE,
    ApplicationState.NOT_SELECTED,
    ApplicationState.INELIGIBLE,
    ApplicationState.NOT_EXAMINED,
)

EDITABLE = frozenset(
    {
        "conditions",
        "conditions_due",
        "reasons",
        "strengths",
        "weaknesses",
        "reduced_partner",
        "reserve_until",
        "changes",
        "corrections",
        "service_method",
    }
)
"""What an officer may write into a draft; all else comes from the record."""


BINDING = (
    DecisionState.APPROVED,
    DecisionState.SIGNED,
    DecisionState.SERVED,
    DecisionState.FINAL,
)
"""States in which the support of a decision is taken from the money of the call."""


def get_decision(session: Session, decision_id: uuid.UUID) -> Decision:
    """Return a decision.

    Raises:
        NotFound: if there is none.
    """
    return get_row(session, Decision, "decision", decision_id)


def get_newest_decision(session: Session, application_id: uuid.UUID) -> Decision:
    """Return the decision on an application that was made last.

    Raises:
        NotFound: if there is none.
    """
    decision = session.scalar(
        sa.select(Decision)
        .where(Decision.application_id == application_id)
        .order_by(Decision.number.desc())
        .limit(1)
    )
    if decision is None:
        raise NotFound(decision=str(application_id))
    return decision


def list_decision_ids(session: Session, call_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the decisions of a call in the order of the record numbers."""
    return list(
        session.scalars(
            sa.select(Decision.id)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.call_id == call_id)
            .order_by(Application.submitted_at, Decision.number)
        )
    )


def find_kind(application: Application) -> str:
    """Return which letter the state of an application asks for."""
    match application.state:
        case ApplicationState.SELECTED:
            return "grant_reduced" if application.support_proposed else "grant"
        case ApplicationState.RESERVE:
            return "reject_budget"
        case ApplicationState.NOT_SELECTED:
            return "reject_threshold"
        case ApplicationState.INELIGIBLE:
            return "reject_ineligible"
        case _:
            return "not_examined"


def draft_decisions(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Draft a decision for every application of a call that can be decided and has none.

    Matters that are closed to the officer wait for another officer.
    """
    decided = sa.select(Decision.application_id).where(Decision.call_id == call_id)
    applications = session.scalars(
        sa.select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(DECIDABLE),
            Application.id.not_in(decided),
            Application.id.not_in(list_closed_matters(session, actor.user_id)),
        )
        .order_by(Application.record_number)
    ).all()
    for application in applications:
        kind = find_kind(application)
        is_grant = kind in {"grant", "grant_reduced"}
        conditions = list(application.conditions) if is_grant else []
        decision = Decision(
            application_id=application.id,
            call_id=call_id,
            number=1,
            kind=kind,
            state=DecisionState.DRAFT,
            language=application.language,
            support=support_of(application) if is_grant else Decimal(0),
            is_conditional=bool(conditions),
            draft={"conditions": conditions},
            created_at=now,
        )
        session.add(decision)
        session.flush()
        data = {"kind": kind, "support": f"{decision.support:.2f}"}
        append_event(session, Act("decision.draft", describe(decision), data), actor, now)
    return len(applications)


def update_draft(
    session: Session,
    decision_id: uuid.UUID,
    fields: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Decision:
    """Change what the officer writes. An edit after presentation or approval takes both back.

    ``seen`` is the version of the row that the officer had before them, where it is known.

    Raises:
        InvalidInput: if a field is not one of ``EDITABLE``.
        ConflictOfInterest: if the actor has one in this application.
        StaleVersion: if somebody else has changed the decision since.
    """
    decision = get_decision(session, decision_id)
    refuse_conflicted(session, decision, actor.user_id)
    if seen is not None and seen != decision.row_version:
        raise StaleVersion(decision=str(decision_id))
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise InvalidInput([Problem("unknown_field", field=name) for name in unknown])
    if decision.state is not DecisionState.DRAFT:
        void_decision(session, decision, actor, now)
    texts = {key: value for key, value in fields.items() if key != "service_method"}
    if "service_method" in fields:
        decision.service_method = ServiceMethod(fields["service_method"])
    decision.draft = {**decision.draft, **texts}
    decision.is_conditional = bool(decision.draft.get("conditions"))
    data = {"fields": sorted(fields)}
    append_event(session, Act("decision.edit", describe(decision), data), actor, now)
    return decision


def void_decision(session: Session, decision: Decision, actor: Actor, now: datetime) -> None:
    """Take a presented or approved decision back to its draft."""
    advance(session, decision, DecisionStep.VOID, actor, now)
    _unseal(decision)


def _unseal(decision: Decision) -> None:
    decision.presented_at = decision.presenter_id = None
    decision.approved_at = decision.approver_id = None
    decision.content = decision.content_sha256 = decision.verification_code = None


def present_decision(
    session: Session, registers: Registers, decision_id: uuid.UUID, actor: Actor, now: datetime
) -> Decision:
    """Present a draft to the decision maker; the presenter is on record and cannot decide.

    Raises:
        InvalidInput: if the letter lacks something that the law asks for.
        ConflictOfInterest: if the actor has one in this application.
        NoReviewInstruction: if no usable instruction for review is in force for the body.
    """
    decision = get_decision(session, decision_id)
    require_step(decision, DecisionStep.PRESENT, actor)
    refuse_conflicted(session, decision, actor.user_id)
    decision.presented_at, decision.presenter_id = now, actor.user_id
    decision.return_reason = ""
    letter = build_letter(open_source(session, registers, decision), now, is_draft=True)
    refuse_incomplete(letter)
    decision.verification_code = encode_code(secrets.token_bytes(RANDOM_BYTES))
    decision.content = write_content(letter)
    decision.content_sha256 = sha256_text(decision.content)
    advance(
        session, decision, DecisionStep.PRESENT, actor, now, {"sha256": decision.content_sha256}
    )
    _tell_deciders(session, decision, now)
    return decision


def _tell_deciders(session: Session, decision: Decision, now: datetime) -> None:
    """Tell the decision makers that drafts wait: once an hour for a call, since many come together."""
    call = get_call(session, decision.call_id)
    deciders = notices.list_deciders(session, call)
    event = f"{call.id}:{now:%Y-%m-%dT%H}"
    words = notices.about_call(call)
    notices.notify(session, "decision_presented", deciders, event, now, **words)


def return_decision(
    session: Session, decision_id: uuid.UUID, reason: str, actor: Actor, now: datetime
) -> Decision:
    """Return a presented decision to the officer, with a reason."""
    decision = get_decision(session, decision_id)
    if not reason.strip():
        raise InvalidInput([Problem("required", field="reason")])
    advance(session, decision, DecisionStep.RETURN, actor, now, {"reason": reason.strip()})
    application = get_application(session, decision.application_id)
    presenter = notices.find_user(session, decision.presenter_id)
    event, words = f"{decision.id}:{now.isoformat()}", {"decision": decision.id}
    notices.notify(session, "decision_returned", presenter, event, now, about=application, **words)
    _unseal(decision)
    decision.return_reason = reason.strip()
    return decision


def approve_decision(
    session: Session,
    registers: Registers,
    decision_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    site: str = "",
    seen: str | None = None,
) -> Decision:
    """Approve a presented decision: its content is frozen with its checksum and the letter is made.

    ``site`` is the public address of the service; with it the letter says where it can be verified.
    ``seen`` is the checksum of the letter that the decision maker looked at, where it is known.

    Raises:
        SamePerson: if the actor presented it.
        NotPermitted: if the actor does not decide for the granting body of the call.
        ConflictOfInterest: if the actor or the presenter has one in this application.
        StaleVersion: if the record has changed since the presentation, or since it was looked at.
        InvalidInput: if the letter lacks what the law asks for, or the budget of the call is exceeded.
        NoReviewInstruction: if no usable instruction for review is in force for the body.
    """
    decision = get_decision(session, decision_id)
    call = get_call(session, decision.call_id)
    require_step(decision, DecisionStep.APPROVE, actor)
    refuse_same_person(decision, actor.user_id)
    if call.granting_authority not in actor.authority_keys:
        raise NotPermitted(body=call.granting_authority)
    for person_id in (actor.user_id, decision.presenter_id):
        refuse_conflicted(session, decision, person_id)
    refuse_changed_record(session, registers, decision)
    _refuse_over_budget(session, decision, call.budget)
    sealed = seal_letter(session, registers, decision, Approval(actor.user_id, now), site)
    refuse_incomplete(sealed)
    seal = sealed.decision.sha256
    if seen and seen != seal:
        raise StaleVersion(decision=str(decision.id))
    decision.approved_at, decision.approver_id = now, actor.user_id
    decision.content, decision.content_sha256 = write_content(sealed), seal
    advance(session, decision, DecisionStep.APPROVE, actor, now, {"sha256": seal})
    application = get_application(session, decision.application_id)
    # An approval that was taken back, or a later decision, finds it decided already.
    if application.state is not ApplicationState.DECIDED:
        advance(session, application, ApplicationStep.DECIDE, actor, now, {"kind": decision.kind})
    key = f"letter:{decision.id}:{decision.row_version}"
    enqueue(session, "sign_decision", {"decision_id": str(decision.id)}, now, dedupe=key)
    return decision


def _refuse_over_budget(session: Session, decision: Decision, budget: Decimal) -> None:
    """Refuse a grant that the money of the call does not cover beside what has been approved.

    Of an application only one decision takes money: a later one stands in the place of the earlier.
    """
    if not decision.support:
        return
    granted = session.scalar(
        sa.select(sa.func.sum(Decision.support)).where(
            Decision.call_id == decision.call_id,
            Decision.application_id != decision.application_id,
            Decision.state.in_(BINDING),
            ~has_later_decision(BINDING),
        )
    )
    left = budget - (granted or Decimal(0))
    if decision.support > left:
        raise InvalidInput([Problem("over_budget", field="support", data={"limit": left})])
