"""Which texts of an application are compared with what evaluators know, and in which language each is."""

from __future__ import annotations

from collections.abc import Iterator

from calls.definition import CallDefinition

COMPARED_TYPES = frozenset({"text", "longtext", "work_packages"})
READ_BY_EVALUATORS = frozenset({"public", "party"})
NAMES_ONLY = frozenset({"acronym"})


def list_compared(definition: CallDefinition) -> Iterator[tuple[str, str | None]]:
    """Yield each question whose answer is compared, with its language where the name tells it.

    ``title_sv`` is in Swedish; other answers are in the language of the application (None).
    """
    stated = definition.routing.texts
    for question in definition.questions():
        is_text = question.type in COMPARED_TYPES and question.visibility in READ_BY_EVALUATORS
        if question.id in stated or (not stated and is_text and question.id not in NAMES_ONLY):
            ending = question.id.rpartition("_")[2]
            yield question.id, ending if ending in definition.languages else None
