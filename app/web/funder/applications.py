"""Applications: the officer's list, its export, one application, and its attachments."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from markupsafe import escape
from wtforms.fields.choices import SelectChoice

from app.domain.errors import NotFound
from app.policies.funder import may_view_application, may_view_call
from app.queries.funder.calls import (
    AttachmentOfApplication,
    load_application,
    load_attachment,
    load_call,
)
from app.queries.funder.detail import get_application_page
from app.queries.funder.list import SORTS, Wishes, list_page
from app.queries.funder.matrix import build_matrix
from app.services.call.calls import get_definition
from app.services.decision.ranking import support_of
from app.services.evaluation.eligibility import assess_results
from app.web.access import requires
from app.web.answers import present_sections
from app.web.application_copy import send_copy
from app.web.binding import now, reading, tools
from app.web.call_words import APPLICATION_STATES
from app.web.filters import current_language, localized_text
from app.web.funder.blueprint import bp
from app.web.funder.event_words import EventWriter
from app.web.funder.exports import stream_csv
from app.web.funder.list_rows import present_rows
from app.web.funder.steps import find_step
from app.web.goal_words import make_goals_panel
from app.web.login import current_actor
from app.web.papers import send_report, send_summary
from calls.definition import CallDefinition
from calls.scoring_rules import to_rubric
from forms.funder import ListForm

if TYPE_CHECKING:
    from app.models import Application, Call


@bp.get("/calls/<uuid:call_id>/applications")
@requires(may_view_call, load=load_call)
def list_applications(call: Call, call_id: uuid.UUID) -> str:
    """List the applications of a call, a page at a time."""
    definition = get_definition(reading(), call.version_id)
    regions = {each.code: each.name for each in tools().registers.regions}
    form = _list_form(definition, regions)
    sort = request.args.get("sort", "record")
    wishes = Wishes(
        sort=sort if sort in SORTS else "record",
        state=form.state.data or "",
        region=form.region.data or "",
        theme=form.theme.data or "",
        search=form.search.data or "",
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
        closed=current_actor().closed,
    )
    kept = {key: getattr(wishes, key) for key in ("state", "region", "theme", "search")}
    page = list_page(reading(), call_id, wishes)
    return render_template(
        "funder/applications_list.html",
        call=call,
        form=form,
        page=page,
        rows=present_rows(page.lines, regions),
        wishes=wishes,
        kept={key: value for key, value in kept.items() if value},
    )


def _list_form(definition: CallDefinition, regions: Mapping[str, Any]) -> ListForm:
    """Return the filters with what there is to choose from."""
    form = ListForm(request.args)
    held = _CHOICES.get((definition.id, current_language()))
    if held is None or held[0] is not definition:
        held = (definition, _make_choices(definition, regions))
        _CHOICES[definition.id, current_language()] = held
    form.state.choices, form.region.choices, form.theme.choices = held[1]
    return form


_CHOICES: dict[tuple[str, str], tuple[CallDefinition, tuple[list[SelectChoice], ...]]] = {}
"""Choices by call and language; they are the same for every request until the call has a new definition."""


def _make_choices(
    definition: CallDefinition, regions: Mapping[str, Any]
) -> tuple[list[SelectChoice], ...]:
    """Return the choices of states, regions and themes in the language of the page."""
    states = [
        (key, str(text)) for key, (text, _kind) in APPLICATION_STATES.items() if key != "draft"
    ]
    names = sorted((localized_text(name), code) for code, name in regions.items())
    themes = [(each.id, localized_text(each.label)) for each in definition.themes]
    offered = (states, [(code, name) for name, code in names], themes)
    # Words of the page's language already: marked, so that nobody translates them again.
    return tuple(
        [SelectChoice(value, escape(text)) for value, text in [("", _("All")), *options]]
        for options in offered
    )


@bp.get("/calls/<uuid:call_id>/applications.csv")
@requires(may_view_call, load=load_call)
def export_applications(call: Call, call_id: uuid.UUID) -> Response:
    """Send the applications of a call as CSV, row by row."""
    body = stream_with_context(stream_csv(reading(), call_id))
    headers = {"Content-Disposition": f'attachment; filename="{call.code}.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


@bp.get("/calls/<uuid:call_id>/report.pdf")
@requires(may_view_call, load=load_call)
def download_report(call: Call, call_id: uuid.UUID) -> Response:
    """Send the report of the round as the steering group gets it."""
    if call.version_id is None or call.published_at is None:
        raise NotFound(call=str(call_id))
    return send_report(call)


@bp.get("/applications/<uuid:application_id>")
@requires(may_view_application, load=load_application)
def show_application(application: Application, **_ids: uuid.UUID) -> str:
    """Show one application with its checks, evaluations and timeline."""
    definition = get_definition(reading(), application.call_version_id)
    page = get_application_page(reading(), application, request.args.get("before", type=int))
    codes = {str(each.id): each.evaluator.code for each in page.evaluations}
    codes |= {str(each.evaluator_id): each.evaluator for each in page.conflicts}
    return render_template(
        "funder/application_show.html",
        page=page,
        application=application,
        definition=definition,
        sections=present_sections(definition, page.content, tools().registers),
        assessment=assess_results(definition, dict(page.results)),
        matrix=build_matrix(to_rubric(definition), page.evaluations, page.consensus),
        step=find_step(page),
        goals=make_goals_panel(definition, page.content, support_of(application)),
        events=EventWriter(definition, codes).write_all(page.events.events),
        now=now(),
    )


@bp.get("/applications/<uuid:application_id>/application.pdf")
@requires(may_view_application, load=load_application)
def download_copy(application: Application, **_ids: uuid.UUID) -> Response:
    """Send the application as it was submitted, as PDF: to print, and for the file of the matter."""
    return send_copy(application.id)


@bp.get("/applications/<uuid:application_id>/evaluations.pdf")
@requires(may_view_application, load=load_application)
def download_summary(application: Application, **_ids: uuid.UUID) -> Response:
    """Send the summary of the evaluations as PDF, the evaluators by their codes: for the file of the matter."""
    return send_summary(application.id, "funder")


@bp.get("/attachments/<uuid:attachment_id>")
@requires(may_view_application, load=load_attachment)
def download_attachment(subject: AttachmentOfApplication, **_ids: uuid.UUID) -> Response:
    """Send an attachment as a file to save; never shown inside the site."""
    attachment = subject.attachment
    response = Response(tools().blobs.get(attachment.sha256), mimetype=attachment.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=attachment.filename)
    return response
