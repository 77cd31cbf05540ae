"""Evaluation: declare independence, score blind, submit; others' scores stay hidden until then."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actors import Actor
from app.domain.errors import (
    ConflictOfInterest,
    InvalidInput,
    NotFound,
    NotPermitted,
    Problem,
    StepNotAllowed,
)
from app.domain.lifecycle import ApplicationState, EvaluationState, EvaluationStep
from app.models import Application, Disqualification, Evaluation, Score
from app.queries.conflicts import has_open_doubt
from app.queries.rows import get_row
from app.services.call.calls import get_definition
from app.services.evaluation.conflicts import ConflictInput, record_conflict
from app.services.record import notices
from app.services.record.transitions import advance
from calls.scoring_rules import to_rubric
from scoring.aggregate import rounded, threshold_failures, total
from scoring.routing.screening.grounds import Ground
from scoring.rubric import Rubric
from scoring.scale import ScoreOffScale

PRACTICAL_GROUNDS = ("capacity", "expertise", "other")
"""Grounds for declining that are no conflict of interest."""

CONFLICT_GROUNDS = tuple(ground.citation for ground in Ground)


def get_own_evaluation(session: Session, evaluation_id: uuid.UUID, actor: Actor) -> Evaluation:
    """Return an evaluation to the evaluator whose it is.

    Raises:
        NotFound: if there is none.
        NotPermitted: if it is somebody else's, or the application was withdrawn.
        ConflictOfInterest: if the evaluator is disqualified in the matter.
    """
    return _open_own(session, evaluation_id, actor)[0]


def _open_own(
    session: Session, evaluation_id: uuid.UUID, actor: Actor
) -> tuple[Evaluation, Application]:
    """Load an evaluation, its scores, its application and whether a conflict closes it: one statement."""
    has_conflict = sa.exists().where(
        Disqualification.application_id == Evaluation.application_id,
        Disqualification.person_id == Evaluation.evaluator_id,
    )
    row = (
        session.execute(
            sa.select(Evaluation, Application, has_conflict)
            .join(Application, Application.id == Evaluation.application_id)
            .where(Evaluation.id == evaluation_id)
            .options(joinedload(Evaluation.scores))
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotFound(evaluation=str(evaluation_id))
    evaluation, application, is_disqualified = row
    if evaluation.evaluator_id != actor.user_id:
        raise NotPermitted(evaluation=str(evaluation_id))
    if is_disqualified:
        raise ConflictOfInterest
    if application.state is ApplicationState.WITHDRAWN:
        raise NotPermitted(evaluation=str(evaluation_id), state=application.state.value)
    return evaluation, application


def rubric_of(session: Session, evaluation: Evaluation) -> Rubric:
    """Return the part of the rubric by which an evaluation is scored."""
    application = session.get_one(Application, evaluation.application_id)
    return to_rubric(get_definition(session, application.call_version_id)).for_sheets()


def declare_independence(
    session: Session, evaluation_id: uuid.UUID, actor: Actor, now: datetime
) -> Evaluation:
    """Declare that no ground of 28 § applies; only then does the application open.

    Raises:
        StepNotAllowed: while a doubt that the evaluator has declared waits for an officer.
    """
    evaluation = get_own_evaluation(session, evaluation_id, actor)
    if has_open_doubt(session, evaluation.application_id, evaluation.evaluator_id):
        raise StepNotAllowed(subject="evaluation", state=evaluation.state.value, step="doubt")
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
    application = session.get_one(Application, evaluation.application_id)
    officers, event = notices.list_officers(session, application), str(evaluation.id)
    words = notices.about_call(application.call)
    notices.notify(session, "evaluation_declined", officers, event, now, about=application, **words)
    return evaluation


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """What changes of one criterion; ``KEEP`` leaves the score, None leaves the comment as it is."""

    criterion_id: str
    score: Decimal | Literal["keep"] | None
    comment: str | None = None


KEEP: Literal["keep"] = "keep"


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
    change = ScoreChange(criterion_id, score, comment)
    return save_scores(session, evaluation_id, [change], actor, now)


def save_scores(
    session: Session,
    evaluation_id: uuid.UUID,
    changes: Sequence[ScoreChange],
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Save some criteria of a score sheet; refusals as of ``save_score``, and then nothing is saved."""
    evaluation, application = _open_own(session, evaluation_id, actor)
    if evaluation.state not in {EvaluationState.ACCEPTED, EvaluationState.DRAFTING}:
        raise NotPermitted(evaluation=str(evaluation_id), state=evaluation.state.value)
    rubric = to_rubric(get_definition(session, application.call_version_id)).for_sheets()
    rows = {row.criterion_id: row for row in evaluation.scores}
    for change in changes:
        ticks = None if change.score == KEEP else _ticks(rubric, change.criterion_id, change.score)
        row = rows.get(change.criterion_id)
        if row is None:
            row = Score(criterion_id=change.criterion_id, changed_at=now)
            evaluation.scores.append(row)
        if change.score != KEEP:
            row.ticks = ticks
        if change.comment is not None:
            row.comment = change.comment
        row.changed_at = now
    if changes and evaluation.state is EvaluationState.ACCEPTED:
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
    evaluation = get_row(session, Evaluation, "evaluation", evaluation_id)
    if not reason.strip():
        raise InvalidInput([Problem("required", field="reason")])
    advance(session, evaluation, EvaluationStep.REOPEN, actor, now, {"reason": reason.strip()})
    application = session.get_one(Application, evaluation.application_id)
    evaluator = notices.find_user(session, evaluation.evaluator_id)
    event = f"{evaluation.id}:{now.isoformat()}"
    notices.notify(session, "evaluation_reopened", evaluator, event, now, about=application)
    return evaluation
