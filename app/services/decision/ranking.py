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
from app.domain.errors import ConflictOfInterest, InvalidInput, NotFound, Problem, StepNotAllowed
from app.domain.lifecycle import ApplicationState
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Call, CallVersion, Consensus, Ranking
from app.queries.conflicts import list_closed_matters
from app.queries.content import (
    get_application,
    iterate_submitted_contents,
    load_submitted_content,
)
from app.services.call.calls import get_call, get_definition
from app.services.decision.funding import declared_terms, describe_candidate, load_facts
from app.services.decision.lines import (
    ChosenScenario,
    Line,
    describe_place,
    draw_by_terms,
    take_over,
    walk_line,
)
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe, refuse_ended
from calls.definition import CallDefinition
from calls.scoring_rules import to_rubric
from scoring.aggregate import ranking_total
from scoring.lottery import draw_order
from scoring.ranking import Candidate, Ranked, SkipNotAllowed, TieNeedsLot, rank
from scoring.rubric import Rubric


@dataclass(frozen=True, slots=True)
class RankingWishes:
    """What an officer adds to the rule: reasoned skips of misfits, a scenario, why it is drawn again."""

    skips: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    scenario: ChosenScenario | None = None


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
    """Rank the fundable applications of a call and draw the funding line by the rule of the call.

    Raises:
        StepNotAllowed: while an eligible application has no settled consensus, or if a scenario
            was made for another rule or another ranking.
        InvalidInput: if a skip is not of a misfit, or lacks its reason.
        ConflictOfInterest: if one of the applications is closed to the actor: they compete.
        CalculationFailed, CalculationRefused: if the declared rule gives no answer.
    """
    wishes = wishes or RankingWishes()
    call = get_call(session, call_id)
    applications = _evaluated(session, call_id)
    if not list_closed_matters(session, actor.user_id).isdisjoint(map(uuid.UUID, applications)):
        raise ConflictOfInterest
    definition = get_definition(session, _version_of(call, applications))
    rubric = to_rubric(definition)
    candidates, below = _candidates(session, call_id, applications, rubric)
    ranked, lot = _rank(rubric, candidates, call)
    line = _draw_line(session, call, definition, applications, ranked, wishes)
    content = _describe(ranked, line, applications)
    budget = line.selection["terms"]["budget"] if line.selection else f"{call.budget:.2f}"
    content |= {"budget": budget, "below_threshold": below, "lot": lot}
    content |= _describe_origin(session, call, wishes)
    ranking = _store(session, call_id, content, wishes.reason, actor, now)
    _keep_places(applications, line)
    data = {"number": ranking.number, "sha256": ranking.sha256, "reason": wishes.reason}
    append_event(session, Act("call.rank", describe(call), data), actor, now)
    return ranking


def _version_of(call: Call, applications: Mapping[str, Application]) -> uuid.UUID:
    """Return the version under which the applications were made, whatever was published later."""
    versions = {each.call_version_id for each in applications.values()}
    if len(versions) == 1:
        return versions.pop()
    return call.version_id or _raise_unpublished(call.id)


def _draw_line(
    session: Session,
    call: Call,
    definition: CallDefinition,
    applications: Mapping[str, Application],
    ranked: Sequence[Ranked],
    wishes: RankingWishes,
) -> Line:
    """Walk along the ranking where that is the call's rule, else calculate."""
    if definition.funding.is_walked and wishes.scenario is None:
        try:
            return walk_line(ranked, call.budget, wishes.skips)
        except SkipNotAllowed as error:
            raise InvalidInput([Problem("skip_not_allowed", field=error.application)]) from error
    facts = load_facts(session, call.id)
    candidates = [
        describe_candidate(
            applications[each.candidate.id],
            each.candidate.total,
            each.candidate.support,
            facts[each.candidate.id],
        )
        for each in ranked
    ]
    declared = declared_terms(definition.funding, call.budget)
    if wishes.scenario is None:
        return draw_by_terms(declared, candidates)
    return take_over(wishes.scenario, declared, candidates)


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
                total=ranking_total(rubric, scores),
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
    rubric: Rubric, candidates: Sequence[Candidate], call: Call
) -> tuple[tuple[Ranked, ...], dict[str, Any] | None]:
    """Rank; where only the lot can part equals, draw it and return the draw for the record.

    The record is what ``innoverkko lottery verify`` draws again.
    """
    try:
        return rank(rubric, candidates), None
    except TieNeedsLot as tie:
        draw = draw_order(call.code, tie.ids, _seed(call))
        return rank(rubric, candidates, draw.positions), {
            "call": call.code,
            "ids": sorted(tie.ids),
            "seed": draw.seed,
            "order": [lot.id for lot in draw.lots],
            "places": draw.positions,
        }


def _describe(
    ranked: Sequence[Ranked], line: Line, applications: Mapping[str, Application]
) -> dict[str, Any]:
    rows = [
        {
            "record_number": applications[row["application"]].record_number,
            "acronym": applications[row["application"]].acronym,
            **describe_place(each),
            **row,
        }
        for each, row in zip(ranked, line.rows, strict=True)
    ]
    return {
        "algorithm": line.algorithm,
        "rule": line.rule,
        "awarded": line.awarded,
        "left": line.left,
        "rows": rows,
        "selection": line.selection,
    }


def _describe_origin(session: Session, call: Call, wishes: RankingWishes) -> dict[str, Any]:
    """Return which version of the call and its rubric was followed, and which scenario, if one was."""
    version = session.execute(
        sa.select(CallVersion.number, CallVersion.rubric_sha256).where(
            CallVersion.id == call.version_id
        )
    ).one()
    scenario = wishes.scenario
    return {
        "call_version": version.number,
        "rubric_sha256": version.rubric_sha256,
        "scenario": scenario
        and {"number": scenario.number, "name": scenario.name, "sha256": scenario.sha256},
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


def _keep_places(applications: Mapping[str, Application], line: Line) -> None:
    rows = {row["application"]: row for row in line.rows}
    for key, application in applications.items():
        row = rows.get(key, {})
        application.rank_position = row.get("position")
        application.reserve_position = row.get("reserve_place")
