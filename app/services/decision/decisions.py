"""Decisions: draft, present, approve by another person, sign, serve. Any edit in between voids approval."""

from __future__ import annotations

import json
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
    SamePerson,
    StaleVersion,
)
from app.domain.lifecycle import ApplicationState, ApplicationStep, DecisionState, DecisionStep
from app.domain.records import canonical_json, sha256_text
from app.jobs import enqueue
from app.models import Application, Decision
from app.pdf.coverage import check_coverage
from app.pdf.letter_data import LetterData
from app.queries.content import get_application
from app.queries.rows import get_row
from app.services.call.calls import get_call
from app.services.decision.ranking import support_of
from app.services.paper.letters import build_letter
from app.services.paper.source import open_source
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
    }
)
"""What an officer may write into a draft; all else comes from the record."""


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
    """Draft a decision for every application of a call that can be decided and has none."""
    decided = sa.select(Decision.application_id).where(Decision.call_id == call_id)
    applications = session.scalars(
        sa.select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(DECIDABLE),
            Application.id.not_in(decided),
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
    session: Session, decision_id: uuid.UUID, fields: Mapping[str, Any], actor: Actor, now: datetime
) -> Decision:
    """Change what the officer writes. An edit after presentation or approval takes both back.

    Raises:
        InvalidInput: if a field is not one of ``EDITABLE``.
    """
    decision = get_decision(session, decision_id)
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise InvalidInput([Problem("unknown_field", field=name) for name in unknown])
    if decision.state is not DecisionState.DRAFT:
        void_decision(session, decision, actor, now)
    decision.draft = {**decision.draft, **fields}
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
    decision.content = decision.content_sha256 = None


def make_letter(
    session: Session,
    registers: Registers,
    decision: Decision,
    now: datetime,
    language: str | None = None,
) -> LetterData:
    """Return the letter as it stands: the frozen one from approval on, else one made now."""
    if decision.content and (language is None or language == decision.language):
        return LetterData.model_validate_json(decision.content)
    source = open_source(session, registers, decision, language)
    return build_letter(source, now, is_draft=decision.approved_at is None)


def present_decision(
    session: Session, registers: Registers, decision_id: uuid.UUID, actor: Actor, now: datetime
) -> Decision:
    """Present a draft to the decision maker; the presenter is on record and cannot decide.

    Raises:
        InvalidInput: if the letter lacks something that the law asks for.
        NoReviewInstruction: if no usable instruction for review is in force for the body.
    """
    decision = get_decision(session, decision_id)
    require_step(decision, DecisionStep.PRESENT, actor)
    decision.presented_at, decision.presenter_id = now, actor.user_id
    decision.return_reason = ""
    letter = build_letter(open_source(session, registers, decision), now, is_draft=True)
    _refuse_incomplete(letter)
    decision.content = canonical_json(letter.model_dump(mode="json"))
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


def _refuse_incomplete(letter: LetterData) -> None:
    problems = [
        Problem("letter_incomplete", field=each.path, data={"law": each.law, "block": each.block})
        for each in check_coverage(letter)
    ]
    if problems:
        raise InvalidInput(problems)


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
    session: Session, registers: Registers, decision_id: uuid.UUID, actor: Actor, now: datetime
) -> Decision:
    """Approve a presented decision: its content is sealed and the letter is made.

    Raises:
        SamePerson: if the actor presented it.
        NotPermitted: if the actor does not decide for the granting body of the call.
        StaleVersion: if the record has changed since the presentation.
        NoReviewInstruction: if no usable instruction for review is in force for the body.
    """
    decision = get_decision(session, decision_id)
    call = get_call(session, decision.call_id)
    require_step(decision, DecisionStep.APPROVE, actor)
    if decision.presenter_id == actor.user_id:
        raise SamePerson
    if call.granting_authority not in actor.authority_keys:
        raise NotPermitted(body=call.granting_authority)
    _refuse_changed_record(session, registers, decision)
    decision.approved_at, decision.approver_id = now, actor.user_id
    decision.content_sha256 = None
    letter = build_letter(open_source(session, registers, decision), now, is_draft=False)
    seal = sha256_text(canonical_json(letter.model_dump(mode="json")))
    sealed = letter.model_copy(
        update={"decision": letter.decision.model_copy(update={"sha256": seal})}
    )
    _refuse_incomplete(sealed)
    decision.content = canonical_json(sealed.model_dump(mode="json"))
    decision.content_sha256 = seal
    advance(session, decision, DecisionStep.APPROVE, actor, now, {"sha256": seal})
    application = get_application(session, decision.application_id)
    if (
        application.state is not ApplicationState.DECIDED
    ):  # an approval that was taken back leaves it so
        advance(session, application, ApplicationStep.DECIDE, actor, now, {"kind": decision.kind})
    key = f"letter:{decision.id}:{decision.row_version}"
    enqueue(session, "sign_decision", {"decision_id": str(decision.id)}, now, dedupe=key)
    return decision


def _refuse_changed_record(session: Session, registers: Registers, decision: Decision) -> None:
    """Refuse an approval of something else than what was presented."""
    if decision.presented_at is None:
        return
    letter = build_letter(
        open_source(session, registers, decision), decision.presented_at, is_draft=True
    )
    shown = json.loads(decision.content or "{}")
    made = json.loads(canonical_json(letter.model_dump(mode="json")))
    shown["decision"].pop("sha256", None)
    made["decision"].pop("sha256", None)
    if shown != made:
        raise StaleVersion(decision=str(decision.id))
