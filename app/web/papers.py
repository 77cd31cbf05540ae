"""Papers as answers: a PDF that is made for one reader, saved as a file and kept by nobody on the way."""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING

from flask import Response, send_file

from app.pdf.documents import ranking_pdf, report_pdf, summary_pdf
from app.services.paper.ranking_annexes import build_ranking_annex
from app.services.paper.round_reports import build_round_report
from app.services.paper.summaries import Audience, build_summary, open_summary
from app.web.binding import now, reading, tools
from app.web.filters import current_language

if TYPE_CHECKING:
    from app.models import Call


def send_pdf(content: bytes, filename: str) -> Response:
    """Send a PDF as a file to save."""
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=filename,
        max_age=0,
        etag=False,
    )


def send_report(call: Call) -> Response:
    """Send the report of a round in the language of the reader.

    Raises:
        RenderFailed: if no PDF could be made, or it broke its standards.
    """
    report = build_round_report(reading(), tools().registers, call, current_language(), now())
    return send_pdf(report_pdf(report, tools().renderer), f"{call.code}-report.pdf")


def send_summary(application_id: uuid.UUID, audience: Audience) -> Response:
    """Send the summary of an application's evaluations in the language of the reader.

    Raises:
        NotFound: if there is nothing that this kind of reader may read yet.
        RenderFailed: if no PDF could be made, or it broke its standards.
    """
    source = open_summary(
        reading(), tools().registers, application_id, current_language(), now(), audience
    )
    summary = build_summary(source)
    number = summary.record_number.replace("/", "-")
    return send_pdf(summary_pdf(summary, tools().renderer), f"{number}-evaluations.pdf")


def send_ranking(call: Call) -> Response:
    """Send the newest ranking of a call as the annex of decisions and for the archive.

    Raises:
        NotFound: if none has been drawn.
        RenderFailed: if no PDF could be made, or it broke its standards.
    """
    annex = build_ranking_annex(reading(), tools().registers, call, current_language())
    return send_pdf(ranking_pdf(annex, tools().renderer), f"{call.code}-ranking-{annex.number}.pdf")
