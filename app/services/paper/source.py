"""What a letter is made from: the decision, the application as submitted, the call and its registers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.budgets import Budget, compute_budget
from app.domain.content import Content
from app.models import (
    Application,
    Decision,
)
from app.queries.content import load_submitted_content
from app.services.call.calls import get_definition
from calls.definition import CallDefinition
from calls.registers import Registers
from calls.text import in_language


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves and when: on record, or as it would be if the reader approved now."""

    approver_id: uuid.UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LetterSource:
    """All that a letter is made from."""

    session: Session
    registers: Registers
    decision: Decision
    application: Application
    definition: CallDefinition
    content: Content
    budget: Budget
    language: str
    approval: Approval | None

    def text(self, value: Mapping[Any, str]) -> str:
        """Return a text of the call in the letter's language."""
        return in_language(value, self.language, self.definition.authoritative_language)[0]


def open_source(
    session: Session,
    registers: Registers,
    decision: Decision,
    language: str | None = None,
    *,
    approval: Approval | None = None,
) -> LetterSource:
    """Gather what a letter is made from; the approval is that on record unless one is given."""
    if approval is None and decision.approved_at is not None:
        approval = Approval(decision.approver_id, decision.approved_at)
    application = session.get_one(Application, decision.application_id)
    definition = get_definition(session, application.call_version_id)
    content = load_submitted_content(session, application.id)
    return LetterSource(
        session=session,
        registers=registers,
        decision=decision,
        application=application,
        definition=definition,
        content=content,
        budget=compute_budget(definition, content),
        language=language or decision.language,
        approval=approval,
    )


def model_name(source: LetterSource, question_id: str) -> str:
    """Return the name of the cost model: the one chosen, else the only or first one of the call."""
    models, registers = source.definition.cost_models, source.registers
    is_staff = question_id == "staff_model"
    offered = models.staff_models if is_staff else models.flat_rates
    code = str(source.content.answer(question_id) or offered[0])
    row = registers.find_staff_model(code) if is_staff else registers.find_flat_rate(code)
    return source.text(row.names) if row else code
