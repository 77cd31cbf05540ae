"""What the votes of a round say: calculated in the background, kept for good, shown beside the official score."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.actors import Actor
from app.domain.errors import NotFound, StepNotAllowed
from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES, ApplicationState
from app.domain.records import canonical_json, sha256_text
from app.jobs import enqueue
from app.models import Analysis, Application, Call, Consensus, Evaluation, Ranking
from app.queries.selection import find_newest_ranking
from app.services.call.calls import get_call, get_definition
from app.services.decision.calculation import calculate
from app.services.decision.funding import declared_terms, describe_candidate, load_facts
from app.services.decision.ranking import support_of
from app.services.evaluation.evaluations import sheet_of
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe
from calls.scoring_rules import to_rubric
from scoring.aggregate import ranking_total
from scoring.rubric import Rubric

ALGORITHM = "round-analysis/1"
"""Name and version of the set of figures; each figure inside names its own algorithm."""
FEWEST_VOTES = 2
STEPS = 5
"""A grade step of the model is a fifth of the scale, as on the six-point scale it was made for."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that an analysis counts, and the version and ranking that it belongs to."""

    call_version_id: uuid.UUID
    ranking_id: uuid.UUID | None
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Return the inputs in canonical form."""
        return canonical_json(self.data)

    @property
    def sha256(self) -> str:
        """Return the hash that names these inputs."""
        return sha256_text(self.text)


def request_analysis(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Have the votes of a call analysed in the background; the same inputs are analysed once.

    Raises:
        StepNotAllowed: while fewer than two score sheets are in.
    """
    inputs = load_inputs(session, call_id)
    if len(inputs.data["votes"]) < FEWEST_VOTES:
        raise StepNotAllowed(subject="call", step="analyse")
    arguments = {"call_id": str(call_id), "user_id": str(actor.user_id) if actor.user_id else None}
    enqueue(session, "analyse_votes", arguments, now, dedupe=f"analysis {call_id} {inputs.sha256}")


def load_inputs(session: Session, call_id: uuid.UUID) -> Inputs:
    """Return every vote of a call, and what a chance of funding depends on."""
    call = get_call(session, call_id)
    if call.version_id is None:
        raise NotFound(call_version=str(call_id))
    definition = get_definition(session, call.version_id)
    # Only what evaluators score says anything about evaluators, with the weights that make the order.
    rubric = to_rubric(definition).for_sheets()
    sheets = _load_sheets(session, call_id)
    ranking = find_newest_ranking(session, call_id)
    votes = _votes_of(rubric, sheets)
    barred = _list_barred(session, call_id)
    ranked = sorted({vote[0] for vote in votes["total"]} - barred)
    candidates = _candidates(session, call, ranking, ranked, votes["total"])
    terms = _terms_of(ranking) or declared_terms(definition.funding, call.budget)
    data = {
        "ranking": ranking.number if ranking else None,
        "votes": votes.pop("total"),
        "criteria": votes,
        "unit": str(_highest(rubric) / STEPS),
        "ranked": ranked,
        "candidates": {**terms, "candidates": candidates},
    }
    return Inputs(call.version_id, ranking.id if ranking else None, data)


def _load_sheets(session: Session, call_id: uuid.UUID) -> Sequence[Evaluation]:
    return session.scalars(
        sa.select(Evaluation)
        .join(Application, Application.id == Evaluation.application_id)
        .where(
            Evaluation.call_id == call_id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
            Application.state != ApplicationState.WITHDRAWN,
        )
        .options(joinedload(Evaluation.evaluator), selectinload(Evaluation.scores))
        .order_by(Application.record_order, Evaluation.id)
    ).all()


def _votes_of(rubric: Rubric, sheets: Iterable[Evaluation]) -> dict[str, list[list[str]]]:
    """Return [application, evaluator's code, grade] of the totals and of each criterion."""
    votes: dict[str, list[list[str]]] = {"total": [], **{key: [] for key in rubric.criterion_ids}}
    for sheet in sheets:
        scores = sheet_of(rubric, sheet)
        place = [str(sheet.application_id), sheet.evaluator.code]
        for key, score in scores.items():
            votes[key].append([*place, str(Fraction(score))])
        votes["total"].append([*place, str(ranking_total(rubric, scores))])
    return votes


