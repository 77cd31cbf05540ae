"""A whole round through the same use cases that the browser uses, at the times that the input gives.

Nothing here computes a result: outcomes come from the rules, and the input's own expectations are not read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM
from app.domain.lifecycle import ApplicationState
from app.domain.times import local_date
from app.models import Application
from app.queries.content import get_application
from app.services.background import work
from app.services.decision import decisions, ranking, selection, serving
from app.services.paper import words as letter_words
from app.services.record.tools import Tools
from app.services.round.content import (
    partner_key,
)
from app.services.round.opening import check_eligibility, publish, submit_all
from app.services.round.scoring import evaluate_all
from app.services.round.state import (
    Plan,
    RoundResult,
    RoundState,
)
from calls.round_input import ApplicationInput, RoundInput
from scoring.state_aid import PriorAid, headroom, reduce_support


def decided_at(state: RoundState) -> datetime:
    """Return when the decisions are made."""
    target = state.definition.timetable.decisions_target
    earliest = state.closes + timedelta(days=60)
    if target is None:
        return earliest
    shift = (target - local_date(state.closes)).days
    return max(earliest, state.closes + timedelta(days=shift))


def reduce_support_all(state: RoundState) -> None:
    """Reduce support to what the de minimis ceiling leaves."""
    now = decided_at(state) - timedelta(days=10)
    award = local_date(decided_at(state))
    for each in state.given.applications:
        with state.tools.database.unit_of_work() as session:
            application = get_application(session, state.ids[each.id])
            if application.state is ApplicationState.EVALUATED:
                _reduce(state, session, application, each, award, now)


def _reduce(
    state: RoundState,
    session: Session,
    application: Application,
    each: ApplicationInput,
    award: date,
    now: datetime,
) -> None:
    total, reasons = application.support_applied or Decimal(0), []
    for index, partner in enumerate(each.partners):
        if partner.aid_basis != "de_minimis":
            continue
        prior = [
            PriorAid(row.date, row.amount_eur, row.grantor)
            for row in each.de_minimis
            if row.partner == partner.name
        ]
        left = headroom(prior, award)
        cut = reduce_support(partner.financing.support_applied, left)
        if cut.reduction:
            total -= cut.reduction
            reasons.append(
                letter_words.describe_reduction(
                    application.language, partner.name, prior, left, cut.reduction
                )
            )
            application.reduced_partner = partner_key(index)
    if reasons:
        ranking.set_support(session, application.id, total, reasons, state.officials.officer, now)


def rank_and_select(state: RoundState) -> None:
    """Draw the ranking and select along it."""
    now = decided_at(state) - timedelta(days=5)
    with state.tools.database.unit_of_work() as session:
        ranking.draw_ranking(session, state.call_id, state.officials.officer, now)
        selection.select_along_ranking(
            session, state.call_id, "", state.officials.selector, now + timedelta(hours=1)
        )


def decide_all(state: RoundState) -> None:
    """Draft, present, approve, sign and serve all decisions."""
    now = decided_at(state)
    officer, decider = state.officials.officer, state.officials.decider
    registers, site = state.tools.registers, state.tools.settings.public_url
    with state.tools.database.unit_of_work() as session:
        decisions.draft_decisions(session, state.call_id, officer, now)
        for decision_id in _decision_ids(state, session):
            decisions.present_decision(session, registers, decision_id, officer, now)
            decisions.approve_decision(
                session, registers, decision_id, decider, now + timedelta(hours=2), site
            )
    work.run_due_jobs(state.tools, now + timedelta(hours=3))
    with state.tools.database.unit_of_work() as session:
        for decision_id in _decision_ids(state, session):
            serving.serve_decision(session, decision_id, SYSTEM, now + timedelta(hours=4))


def _decision_ids(state: RoundState, session: Session) -> Iterator[uuid.UUID]:
    yield from decisions.list_decision_ids(session, state.call_id)


def run_round(tools: Tools, given: RoundInput, plan: Plan | None = None) -> RoundResult:
    """Run a round in the database of the tools.

    Raises:
        InvalidRound: if the evaluations do not fit what the rules ask for.
        DomainError: if the rules refuse something in the input.
    """
    state = RoundState(tools, given, plan or Plan())
    for name, step in STEPS:
        if name == state.plan.stop_before:
            break
        state.plan.report(name)
        step(state)
    evaluators = {key: actor.user_id for key, actor in state.evaluators.items() if actor.user_id}
    return RoundResult(state.call_id, dict(state.ids), evaluators)


STEPS: Sequence[tuple[str, Callable[[RoundState], None]]] = (
    ("publish", publish),
    ("submit", submit_all),
    ("eligibility", check_eligibility),
    ("evaluate", evaluate_all),
    ("reduce", reduce_support_all),
    ("rank", rank_and_select),
    ("decisions", decide_all),
)
"""The steps of a round in order; a plan may stop before one of them."""
