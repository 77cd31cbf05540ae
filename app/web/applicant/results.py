"""One's own scores after the decision: criterion by criterion with anchors and comments, never a name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Response, render_template

from app.domain.errors import NotFound
from app.policies.applicant import may_view_own_application
from app.queries.applicant.access import OwnApplication, load_own_application
from app.queries.applicant.results import ScoredResult, find_result
from app.services.call.calls import get_definition
from app.web.access import requires
from app.web.applicant.blueprint import bp
from app.web.binding import reading
from app.web.papers import send_summary
from calls.definition import CallDefinition, Criterion
from calls.scoring_rules import to_rubric
from scoring.rubric import Rubric

Words = Mapping[Any, str] | None


@dataclass(frozen=True, slots=True)
class ResultOpinion:
    """One evaluator's score, known by a number only."""

    number: int
    score: Fraction
    anchor: Words
    comment: str


@dataclass(frozen=True, slots=True)
class ResultCriterion:
    """One criterion: the final score with its anchor and comment, and the scores behind it."""

    criterion: Criterion
    score: Fraction | None
    anchor: Words
    comment: str
    opinions: Sequence[ResultOpinion]


@bp.get("/applications/<uuid:application_id>/result")
@requires(may_view_own_application, load=load_own_application)
def show_result(application: OwnApplication, application_id: uuid.UUID) -> str:
    """Show the scores and comments of one's own application once the decision has been served."""
    result = find_result(reading(), application_id)
    if result is None:
        raise NotFound(result=str(application_id))
    definition = get_definition(reading(), application.call_version_id)
    total = result.total_hundredths
    return render_template(
        "applicant/result_show.html",
        application=application,
        definition=definition,
        criteria=_present(definition, to_rubric(definition), result),
        total=None if total is None else Fraction(total, 100),
        failures=result.failures,
    )


@bp.get("/applications/<uuid:application_id>/result.pdf")
@requires(may_view_own_application, load=load_own_application)
def download_result(application: OwnApplication, **_ids: uuid.UUID) -> Response:
    """Send the scores and comments as PDF once the decision has been served; evaluators are numbers."""
    return send_summary(application.id, "applicant")


def _present(
    definition: CallDefinition, rubric: Rubric, result: ScoredResult
) -> list[ResultCriterion]:
    return [
        ResultCriterion(
            each,
            result.scores.get(each.id),
            _anchor(each, result.scores.get(each.id)),
            result.comments.get(each.id, ""),
            _opinions(each, rubric, result),
        )
        for each in definition.rubric.criteria
    ]


def _opinions(criterion: Criterion, rubric: Rubric, result: ScoredResult) -> list[ResultOpinion]:
    scale = rubric.criterion(criterion.id).scale
    found = []
    for number, sheet in enumerate(result.sheets, start=1):
        line = sheet.lines.get(criterion.id)
        if line is not None and line.ticks is not None:
            score = Fraction(scale.score(line.ticks))
            found.append(ResultOpinion(number, score, _anchor(criterion, score), line.comment))
    return found


def _anchor(criterion: Criterion, score: Fraction | None) -> Words:
    if score is None:
        return None
    return criterion.find_anchor(Decimal(score.numerator) / score.denominator)
