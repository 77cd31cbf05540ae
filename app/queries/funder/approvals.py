"""Decisions that wait for the decision maker, and the money of the call: taken, waiting and left."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import DecisionState
from app.models import Application, Call, Decision, User
from app.queries.decision_chain import has_later_decision
from app.queries.funder.list_statements import natural_order

_TOLD = tuple(state for state in DecisionState if state is not DecisionState.DRAFT)


@dataclass(frozen=True, slots=True)
class WaitingDecision:
    """A presented decision with its frozen content."""

    id: uuid.UUID
    record_number: str
    acronym: str
    lead_name: str
    kind: str
    support: Decimal
    is_conditional: bool
    presenter_id: uuid.UUID
    presenter: str
    presented_at: datetime
    content: str


@dataclass(frozen=True, slots=True)
class BudgetTotals:
    """Euros: the budget of the call, what has been approved, what waits, and what is left after both."""

    budget: Decimal
    approved: Decimal
    waiting: Decimal

    @property
    def left(self) -> Decimal:
        """Return what is left once everything that waits is approved; below zero if it does not fit."""
        return self.budget - self.approved - self.waiting


def list_waiting(session: Session, call_id: uuid.UUID) -> list[WaitingDecision]:
    """List the presented decisions of a call in the order of record numbers."""
    rows = session.execute(
        sa.select(
            Decision.id,
            Application.record_number,
            Application.acronym,
            Application.lead_name,
            Decision.kind,
            Decision.support,
            Decision.is_conditional,
            Decision.presenter_id,
            User.display_name,
            Decision.presented_at,
            Decision.content,
        )
        .join(Application, Application.id == Decision.application_id)
        .join(User, User.id == Decision.presenter_id)
        .where(Decision.call_id == call_id, Decision.state == DecisionState.PRESENTED)
        .order_by(natural_order(), Decision.number)
    )
    return [WaitingDecision(*row) for row in rows]


def sum_budget(session: Session, call: Call) -> BudgetTotals:
    """Return the money of a call. Of each application its newest approved or waiting decision counts."""
    rows = session.execute(
        sa.select(Decision.state, sa.func.sum(Decision.support))
        .where(
            Decision.call_id == call.id,
            Decision.state != DecisionState.DRAFT,
            ~has_later_decision(_TOLD),
        )
        .group_by(Decision.state)
    )
    sums: dict[bool, Decimal] = {True: Decimal(0), False: Decimal(0)}
    for state, total in rows:
        sums[state is DecisionState.PRESENTED] += total or Decimal(0)
    return BudgetTotals(call.budget, approved=sums[False], waiting=sums[True])
