"""Submitted sheets: one's own, and then the others' of the same application, without names."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.policies.evaluations import may_read_evaluated, may_view_sheets
from app.queries.content import load_submitted_content
from app.queries.evaluator import (
    OwnEvaluation,
    SubmittedSheet,
    list_submitted_sheets,
    load_own_evaluation,
)
from app.services.call.calls import get_definition
from app.web.access import requires
from app.web.answers import PARTY_VISIBILITIES, present_sections
from app.web.binding import reading, tools
from app.web.evaluator.blueprint import bp
from app.web.filters import points
from app.web.papers import send_summary
from calls.definition import CallDefinition
from calls.scoring_rules import to_rubric


def load_work(
    session: Session, actor: Actor, evaluation_id: uuid.UUID, **_rest: object
) -> OwnEvaluation:
    """Return an evaluation with the rule of its call on what is seen of others' sheets.

    Raises:
        NotFound: if there is none.
    """
    work = load_own_evaluation(session, actor, evaluation_id)
    rules = get_definition(session, work.call_version_id).rubric.evaluation
    return replace(work, is_blind=rules.blind_until_submitted)


@bp.get("/evaluations/<uuid:evaluation_id>")
@requires(may_view_sheets, load=load_work)
def show_evaluation(work: OwnEvaluation, evaluation_id: uuid.UUID) -> str:
    """Show one's own submitted sheet beside the others' submitted sheets."""
    definition = get_definition(reading(), work.call_version_id)
    sheets = list_submitted_sheets(reading(), work.application_id)
    own = [each for each in sheets if each.id == evaluation_id]
    others = [each for each in sheets if each.id != evaluation_id]
    places = range(2, len(others) + 2)
    return render_template(
        "evaluator/evaluation_show.html",
        work=work,
        names=[*(_("You") for _own in own), *(_("Evaluator %(number)s", number=n) for n in places)],
        criteria=make_rows(definition, [*own, *others]),
        totals={"cells": [_total(each) for each in (*own, *others)]},
        others=len(others),
    )


@bp.get("/evaluations/<uuid:evaluation_id>/evaluations.pdf")
@requires(may_view_sheets, load=load_work)
def download_summary(work: OwnEvaluation, **_ids: uuid.UUID) -> Response:
    """Send the submitted sheets of the application as PDF, for the panel: evaluators are numbers."""
    return send_summary(work.application_id, "panel")


@bp.get("/evaluations/<uuid:evaluation_id>/application")
@requires(may_read_evaluated, load=load_own_evaluation)
def show_application(work: OwnEvaluation, evaluation_id: uuid.UUID) -> str:
    """Show the application to read, also after the sheet has been submitted."""
    definition = get_definition(reading(), work.call_version_id)
    content = load_submitted_content(reading(), work.application_id)
    sections = present_sections(definition, content, tools().registers, PARTY_VISIBILITIES)
    return render_template(
        "evaluator/application_show.html",
        work=work,
        sections=sections,
        evaluation_id=evaluation_id,
    )


@bp.get("/evaluations/<uuid:evaluation_id>/attachments/<uuid:attachment_id>")
@requires(may_read_evaluated, load=load_own_evaluation)
def download_attachment(
    work: OwnEvaluation, evaluation_id: uuid.UUID, attachment_id: uuid.UUID
) -> Response:
    """Send an attachment of the submitted application as a file to save.

    Raises:
        NotFound: if the application has no such attachment, or it is for officers only.
    """
    definition = get_definition(reading(), work.call_version_id)
    open_questions = {
        each.id for each in definition.questions() if each.visibility in PARTY_VISIBILITIES
    }
    for each in load_submitted_content(reading(), work.application_id).attachments:
        if each["id"] == str(attachment_id) and each["question"] in open_questions:
            body = tools().blobs.get(str(each["sha256"]))
            response = Response(body, mimetype=str(each["media_type"]))
            response.headers.set("Content-Disposition", "attachment", filename=each["filename"])
            return response
    raise NotFound(evaluation=str(evaluation_id), attachment=str(attachment_id))


def make_rows(definition: CallDefinition, sheets: Sequence[SubmittedSheet]) -> list[dict[str, Any]]:
    """Return the rows of the table of scores: a criterion each, a cell for each sheet."""
    rubric = to_rubric(definition)
    rows: list[dict[str, Any]] = []
    for criterion in definition.rubric.evaluated:
        scale = rubric.criterion(criterion.id).scale
        cells = [
            {"score": points(scale.score(row.ticks)), "comment": row.comment}
            if (row := sheet.lines.get(criterion.id)) is not None and row.ticks is not None
            else None
            for sheet in sheets
        ]
        weight = points(criterion.weight_points)
        rows.append({"title": criterion.name, "weight": weight, "cells": cells})
    return rows


def _total(sheet: SubmittedSheet) -> str:
    from_hundredths = sheet.total_hundredths
    return "–" if from_hundredths is None else points(Fraction(from_hundredths, 100))
