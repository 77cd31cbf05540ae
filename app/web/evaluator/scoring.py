"""Scoring: the application beside the rubric, saving while one types, and submitting the sheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import Form

from app.domain.errors import InvalidInput
from app.policies.evaluations import may_score
from app.queries.content import load_submitted_content
from app.queries.evaluator import (
    OwnEvaluation,
    ScoreLine,
    load_own_evaluation,
    load_score_lines,
)
from app.services.call.calls import get_definition
from app.services.evaluation import evaluations
from app.services.evaluation.evaluations import KEEP, ScoreChange
from app.web.access import requires
from app.web.answers import PARTY_VISIBILITIES, present_sections
from app.web.binding import now, reading, tools, unit_of_work
from app.web.evaluator.blueprint import bp
from app.web.evaluator.sheet_view import (
    changed_entries,
    entries_of,
    mark_faults,
    posted_form,
    progress_of,
    stored_form,
)
from app.web.filters import translate_plain
from app.web.goal_words import make_goals_panel
from app.web.login import current_actor
from calls.definition import CallDefinition
from forms.evaluation import anchors_of, comment_name, score_name

WHOLE = Decimal(100)
"""Evaluators see shares of the support, not euros."""


@bp.route("/evaluations/<uuid:evaluation_id>/scores", methods=["GET", "POST"])
@requires(may_score, load=load_own_evaluation)
def score_application(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Show the application beside the rubric; a POST saves the whole sheet."""
    definition = get_definition(reading(), work.call_version_id)
    if request.method == "GET":
        return show_sheet(work, definition)
    form = posted_form(definition)
    if not form.validate():
        return show_sheet(work, definition, form), 422
    save_sheet(work, definition, form)
    flash(_("Your scores and comments have been saved."), "success")
    return redirect(url_for("evaluator.score_application", evaluation_id=evaluation_id), 303)


@bp.post("/evaluations/<uuid:evaluation_id>/submit")
@requires(may_score, load=load_own_evaluation)
def submit_evaluation(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Save the sheet as it was sent, then submit it; what it lacks is listed with links."""
    definition = get_definition(reading(), work.call_version_id)
    form = posted_form(definition)
    if not form.validate():
        return show_sheet(work, definition, form), 422
    save_sheet(work, definition, form)
    try:
        with unit_of_work() as session:
            evaluations.submit_evaluation(session, evaluation_id, current_actor(), now())
    except InvalidInput as error:
        mark_faults(form, definition, error.problems)
        return show_sheet(work, definition, form), 422
    flash(_("Your evaluation has been submitted."), "success")
    return redirect(url_for("evaluator.show_evaluation", evaluation_id=evaluation_id), 303)


@bp.post("/evaluations/<uuid:evaluation_id>/draft")
@requires(may_score, load=load_own_evaluation)
def save_draft(work: OwnEvaluation, evaluation_id: uuid.UUID) -> Any:
    """Save the fields that changed while somebody types; the answer is JSON for the page's script."""
    definition = get_definition(reading(), work.call_version_id)
    form = posted_form(definition)
    changed = frozenset(request.form.getlist("_changed"))
    errors = find_errors(form, changed)
    if errors:
        return jsonify({"error": _("Some of the text was not saved."), "errors": errors}), 422
    lines, version = save_changes(evaluation_id, definition, form, changed)
    progress = progress_of(definition, lines)
    return jsonify(
        {
            "saved_at": now().isoformat(),
            "version": version,
            "computed": {"scored": progress.scored, "total": progress.total},
            "errors": {},
        }
    )


def show_sheet(work: OwnEvaluation, definition: CallDefinition, form: Form | None = None) -> str:
    """Return the page with the application on one side and the sheet on the other."""
    lines = load_score_lines(reading(), work.id)
    content = load_submitted_content(reading(), work.application_id)
    return render_template(
        "evaluator/application_score.html",
        work=work,
        rubric=definition.rubric,
        form=form if form is not None else stored_form(definition, lines),
        progress=progress_of(definition, lines),
        sections=present_sections(definition, content, tools().registers, PARTY_VISIBILITIES),
        goals=make_goals_panel(definition, content, WHOLE),
        anchors=anchors_of(definition.rubric),
        score_name=score_name,
        comment_name=comment_name,
        now=now(),
    )


def save_sheet(work: OwnEvaluation, definition: CallDefinition, form: Form) -> None:
    """Save every criterion that differs from what is stored."""
    lines = load_score_lines(reading(), work.id)
    changes = [
        ScoreChange(each.criterion_id, each.score, each.comment)
        for each in changed_entries(entries_of(definition, form), lines, definition)
    ]
    if changes:
        with unit_of_work() as session:
            evaluations.save_scores(session, work.id, changes, current_actor(), now())


def save_changes(
    evaluation_id: uuid.UUID, definition: CallDefinition, form: Form, changed: frozenset[str]
) -> tuple[Mapping[str, ScoreLine], int]:
    """Save the named fields of the form; return the sheet as stored, and its version."""
    changes = list(_list_changes(definition, form, changed))
    with unit_of_work() as session:
        evaluation = evaluations.save_scores(
            session, evaluation_id, changes, current_actor(), now()
        )
        session.flush()
        lines = {
            row.criterion_id: ScoreLine(row.ticks, row.comment or "", row.changed_at)
            for row in evaluation.scores
        }
        return lines, evaluation.row_version


def _list_changes(
    definition: CallDefinition, form: Form, changed: frozenset[str]
) -> Iterator[ScoreChange]:
    """Yield the criteria touched; the half that was not sent stays as it is stored."""
    for entry in entries_of(definition, form):
        has_score = score_name(entry.criterion_id) in changed
        has_comment = comment_name(entry.criterion_id) in changed
        if has_score or has_comment:
            score = entry.score if has_score else KEEP
            yield ScoreChange(entry.criterion_id, score, entry.comment if has_comment else None)


def find_errors(form: Form, changed: frozenset[str]) -> dict[str, str]:
    """Return what is wrong with the fields that changed, in the reader's language."""
    if form.validate():
        return {}
    return {
        field.name: translate_plain(field.errors[0])
        for field in form
        if field.errors and field.name in changed
    }
