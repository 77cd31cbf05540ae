"""A score sheet as the page shows it: the form filled, how far it is, and its faults in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from flask import request
from flask_babel import gettext as _
from wtforms import Form

from app.domain.errors import Problem
from app.queries.evaluator import ScoreLine
from app.web.filters import points
from calls.definition import CallDefinition
from calls.scoring_rules import to_rubric
from forms.evaluation import (
    ScoreField,
    comment_name,
    describe_fault,
    score_form_class,
    score_key,
    score_name,
)
from scoring.aggregate import rounded, total


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person gave for one criterion; a comment of None stays as it is stored."""

    criterion_id: str
    score: Decimal | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sheet is: criteria scored, and the total once all are."""

    scored: str
    total: str
    saved_at: datetime | None


def stored_form(definition: CallDefinition, lines: Mapping[str, ScoreLine]) -> Form:
    """Return the sheet with what is stored; a criterion without a score has nothing chosen."""
    rubric = to_rubric(definition)
    data: dict[str, str] = {}
    for criterion_id, line in lines.items():
        data[comment_name(criterion_id)] = line.comment
        if line.ticks is not None:
            score = rubric.criterion(criterion_id).scale.score(line.ticks)
            data[score_name(criterion_id)] = score_key(score)
    return score_form_class(definition.rubric)(data=data)


def posted_form(definition: CallDefinition) -> Form:
    """Return the sheet with what the person sent."""
    return score_form_class(definition.rubric)(request.form)


def entries_of(definition: CallDefinition, form: Form) -> list[Entry]:
    """Return what the form gives for every criterion."""
    return [
        Entry(
            each.id,
            cast("ScoreField", form[score_name(each.id)]).score,
            _clean(form[comment_name(each.id)].data),
        )
        for each in definition.rubric.evaluated
    ]


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def changed_entries(
    entries: Iterable[Entry], lines: Mapping[str, ScoreLine], definition: CallDefinition
) -> list[Entry]:
    """Return the entries that differ from what is stored."""
    stored = {
        each.criterion_id: (each.score, each.comment)
        for each in entries_of(definition, stored_form(definition, lines))
    }
    return [each for each in entries if stored[each.criterion_id] != (each.score, each.comment)]


def progress_of(definition: CallDefinition, lines: Mapping[str, ScoreLine]) -> Progress:
    """Return how far a sheet is."""
    rubric = to_rubric(definition).for_sheets()
    scores = {
        criterion_id: rubric.criterion(criterion_id).scale.score(line.ticks)
        for criterion_id, line in lines.items()
        if line.ticks is not None
    }
    count = len(rubric.criterion_ids)
    is_whole = len(scores) == count
    return Progress(
        scored=_("%(done)s of %(all)s", done=len(scores), all=count),
        total=points(rounded(total(rubric, scores))) if is_whole else "–",
        saved_at=max((line.changed_at for line in lines.values()), default=None),
    )


def mark_faults(form: Form, definition: CallDefinition, problems: Sequence[Problem]) -> None:
    """Put what a sheet lacks beside its controls, so that the summary links there."""
    for problem in problems:
        criterion = definition.rubric.get_criterion(problem.field)
        is_about_comment = problem.code.startswith("comment_")
        name = comment_name(criterion.id) if is_about_comment else score_name(criterion.id)
        message = describe_fault(problem.code, criterion.name, problem.data)
        form[name].errors = [*form[name].errors, message]
