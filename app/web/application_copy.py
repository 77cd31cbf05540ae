"""A submitted application as PDF in the language of the reader, for the applicant's files and the officer's desk."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import Response

from app.domain.times import to_local
from app.pdf.application_data import AnswerTable, ApplicationData, QuestionAnswer, SectionAnswers
from app.pdf.documents import application_pdf
from app.pdf.receipt_data import Attachment
from app.queries.content import get_application, get_newest_version, read_version
from app.services.call.calls import get_definition
from app.web.answers import Shown, present_sections
from app.web.binding import reading, tools
from app.web.call_page import find_body
from app.web.filters import current_language, localized_text
from app.web.papers import send_pdf

if TYPE_CHECKING:
    from app.models import Application, ApplicationVersion

_ENDINGS = ("_fi", "_sv", "_en")
"""Endings of questions that are answered in a language of their own."""


def send_copy(application_id: uuid.UUID) -> Response:
    """Send what was submitted last, every section and answer.

    Raises:
        NotFound: if nothing has been submitted.
        RenderFailed: if no PDF could be made.
    """
    version = get_newest_version(reading(), application_id)
    application = get_application(reading(), application_id)
    content = application_pdf(_make_record(application, version), tools().renderer)
    number = (application.record_number or "").replace("/", "-")
    return send_pdf(content, f"{number}-{application.acronym}-{version.number}.pdf")


def _make_record(application: Application, version: ApplicationVersion) -> ApplicationData:
    definition = get_definition(reading(), application.call_version_id)
    content = read_version(version)
    body = find_body(definition.granting_authority_key)
    return ApplicationData(
        language=current_language(),
        authority_name=localized_text(body.names) if body else "",
        call_id=application.call.code,
        call_title=localized_text(definition.title, definition.authoritative_language),
        project_title=localized_text(application.title, application.language),
        applicant_name=application.lead_name,
        version=version.number,
        record_number=application.record_number or "",
        submitted_at=to_local(version.submitted_at).isoformat(timespec="seconds"),
        content_sha256=version.sha256,
        sections=tuple(
            SectionAnswers(
                title=localized_text(section.title),
                questions=tuple(_view(each, application.language) for each in section.answers),
            )
            for section in present_sections(definition, content, tools().registers)
        ),
        attachments=tuple(
            Attachment(name=each["filename"], size=each["size"], sha256=each["sha256"])
            for each in content.attachments
        ),
    )


def _view(shown: Shown, language: str) -> QuestionAnswer:
    """Return an answer as the paper prints it: paragraphs or a table."""
    own = shown.id[-2:] if shown.id[-3:] in _ENDINGS else language
    label = localized_text(shown.label)
    match shown.kind:
        case "table":
            rows = tuple(tuple(map(str, row)) for row in shown.rows)
            table = AnswerTable(columns=tuple(map(str, shown.headings)), rows=rows)
            return QuestionAnswer(label=label, table=table)
        case "list":
            return QuestionAnswer(label=label, text=tuple(map(str, shown.items)))
        case "files":
            return QuestionAnswer(label=label, text=tuple(each["filename"] for each in shown.files))
        case "text":
            paragraphs = tuple(line for line in shown.text.splitlines() if line.strip())
            return QuestionAnswer(
                label=label,
                text=paragraphs,
                lang=own if shown.own_words else "",
            )
        case _:
            return QuestionAnswer(label=label)
