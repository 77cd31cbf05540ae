"""Ranking: the evaluated applications in order, against the budget; frozen each time it is drawn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.budgets import compute_budget
from app.domain.errors import InvalidInput, NotFound, Problem, StepNotAllowed
from app.domain.lifecycle import ApplicationState
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Call, Consensus, Ranking
from app.queries.content import (
    get_application,
    iterate_submitted_contents,
    load_submitted_content,
)
from app.services.call.calls import get_call, get_definition
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe, refuse_ended
from calls.scoring_rules import to_rubric
from scoring.aggregate import rounded, total
from scoring.lot import draw_lots
from scoring.ranking import (
    Candidate,
    FundingLine,
    Ranked,
    SkipNotAllowed,
    TieNeedsLot,
    draw_funding_line,
    rank,
)
from scoring.rubric import Rubric

ALGORITHM = "rank-then-stop/1"
"""Name and version of the rule, recorded with each ranking."""


@dataclass(frozen=True, slots=True)
class RankingWishes:
    """What an officer adds to the rule: reasoned skips of misfits, and why it is drawn again."""

    skips: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def set_support(
    session: Session,
    application_id: uuid.UUID,
    amount: Decimal,
    reasons: Sequence[str],
    actor: Actor,
    now: datetime,
    *,
    partner: str = "",
) -> None:
    """Propose less support than was applied for, with reasons that the letter prints.

    ``partner`` names the partner on whom the reduction falls; without it, it falls on the largest.

    Raises:
        InvalidInput: if the amount is not below what was applied for, no reason is given, or the
            partner did not apply for as much as is taken away.
        StepNotAllowed: if the application has been decided or withdrawn.
    """
    application = get_application(session, application_id)
    refuse_ended(application, "set_support")
    applied = application.support_applied or Decimal(0)
    if not Decimal(0) < amount < applied:
        raise InvalidInput([Problem("not_a_reduction", field="amount")])
    if not any(reason.strip() for reason in reasons):
        raise InvalidInput([Problem("required", field="reason")])
    if partner and not _applied_for(session, application, partner, applied - amount):
        raise InvalidInput([Problem("not_partners", field="partner")])
    application.support_proposed, application.reduced_partner = amount, partner
    application.reduction_reasons = [reason.strip() for reason in reasons if reason.strip()]
    data = {"applied": str(applied), "proposed": str(amount), "reasons": list(reasons)}
    append_event(session, Act("application.set_support", describe(application), data), actor, now)


def _applied_for(
    session: Session, application: Application, partner: str, reduction: Decimal
) -> bool:
    """Tell whether a partner applied for at least as much as a reduction takes away."""
    definition = get_definition(session, application.call_version_id)
    budget = compute_budget(definition, load_submitted_content(session, application.id))
    plan = budget.financing_of(partner)
    return plan is not None and plan.support >= reduction


def support_of(application: Application) -> Decimal:
    """Return the support that would be granted: the proposed, else the one applied for."""
    return application.support_proposed or application.support_applied or Decimal(0)


def draw_ranking(
    session: Session,
    call_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    wishes: RankingWishes | None = None,
) -> Ranking:
    """Rank the fundable applications of a call and draw the funding line.

    Raises:
        StepNotAllowed: while an eligible application has no settled consensus.
        InvalidInput: if a skip is not of a misfit, or lacks its reason.
    """
    wishes = wishes or RankingWishes()
    call = get_call(session, call_id)
    applications = _evaluated(session, call_id)
    definition = get_definition(session, call.version_id or _raise_unpublished(call_id))
    rubric = to_rubric(definition)
    candidates, below = _candidates(session, call_id, applications, rubric)
    ranked, lot = _rank(rubric, candidates, _seed(call))
    try:
        line = draw_funding_line(ranked, call.budget, dict(wishes.skips))
    except SkipNotAllowed as error:
        raise InvalidInput([Problem("skip_not_allowed", field=error.application)]) from error
    content = _describe(call.budget, ranked, line, applications, below)
    content["lot"] = lot
    ranking = _store(session, call_id, content, wishes.reason, actor, now)
    _keep_places(applications, ranked, line)
    data = {"number": ranking.number, "sha256": ranking.sha256, "reason": wishes.reason}
    append_event(session, Act("call.rank", describe(call), data), actor, now)
    return ranking


def _raise_unpublished(call_id: uuid.UUID) -> uuid.UUID:
    raise NotFound(call_version=str(call_id))


def _evaluated(session: Session, call_id: uuid.UUID) -> dict[str, Application]:
    rows = session.scalars(
        sa.select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN)),
        )
        .order_by(Application.record_number)
    ).all()
    unfinished = {
        ApplicationState.SUBMITTED,
        ApplicationState.COMPLETION_REQUESTED,
        ApplicationState.ELIGIBLE,
        ApplicationState.IN_EVALUATION,
    }
    waiting = [row.record_number for row in rows if row.state in unfinished]
    if waiting:
        raise StepNotAllowed(subject="call", step="rank", waiting=waiting)
    return {str(row.id): row for row in rows if row.state is ApplicationState.EVALUATED}


def _candidates(
    session: Session,
    call_id: uuid.UUID,
    applications: Mapping[str, Application],
    rubric: Rubric,
) -> tuple[list[Candidate], list[str]]:
    """Return the fundable candidates, and the applications that missed a threshold, in two statements."""
    candidates, below = [], []
    settled = _settled(session, call_id)
    companies = {
        key: len(content.rows("companies"))
        for key, content in iterate_submitted_contents(session, call_id)
    }
    for key, application in applications.items():
        consensus = settled[application.id]
        if consensus.failures:
            below.append(key)
            continue
        scores = {name: Fraction(value) for name, value in consensus.scores.items()}
        candidates.append(
            Candidate(
                id=key,
                total=total(rubric, scores),
                scores=scores,
                support=support_of(application),
                companies=companies[application.id],
            )
        )
    return candidates, below


def _settled(session: Session, call_id: uuid.UUID) -> dict[uuid.UUID, Consensus]:
    """Return the consensus of each application of a call."""
    rows = session.scalars(
        sa.select(Consensus)
        .join(Application, Application.id == Consensus.application_id)
        .where(Application.call_id == call_id)
    )
    return {row.application_id: row for row in rows}


def _seed(call: Call) -> bytes:
    """Return the seed of a lot: fixed by the call's public data before anybody applied."""
    return sha256_text(f"{call.code} {call.opens_at.isoformat()}").encode("ascii")


