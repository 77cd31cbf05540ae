"""What evaluators know and what applications are about, as the affinity is measured."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from app.domain.content import Content
from calls.definition import CallDefinition
from calls.routing_texts import list_compared
from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.expertise import expertise


class KnownPerson(Protocol):
    """What a profile tells of an evaluator."""

    user_id: Any
    keywords: Any
    ford: Any
    profile_text: Any
    publications: Any


def describe_person(person: KnownPerson) -> Described:
    """Return the keywords, fields and texts of an evaluator; each publication is a text of its own."""
    texts: Sequence[str] = (person.profile_text, *person.publications)
    return Described(
        str(person.user_id),
        expertise(person.keywords, person.ford),
        tuple(Document(text.strip()) for text in texts if text.strip()),
    )


def describe_application(
    key: uuid.UUID, language: str, content: Content, definition: CallDefinition
) -> Described:
    """Return the keywords, fields and texts of an application.

    What the applicants have marked as secret is left out, so that no word of it comes into an explanation.
    """
    secret = frozenset(list_secret(content, definition))
    texts = tuple(
        Document(text, own or language)
        for question_id, own in list_compared(definition)
        if question_id not in secret
        for text in _texts_of(content.answer(question_id))
    )
    declared = expertise(content.answer("keywords") or (), content.answer("ford") or ())
    return Described(str(key), declared, texts)


def list_secret(content: Content, definition: CallDefinition) -> Iterator[str]:
    """Yield the questions whose answers the applicants have marked as secret."""
    for question in definition.questions():
        if question.type == "secrecy_marks":
            for row in content.rows(question.id):
                yield str(row.get("question"))


def _texts_of(answer: Any) -> Iterable[str]:
    """Yield the text of an answer, or the titles and descriptions of its rows."""
    if isinstance(answer, str):
        found = [answer]
    elif isinstance(answer, list):
        rows = [row for row in answer if isinstance(row, dict)]
        found = [str(row.get(key) or "") for row in rows for key in ("title", "description")]
    else:
        found = []
    return (text.strip() for text in found if text.strip())
