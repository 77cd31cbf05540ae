"""Two people saved the same answer: both texts, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.errors import StaleVersion
from app.web.applicant.answers_view import show_value
from app.web.applicant.scope import Scope
from app.web.filters import localized_text


def describe_conflicts(scope: Scope, conflict: StaleVersion) -> tuple[Mapping[str, Any], ...]:
    """Return for each answer its question, the stored and the typed text, and the stored version."""
    return tuple(
        {
            "question": each["question"],
            "label": localized_text(dict(scope.definition.get_question(each["question"]).label)),
            "stored": show_value(scope.definition.get_question(each["question"]), each["stored"]),
            "yours": show_value(scope.definition.get_question(each["question"]), each["yours"]),
            "version": each["version"],
        }
        for each in conflict.data["answers"]
    )