def _rank(
    rubric: Rubric, candidates: Sequence[Candidate], seed: bytes
) -> tuple[tuple[Ranked, ...], dict[str, Any] | None]:
    """Rank; where only the lot can part equals, draw it and return the draw for the record."""
    try:
        return rank(rubric, candidates), None
    except TieNeedsLot as tie:
        draw = draw_lots(tie.ids, seed)
        return rank(rubric, candidates, draw.positions), {
            "seed": draw.seed,
            "places": draw.positions,
        }


def _describe(
    budget: Decimal,
    ranked: Sequence[Ranked],
    line: FundingLine,
    applications: Mapping[str, Application],
    below: Sequence[str],
) -> dict[str, Any]:
    by_id = {each.candidate.id: each for each in ranked}
    rows = [
        {
            "position": row.position,
            "application": row.id,
            "record_number": applications[row.id].record_number,
            "acronym": applications[row.id].acronym,
            "total": str(rounded(by_id[row.id].candidate.total)),
            "total_exact": str(by_id[row.id].candidate.total),
            "support": f"{row.support:.2f}",
            "outcome": row.outcome.value,
            "reserve_place": row.reserve_place,
            "skip_reason": row.skip_reason,
            "left": f"{row.left:.2f}",
            "tie_break": [_trace(step) for step in by_id[row.id].trace],
        }
        for row in line.rows
    ]
    return {
        "algorithm": ALGORITHM,
        "budget": f"{budget:.2f}",
        "awarded": f"{line.awarded:.2f}",
        "left": f"{line.left:.2f}",
        "rows": rows,
        "below_threshold": list(below),
    }


def _trace(step: Any) -> dict[str, Any]:
    return {
        "rule": type(step.rule).__name__,
        "value": None if step.value is None else str(step.value),
        "rivals": list(step.rivals),
        "decided": step.decided,
    }


def _store(
    session: Session,
    call_id: uuid.UUID,
    content: dict[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
) -> Ranking:
    newest = session.scalar(
        sa.select(sa.func.max(Ranking.number)).where(Ranking.call_id == call_id)
    )
    if newest and not reason.strip():
        raise InvalidInput([Problem("required", field="reason")])
    text = canonical_json(content)
    ranking = Ranking(
        call_id=call_id,
        number=(newest or 0) + 1,
        content=text,
        sha256=sha256_text(text),
        reason=reason.strip(),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(ranking)
    session.flush()
    return ranking


def _keep_places(
    applications: Mapping[str, Application], ranked: Sequence[Ranked], line: FundingLine
) -> None:
    places = {each.candidate.id: each.position for each in ranked}
    reserve = {row.id: row.reserve_place for row in line.rows}
    for key, application in applications.items():
        application.rank_position = places.get(key)
        application.reserve_position = reserve.get(key)
