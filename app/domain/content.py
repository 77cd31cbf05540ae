"""The content of an application as plain data: answers, partners and attachments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that an application says, in canonical JSON values."""

    answers: Mapping[str, Any]
    partners: Sequence[Mapping[str, Any]]
    attachments: Sequence[Mapping[str, Any]]

    def answer(self, question_id: str) -> Any:
        """Return an answer, or None; partners and attachments count as answers of their questions."""
        return self.answers.get(question_id)

    def attachments_of(self, question_id: str) -> list[Mapping[str, Any]]:
        """Return the attachments given for a question."""
        return [each for each in self.attachments if each["question"] == question_id]

    def rows(self, question_id: str) -> list[Mapping[str, Any]]:
        """Return the rows of a table answer; none when it is not answered."""
        value = self.answers.get(question_id)
        return list(value) if isinstance(value, list) else []

    def to_json(self) -> dict[str, Any]:
        """Return the content as one JSON object, the thing that a submission freezes."""
        return {
            "answers": dict(self.answers),
            "partners": [dict(each) for each in self.partners],
            "attachments": [dict(each) for each in self.attachments],
        }


def content_from_json(data: Mapping[str, Any]) -> Content:
    """Return the content that ``Content.to_json`` wrote."""
    return Content(data["answers"], data["partners"], data["attachments"])
