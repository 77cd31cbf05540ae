"""Evaluation: declare independence, score blind, submit; others' scores stay hidden until then."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import (
    ConflictOfInterest,
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
)
from app.domain.lifecycle import EvaluationState, EvaluationStep
from app.models import Application, Evaluation, Score
from app.services.calls import get_definition
from app.services.evaluators import ConflictInput, find_disqualification, record_conflict
from app.services.transitions import advance
from calls.scoring_rules import to_rubric
from scoring.aggregate import rounded, threshold_failures, total
from scoring.routing.conflicts import Ground
from scoring.rubric import Rubric, ScoreOffScale

PRACTICAL_GROUNDS = ("capacity", "expertise", "other")
"""Grounds for declining that are no conflict of interest."""

CONFLICT_GROUNDS = tuple(ground.citation for ground in Ground)


def get_own_evaluation(session: Session, evaluation_id: uuid.UUID, actor: Actor) -> Evaluation:
    """Return an evaluation to the evaluator whose it is.

    Raises:
        NotFound: if there is none.
        NotPermitted: if it is somebody else's.
        ConflictOfInterest: if the evaluator is disqualified in the matter.
    """
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFound(evaluation=str(evaluation_id))
    if evaluation.evaluator_id != actor.user_id:
        raise NotPermitted(evaluation=str(evaluation_id))
    if find_disqualification(session, evaluation.application_id, evaluation.evaluator_id):
        raise ConflictOfInterest
    return evaluation


def rubric_of(session: Session, evaluation: Evaluation) -> Rubric:
    """Return the rubric by which an evaluation is scored."""
    application = session.get_one(Application, evaluation.application_id)
    return to_rubric(get_definition(session, application.call_version_id))


def declare_independence(
    session: Session, evaluation_id: uuid.UUID, actor: Actor, now: datetime
) -> Evaluation:
    """Declare that no ground of 28 § applies; only then does the application open."""
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    evaluation.declared_at = now
    advance(session, evaluation, EvaluationStep.ACCEPT, actor, now)
    return evaluation


def decline_evaluation(
    session: Session,
    evaluation_id: uuid.UUID,
    ground: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Decline an evaluation. A ground of 28 § is recorded as a conflict and closes the matter.

    Raises:
        InvalidInput: if the ground is unknown, or its facts are missing.
    """
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    problems = []
    if ground not in (*CONFLICT_GROUNDS, *PRACTICAL_GROUNDS):
        problems.append(Problem("unknown_option", field="ground"))
    if not reason.strip():
        problems.append(Problem("required", field="reason"))
    if problems:
        raise InvalidInput(problems)
    evaluation.decline_ground, evaluation.decline_reason = ground, reason.strip()
    advance(session, evaluation, EvaluationStep.DECLINE, actor, now, {"ground": ground})
    if ground in CONFLICT_GROUNDS:
        conflict = ConflictInput(ground, "declared", reason.strip())
        record_conflict(
            session, evaluation.application_id, evaluation.evaluator_id, conflict, actor, now
        )
    return evaluation


def save_score(
    session: Session,
    evaluation_id: uuid.UUID,
    criterion_id: str,
    score: Decimal | None,
    comment: str | None,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Save one criterion of a score sheet; ``comment=None`` leaves the comment as it is.

    Raises:
        InvalidInput: if the criterion or the score is not of the rubric.
        NotPermitted: if the sheet is submitted already.
    """
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    if evaluation.state not in {EvaluationState.ACCEPTED, EvaluationState.DRAFTING}:
        raise NotPermitted(evaluation=str(evaluation_id), state=evaluation.state.value)
    rubric = rubric_of(session, evaluation)
    ticks = _ticks(rubric, criterion_id, score)
    row = next((each for each in evaluation.scores if each.criterion_id == criterion_id), None)
    if row is None:
        row = Score(criterion_id=criterion_id, changed_at=now)
        evaluation.scores.append(row)
    row.ticks, row.changed_at = ticks, now
    if comment is not None:
        row.comment = comment
    if evaluation.state is EvaluationState.ACCEPTED:
        advance(session, evaluation, EvaluationStep.DRAFT, actor, now)
    return evaluation


def _ticks(rubric: Rubric, criterion_id: str, score: Decimal | None) -> int | None:
    if criterion_id not in rubric.criterion_ids:
        raise InvalidInput([Problem("unknown_criterion", field=criterion_id)])
    if score is None:
        return None
    try:
        return rubric.criterion(criterion_id).scale.ticks(score)
    except ScoreOffScale as error:
        problem = Problem("score_off_scale", field=criterion_id, data={"score": str(score)})
        raise InvalidInput([problem]) from error


def sheet_of(rubric: Rubric, evaluation: Evaluation) -> dict[str, Decimal]:
    """Return the scores given so far."""
    return {
        row.criterion_id: rubric.criterion(row.criterion_id).scale.score(row.ticks)
        for row in evaluation.scores
        if row.ticks is not None
    }


def find_sheet_problems(rubric: Rubric, evaluation: Evaluation) -> list[Problem]:
    """List what a score sheet lacks before it can be submitted."""
    scores = sheet_of(rubric, evaluation)
    comments = {row.criterion_id: row.comment for row in evaluation.scores}
    missing = [
        Problem("score_missing", field=criterion_id)
        for criterion_id in rubric.criterion_ids
        if criterion_id not in scores
    ]
    unreasoned = [
        Problem(
            f"comment_{problem.fault.value}",
            field=problem.criterion,
            data={"minimum": problem.minimum_characters, "got": problem.characters},
        )
        for problem in rubric.comments.problems(scores, comments)
    ]
    return missing + unreasoned


def submit_evaluation(
    session: Session, evaluation_id: uuid.UUID, actor: Actor, now: datetime
) -> Evaluation:
    """Submit a score sheet.

    Raises:
        InvalidInput: listing the criteria that lack a score or a comment.
    """
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    rubric = rubric_of(session, evaluation)
    problems = find_sheet_problems(rubric, evaluation)
    if problems:
        raise InvalidInput(problems)
    scores = sheet_of(rubric, evaluation)
    evaluation.submitted_at = now
    points = rounded(total(rubric, scores))
    evaluation.total_hundredths = int(points * 100)
    evaluation.meets_thresholds = not threshold_failures(rubric, scores)
    advance(session, evaluation, EvaluationStep.SUBMIT, actor, now, {"total": str(points)})
    return evaluation


def reopen_evaluation(
    session: Session, evaluation_id: uuid.UUID, reason: str, actor: Actor, now: datetime
) -> Evaluation:
    """Open a submitted score sheet again, with a reason.

    Raises:
        InvalidInput: if the reason is missing.
    """
    evaluation = session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFound(evaluation=str(evaluation_id))
    if not reason.strip():
        raise InvalidInput([Problem("required", field="reason")])
    advance(session, evaluation, EvaluationStep.REOPEN, actor, now, {"reason": reason.strip()})
    return evaluation
