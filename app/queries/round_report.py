"""What a round came to: per application and in all, as plain data for files and tables."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import (
    Application,
    Call,
    CallVersion,
    Consensus,
    Decision,
    Disqualification,
    EligibilityResult,
    Evaluation,
    EvaluatorProfile,
    Ranking,
)

CENTS = 100


def report_round(
    session: Session, call_id: uuid.UUID, names: Mapping[uuid.UUID, str]
) -> dict[str, Any]:
    """Return the report of a round. ``names`` gives the identifiers that the input file uses."""
    call = session.get_one(Call, call_id)
    version = session.get_one(CallVersion, call.version_id)
    ranking = session.scalar(
        sa.select(Ranking)
        .where(Ranking.call_id == call_id)
        .order_by(Ranking.number.desc())
        .limit(1)
    )
    content = json.loads(ranking.content) if ranking else {"rows": [], "awarded": "0", "left": "0"}
    return {
        "call": call.code,
        "state": call.state.value,
        "budget_cents": _cents(call.budget),
        "awarded_cents": _cents(Decimal(content["awarded"])),
        "left_cents": _cents(Decimal(content["left"])),
        "call_sha256": version.sha256,
        "rubric_sha256": version.rubric_sha256,
        "ranking_sha256": ranking.sha256 if ranking else None,
        "ranking": [_ranking_row(row, names) for row in content["rows"]],
        "applications": [
            _application(session, each, names[each.id])
            for each in _load_applications(session, call_id)
            if each.id in names
        ],
    }


def _cents(euros: Decimal | None) -> int | None:
    return None if euros is None else int(euros * CENTS)


def _load_applications(session: Session, call_id: uuid.UUID) -> list[Application]:
    query = (
        sa.select(Application)
        .where(Application.call_id == call_id, Application.record_number.is_not(None))
        .order_by(Application.submitted_at)
    )
    return list(session.scalars(query))


def _ranking_row(row: Mapping[str, Any], names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    return {
        "position": row["position"],
        "application": names.get(uuid.UUID(row["application"]), row["application"]),
        "acronym": row["acronym"],
        "record_number": row["record_number"],
        "total": row["total"],
        "support_cents": _cents(Decimal(row["support"])),
        "outcome": row["outcome"],
        "reserve_place": row["reserve_place"],
        "left_cents": _cents(Decimal(row["left"])),
    }


def _application(session: Session, each: Application, name: str) -> dict[str, Any]:
    decision = session.scalar(
        sa.select(Decision)
        .where(Decision.application_id == each.id)
        .order_by(Decision.number.desc())
        .limit(1)
    )
    consensus = session.get(Consensus, each.id)
    is_grant = decision is not None and decision.kind in {"grant", "grant_reduced"}
    return {
        "id": name,
        "record_number": each.record_number,
        "acronym": each.acronym,
        "state": each.state.value,
        "outcome": _outcome(decision),
        "eligibility": _eligibility(session, each.id),
        "evaluators": _evaluators(session, each.id),
        "disqualified": _disqualified(session, each.id),
        "results": _results(consensus),
        "total": _points(consensus.total_hundredths) if consensus else None,
        "threshold_failures": [failure["id"] for failure in consensus.failures]
        if consensus
        else [],
        "rank": each.rank_position,
        "reserve_place": each.reserve_position,
        "support_applied_cents": _cents(each.support_applied),
        "support_cents": _cents(decision.support) if decision is not None and is_grant else 0,
        "conditions": list(decision.draft.get("conditions") or ()) if decision else [],
        "reasons": list(each.reduction_reasons),
        "letter_sha256": decision.pdf_sha256 if decision else None,
        "letter": None,
    }


def _outcome(decision: Decision | None) -> str:
    """Return the outcome in one word: the letter's kind, told apart where a grant is conditional."""
    if decision is None:
        return "open"
    if decision.kind == "grant" and decision.is_conditional:
        return "conditional_grant"
    return {"reject_budget": "reserve"}.get(decision.kind, decision.kind)


def _eligibility(session: Session, application_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = session.scalars(
        sa.select(EligibilityResult)
        .where(EligibilityResult.application_id == application_id)
        .order_by(EligibilityResult.check_id)
    )
    return [
        {
            "check": row.check_id,
            "automatic": row.automatic_passed,
            "officer": row.officer_passed,
            "facts": row.facts,
            "reason": row.reason,
        }
        for row in rows
    ]


def _evaluators(session: Session, application_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(Evaluation, EvaluatorProfile.code)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Evaluation.evaluator_id)
        .where(Evaluation.application_id == application_id)
        .order_by(Evaluation.proposed_at, EvaluatorProfile.code)
    )
    return [
        {
            "evaluator": code,
            "state": evaluation.state.value,
            "third": evaluation.is_third,
            "total": _points(evaluation.total_hundredths),
        }
        for evaluation, code in rows
    ]


def _disqualified(session: Session, application_id: uuid.UUID) -> list[dict[str, str]]:
    rows = session.execute(
        sa.select(Disqualification, EvaluatorProfile.code)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == Disqualification.person_id)
        .where(Disqualification.application_id == application_id)
        .order_by(EvaluatorProfile.code)
    )
    return [{"evaluator": code, "ground": row.ground, "source": row.source} for row, code in rows]


def _results(consensus: Consensus | None) -> dict[str, str]:
    if consensus is None:
        return {}
    return {key: _decimal(Fraction(value)) for key, value in consensus.scores.items()}


def _decimal(score: Fraction) -> str:
    """Return a score as a decimal where it has one, else as a fraction."""
    for places in range(4):
        scaled = score * 10**places
        if scaled.denominator == 1:
            return f"{Decimal(int(scaled)).scaleb(-places):f}"
    return str(score)


def _points(hundredths: int | None) -> str | None:
    return None if hundredths is None else f"{Decimal(hundredths).scaleb(-2):.2f}"
