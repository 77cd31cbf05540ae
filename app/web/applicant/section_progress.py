"""How much of a section is answered: shown on its page and refreshed by save-as-you-type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.completeness import is_answered
from app.domain.content import Content
from app.queries.applicant.drafts import StoredDraft
from app.services.application.answers import AnswerChange
from app.web.applicant.scope import Scope
from calls.definition import Section


@dataclass(frozen=True, slots=True)
class Progress:
    """Required questions of a section that are answered, and all of them."""

    answered: int
    required: int

    def __str__(self) -> str:
        """Say it in the reader's language."""
        return _(
            "%(answered)s of %(required)s required questions answered",
            answered=self.answered,
            required=self.required,
        )


def count_progress(scope: Scope, section: Section, content: Content) -> Progress:
    """Return the progress of a section's form; files have a page of their own."""
    required = [each for each in scope.fields_of(section) if each.required]
    own = scope.own_part(content)
    is_named = any(each.get("name") for each in own.partners)
    answered = [
        each
        for each in required
        if is_answered(each, own) and (is_named or each.type != "partners")
    ]
    return Progress(len(answered), len(required))


def measure_progress(
    scope: Scope,
    section: Section,
    draft: StoredDraft,
    changes: Sequence[AnswerChange],
    partners: Sequence[Mapping[str, Any]] = (),
) -> Progress:
    """Return the progress as it is once changes and partners are saved, without reading again."""
    staged = draft.answers | {(each.question_id, each.partner_key): each.value for each in changes}
    answers: dict[str, Any] = {}
    for (question_id, key), value in sorted(staged.items(), key=lambda item: item[0]):
        if key:
            rows = [{**row, "partner": key} for row in value or ()]
            answers.setdefault(question_id, []).extend(rows)
        else:
            answers[question_id] = value
    known = partners or [{"key": key, "name": name} for key, name in draft.partners]
    return count_progress(scope, section, Content(answers, known, ()))
