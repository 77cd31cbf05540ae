"""Two people saved the same answer or the same row of one: both texts, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.errors import StaleVersion
from app.domain.row_merge import row_digest
from app.queries.content import load_content
from app.web.applicant.answers_view import show_cell, show_value
from app.web.applicant.row_edits import has_rows
from app.web.applicant.scope import Scope
from app.web.applicant.section_page import partner_names
from app.web.binding import reading
from app.web.filters import localized_text
from calls.definition import AnyQuestion, Column


@dataclass(frozen=True, slots=True)
class Conflict:
    """An answer, or a row of one, that two people changed."""

    question: str
    partner: str
    row: str
    label: str
    stored: str
    yours: str
    seen: str
    """What is stored now, as a version or a row's digest: the choice is made in knowledge of it."""

    @property
    def name(self) -> str:
        """Return the name that the page gives to the choice: question, partner, row, what was seen."""
        return f"{self.question}|{self.partner}|{self.row}|{self.seen}"

    def to_json(self) -> dict[str, str]:
        """Return the conflict as the script of the page gets it."""
        return {
            "question": self.question,
            "label": self.label,
            "stored": self.stored,
            "yours": self.yours,
            "version": self.seen,
        }


def describe_conflicts(scope: Scope, conflict: StaleVersion) -> tuple[Conflict, ...]:
    """Return for each conflict its question, the stored and the typed text, and what is stored."""
    names = dict(partner_names(load_content(reading(), scope.application.id)))
    return tuple(_describe(scope, each, names) for each in conflict.data["answers"])


def _describe(scope: Scope, clash: Mapping[str, Any], names: Mapping[str, str]) -> Conflict:
    question = scope.definition.get_question(clash["question"])
    stored, yours = clash["stored"], clash["yours"]
    is_row = bool(clash["row"])
    return Conflict(
        question=question.id,
        partner=str(clash["partner"]),
        row=str(clash["row"]),
        label=localized_text(dict(question.label)),
        stored=_show_row(question, stored, names) if is_row else show_value(question, stored),
        yours=_show_row(question, yours, names) if is_row else show_value(question, yours),
        seen=_seen(question, clash) if is_row or has_rows(question) else str(clash["version"]),
    )


def _seen(question: AnyQuestion, clash: Mapping[str, Any]) -> str:
    if not clash["row"]:
        return str(clash["version"])
    return row_digest(question, clash["stored"]) if clash["stored"] else ""


def _show_row(
    question: AnyQuestion, row: Mapping[str, Any] | None, names: Mapping[str, str]
) -> str:
    """Return a row cell by cell, each on a line of its own with its heading."""
    if row is None:
        return _("The row was removed")
    columns: Sequence[Column] = getattr(question, "columns", ())
    if not columns:
        return show_value(question, [row])
    return "\n".join(
        f"{localized_text(dict(each.label))}: {show_cell(each, row.get(each.id), names)}"
        for each in columns
        if each.id in row
    )
