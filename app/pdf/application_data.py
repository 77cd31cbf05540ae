"""The frozen data of an application copy: every section and answer, in reading order."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from app.pdf.receipt_data import Attachment
from app.pdf.values import Frozen, Language, Moment, Sha256, Texts

SCHEMA = "innoverkko-application/1"
"""Name of the format in which the record is embedded in the paper."""


class AnswerTable(Frozen):
    """A table-like answer; every row has one cell per column, already formatted for people."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def _check_width(self) -> AnswerTable:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell per column")
        return self


class QuestionAnswer(Frozen):
    """One question with its answer: paragraphs, a table, or the ground on which it is withheld."""

    label: str
    text: Texts = ()
    table: AnswerTable | None = None
    withheld: str = ""
    lang: Literal["", "fi", "sv", "en"] = ""


class SectionAnswers(Frozen):
    """One section of the form."""

    title: str
    questions: tuple[QuestionAnswer, ...]


class ApplicationData(Frozen):
    """The copy of one version of an application; a draft has no ``submitted_at``."""

    language: Language
    authority_name: str
    call_id: str
    call_title: str
    project_title: str
    applicant_name: str
    version: int
    sections: tuple[SectionAnswers, ...]
    record_number: str = ""
    submitted_at: Moment | None = None
    content_sha256: Sha256 | None = None
    attachments: tuple[Attachment, ...] = ()
