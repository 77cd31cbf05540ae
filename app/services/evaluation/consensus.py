"""Consensus: written by the presenting officer; where none is agreed, the median of the evaluators."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, Problem, StepNotAllowed
from app.domain.goals import read_formula_inputs
from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
    ApplicationStep,
    EvaluationState,
    EvaluationStep,
)
from app.models import Application, Consensus, Evaluation
from app.queries.content import get_application, load_submitted_content
from app.services.call.calls import get_definition
from app.services.evaluation.evaluations import sheet_of
from app.services.record.events import Act, append_event
from app.services.record.transitions import advance, describe
from calls.registers import load_registers
from calls.scoring_rules import to_rubric
from scoring.aggregate import (
    AgreementNeeded,
    TooFewReviews,
    computed_scores,
    consensus_scores,
    rounded,
    threshold_failures,
    total,
)
from scoring.disagreement import ThirdReason, third_evaluator_reasons
from scoring.formula import InputMissing
from scoring.rubric import Rubric, Scorer


@dataclass(frozen=True, slots=True)
class ConsensusInput:
    """What the officer writes. Without ``scores`` those of the evaluators stand, by the panel rule."""

    scores: Mapping[str, Fraction] | None = None
    comments: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""
    strengths: str = ""
    weaknesses: str = ""


def load_sheets(
    session: Session, application: Application, rubric: Rubric
) -> dict[str, dict[str, Decimal]]:
    """Return the submitted score sheets of an application by evaluator."""
    evaluations = session.scalars(
        sa.select(Evaluation)
        .where(
            Evaluation.application_id == application.id,
            Evaluation.state.in_(SUBMITTED_EVALUATION_STATES),
        )
        .order_by(Evaluation.proposed_at, Evaluation.id)
    )
    return {str(each.evaluator_id): sheet_of(rubric, each) for each in evaluations}


def find_consensus(session: Session, application_id: uuid.UUID) -> Consensus | None:
    """Return the consensus of an application, once written."""
    return session.get(Consensus, application_id)


def find_third_reasons(session: Session, application_id: uuid.UUID) -> tuple[ThirdReason, ...]:
    """Return why a third evaluator is needed; empty when not, or when one is already at work."""
    application = get_application(session, application_id)
    rubric = to_rubric(get_definition(session, application.call_version_id))
    sheets = load_sheets(session, application, rubric)
    if len(sheets) != rubric.panel.evaluators_per_application:
        return ()
    return third_evaluator_reasons(rubric, sheets)


def write_consensus(
    session: Session,
    application_id: uuid.UUID,
    written: ConsensusInput,
    actor: Actor,
    now: datetime,
) -> Consensus:
    """Write or rewrite the consensus of an application whose score sheets are all in.

    Raises:
        StepNotAllowed: if a sheet is missing, or the consensus is settled.
        InvalidInput: if a score is not on the scale between its ends, or only agreed ones count.
    """
    application = get_application(session, application_id)
    rubric = to_rubric(get_definition(session, application.call_version_id))
    _refuse_open_work(session, application)
    sheets = load_sheets(session, application, rubric)
    if not sheets:
        raise StepNotAllowed(subject="application", step="write_consensus")
    scores = _scores(rubric, written, sheets) | _computed(session, application, rubric)
    row = session.get(Consensus, application_id)
    if row is None:
        row = Consensus(application_id=application_id, written_at=now)
        session.add(row)
    elif row.settled_at is not None:
        raise StepNotAllowed(subject="consensus", step="write_consensus")
    row.method = "agreed" if written.scores is not None else rubric.panel.consensus.value
    row.scores = {key: str(value) for key, value in scores.items()}
    row.comments = dict(written.comments)
    row.statement, row.strengths = written.statement.strip(), written.strengths.strip()
    row.weaknesses = written.weaknesses.strip()
    row.total_hundredths = int(rounded(total(rubric, scores)) * 100)
    row.failures = [
        {
            "kind": each.kind.value,
            "id": each.id,
            "criteria": list(each.criteria),
            "required": str(each.required),
            "obtained": str(each.obtained),
            "comparison": each.comparison.value,
        }
        for each in threshold_failures(rubric, scores)
    ]
    row.written_at, row.written_by = now, actor.user_id
    data = {"method": row.method, "total_hundredths": row.total_hundredths}
    append_event(session, Act("application.consensus", describe(application), data), actor, now)
    return row


def _refuse_open_work(session: Session, application: Application) -> None:
    """Refuse a consensus while an evaluation is still under way."""
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Evaluation)
        .where(
            Evaluation.application_id == application.id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES - SUBMITTED_EVALUATION_STATES),
        )
    )
    if waiting or application.state is not ApplicationState.IN_EVALUATION:
        raise StepNotAllowed(subject="application", state=application.state.value, step="consensus")


def _scores(
    rubric: Rubric, written: ConsensusInput, sheets: Mapping[str, Mapping[str, Decimal]]
) -> dict[str, Fraction]:
    """Return the scores that people give: those of evaluators joined, or all of them as agreed."""
    if written.scores is None and rubric.scored_by(Scorer.OFFICER):
        raise InvalidInput([Problem("agreement_needed", field="method")])
    if written.scores is None:
        return _by_rule(rubric, sheets)
    given = (*rubric.scored_by(Scorer.HUMAN), *rubric.scored_by(Scorer.OFFICER))
    problems = [
        Problem("score_off_scale", field=key)
        for key in given
        if key not in written.scores or not rubric.criterion(key).scale.covers(written.scores[key])
    ]
    if problems:
        raise InvalidInput(problems)
    return {key: Fraction(written.scores[key]) for key in given}


def _by_rule(rubric: Rubric, sheets: Mapping[str, Mapping[str, Decimal]]) -> dict[str, Fraction]:
    try:
        return consensus_scores(rubric, sheets)
    except AgreementNeeded as error:
        raise InvalidInput([Problem("agreement_needed", field="method")]) from error
    except TooFewReviews as few:
        raise StepNotAllowed(
            subject="application", step="write_consensus", needed=few.needed, got=few.got
        ) from few


def _computed(session: Session, application: Application, rubric: Rubric) -> dict[str, Fraction]:
    """Return the scores that formulas give for the application as it was submitted."""
    if not rubric.scored_by(Scorer.COMPUTED):
        return {}
    definition = get_definition(session, application.call_version_id)
    content = load_submitted_content(session, application.id)
    facts = read_formula_inputs(definition, content, load_registers())
    try:
        return computed_scores(rubric, facts)
    except InputMissing as missing:
        raise InvalidInput([Problem("input_missing", field=missing.name.value)]) from missing


def settle_consensus(
    session: Session, application_id: uuid.UUID, actor: Actor, now: datetime
) -> Consensus:
    """Settle the consensus: the sheets are locked and the application is evaluated.

    Raises:
        StepNotAllowed: if there is no consensus, or a third evaluator is needed first.
    """
    application = get_application(session, application_id)
    row = session.get(Consensus, application_id)
    if row is None or row.settled_at is not None:
        raise StepNotAllowed(subject="consensus", step="settle")
    _refuse_open_work(session, application)
    if find_third_reasons(session, application_id) and row.method != "agreed":
        raise StepNotAllowed(subject="consensus", step="settle", needs="third_evaluator")
    row.settled_at = now
    application.final_hundredths = row.total_hundredths
    sheets = session.scalars(
        sa.select(Evaluation).where(
            Evaluation.application_id == application_id,
            Evaluation.state == EvaluationState.SUBMITTED,
        )
    ).all()
    for evaluation in sheets:
        advance(session, evaluation, EvaluationStep.LOCK, actor, now)
    data = {"total_hundredths": row.total_hundredths, "failures": [f["id"] for f in row.failures]}
    advance(session, application, ApplicationStep.SETTLE, actor, now, data)
    return row
