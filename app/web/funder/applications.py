"""Applications: the officer's list, its export, one application, and its attachments."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.policies.funder import may_view_application, may_view_call
from app.queries.funder import (
    AttachmentOfApplication,
    load_application,
    load_attachment,
    load_call,
)
from app.queries.funder_detail import get_application_page
from app.queries.funder_list import SORTS, Wishes, list_page
from app.queries.funder_matrix import build_matrix
from app.services.calls import get_definition
from app.services.eligibility import assess_results
from app.web.access import requires
from app.web.answers import present_sections
from app.web.binding import reading, tools
from app.web.funder.blueprint import bp
from app.web.funder.exports import stream_csv
from app.web.funder.steps import find_step
from app.web.funder.words import APPLICATION_STATES
from calls.scoring_rules import to_rubric
from forms.funder import ListForm

if TYPE_CHECKING:
    from app.models import Application, Call


@bp.get("/calls/<uuid:call_id>/applications")
@requires(may_view_call, load=load_call)
def list_applications(call: Call, call_id: uuid.UUID) -> str:
    """List the applications of a call, a page at a time."""
    form = ListForm(request.args)
    states = [
        SelectChoice(key, str(text))
        for key, (text, _kind) in APPLICATION_STATES.items()
        if key != "draft"
    ]
    form.state.choices = [SelectChoice("", _("All")), *states]
    sort = request.args.get("sort", "record")
    wishes = Wishes(
        sort=sort if sort in SORTS else "record",
        state=form.state.data or "",
        search=form.search.data or "",
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    page = list_page(
        reading(), call_id, to_rubric(get_definition(reading(), call.version_id)), wishes
    )
    regions = {each.code: each.name for each in tools().registers.regions}
    return render_template(
        "funder/applications_list.html",
        call=call,
        form=form,
        page=page,
        wishes=wishes,
        regions=regions,
    )


@bp.get("/calls/<uuid:call_id>/applications.csv")
@requires(may_view_call, load=load_call)
def export_applications(call: Call, call_id: uuid.UUID) -> Response:
    """Send the applications of a call as CSV, row by row."""
    body = stream_with_context(stream_csv(reading(), call_id))
    headers = {"Content-Disposition": f'attachment; filename="{call.code}.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)


@bp.get("/applications/<uuid:application_id>")
@requires(may_view_application, load=load_application)
def show_application(application: Application, **_ids: uuid.UUID) -> str:
    """Show one application with its checks, evaluations and timeline."""
    definition = get_definition(reading(), application.call_version_id)
    page = get_application_page(reading(), application)
    return render_template(
        "funder/application_show.html",
        page=page,
        application=application,
        definition=definition,
        sections=present_sections(definition, page.content, tools().registers),
        assessment=assess_results(definition, dict(page.results)),
        matrix=build_matrix(to_rubric(definition), page.evaluations, page.consensus),
        step=find_step(page),
    )


@bp.get("/attachments/<uuid:attachment_id>")
@requires(may_view_application, load=load_attachment)
def download_attachment(subject: AttachmentOfApplication, **_ids: uuid.UUID) -> Response:
    """Send an attachment as a file to save; never shown inside the site."""
    attachment = subject.attachment
    response = Response(tools().blobs.get(attachment.sha256), mimetype=attachment.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=attachment.filename)
    return response