def _highest(rubric: Rubric) -> Fraction:
    return sum((Fraction(each.weight_in_ranking) for each in rubric.criteria), Fraction(0))


def _list_barred(session: Session, call_id: uuid.UUID) -> set[str]:
    """Return the applications that a settled consensus puts below a threshold."""
    rows = session.execute(
        sa.select(Consensus.application_id, Consensus.failures)
        .join(Application, Application.id == Consensus.application_id)
        .where(Application.call_id == call_id, Consensus.settled_at.is_not(None))
    )
    return {str(key) for key, failures in rows if failures}


def _terms_of(ranking: Ranking | None) -> dict[str, Any] | None:
    """Return the terms of a ranking that was drawn by others than a walk along the whole budget."""
    selection = json.loads(ranking.content).get("selection") if ranking else None
    return selection["terms"] if selection else None


def _candidates(
    session: Session,
    call: Call,
    ranking: Ranking | None,
    ranked: Sequence[str],
    votes: Iterable[Sequence[str]],
) -> list[dict[str, Any]]:
    """Return the candidates in the order of the newest ranking, else in that of the mean totals."""
    facts = load_facts(session, call.id)
    rows = {
        str(row.id): row
        for row in session.scalars(sa.select(Application).where(Application.call_id == call.id))
    }
    if ranking is not None:
        return [
            describe_candidate(
                rows[row["application"]],
                Fraction(row["total_exact"]),
                Decimal(row["support"]),
                facts[row["application"]],
            )
            for row in json.loads(ranking.content)["rows"]
            if row["application"] in ranked
        ]
    means = _means(votes)
    order = sorted(ranked, key=lambda key: (-means[key], rows[key].record_order or 0))
    return [describe_candidate(rows[k], means[k], support_of(rows[k]), facts[k]) for k in order]


def _means(votes: Iterable[Sequence[str]]) -> dict[str, Fraction]:
    grades: dict[str, list[Fraction]] = {}
    for key, _evaluator, grade in votes:
        grades.setdefault(key, []).append(Fraction(grade))
    return {key: sum(values, Fraction(0)) / len(values) for key, values in grades.items()}


@dataclass(frozen=True, slots=True)
class Analysed:
    """An analysis that is finished and not stored yet."""

    inputs: Inputs
    result: Mapping[str, Any]
    milliseconds: int


def make_analysis(session: Session, call_id: uuid.UUID) -> Analysed | None:
    """Analyse the votes as they are now; none where the newest analysis has counted the same.

    Raises:
        CalculationFailed, CalculationRefused: if there is no result.
    """
    inputs = load_inputs(session, call_id)
    if find_analysed(session, call_id) == inputs.sha256:
        return None
    started = time.perf_counter()
    result = calculate("analyse", inputs.data)
    return Analysed(inputs, result, round((time.perf_counter() - started) * 1000))


def find_analysed(session: Session, call_id: uuid.UUID) -> str | None:
    """Return the hash of what the newest analysis of a call has counted."""
    return session.scalar(
        sa.select(Analysis.inputs_sha256)
        .where(Analysis.call_id == call_id)
        .order_by(Analysis.number.desc())
        .limit(1)
    )


def keep_analysis(
    session: Session, call_id: uuid.UUID, found: Analysed, actor: Actor, now: datetime
) -> Analysis:
    """Store an analysis for good, with its event."""
    newest = session.scalar(
        sa.select(sa.func.max(Analysis.number)).where(Analysis.call_id == call_id)
    )
    text = canonical_json(found.result)
    row = Analysis(
        call_id=call_id,
        number=(newest or 0) + 1,
        call_version_id=found.inputs.call_version_id,
        ranking_id=found.inputs.ranking_id,
        algorithm=ALGORITHM,
        inputs=found.inputs.text,
        inputs_sha256=found.inputs.sha256,
        content=text,
        sha256=sha256_text(text),
        milliseconds=found.milliseconds,
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    data = {"number": row.number, "inputs": row.inputs_sha256, "sha256": row.sha256}
    append_event(
        session, Act("call.analyse", describe(get_call(session, call_id)), data), actor, now
    )
    return row
