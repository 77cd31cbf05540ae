"""Which scores need a comment, and how long a comment must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CommentFault(StrEnum):
    """What is wrong with a comment."""

    MISSING = "missing"
    TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class CommentProblem:
    """A comment that the rubric demands is missing, or a given one is too short."""

    criterion: str
    fault: CommentFault
    characters: int
    minimum_characters: int


@dataclass(frozen=True, slots=True)
class CommentRule:
    """A score in ``required_scores`` (or any, with ``always``) needs a comment of a minimum length.

    A comment that is given without being demanded must be as long. Surrounding white space does
    not count as characters.
    """

    minimum_characters: int = 0
    required_scores: frozenset[Decimal] = frozenset()
    always: bool = False

    def problems(
        self, scores: Mapping[str, Decimal], comments: Mapping[str, str]
    ) -> tuple[CommentProblem, ...]:
        """Return one problem per criterion whose comment is missing or too short, in order."""
        found = (
            self._problem(criterion, score, comments.get(criterion, "").strip())
            for criterion, score in scores.items()
        )
        return tuple(problem for problem in found if problem is not None)

    def _problem(self, criterion: str, score: Decimal, comment: str) -> CommentProblem | None:
        if not comment:
            if not self.always and score not in self.required_scores:
                return None
            return CommentProblem(criterion, CommentFault.MISSING, 0, self.minimum_characters)
        if len(comment) >= self.minimum_characters:
            return None
        return CommentProblem(
            criterion, CommentFault.TOO_SHORT, len(comment), self.minimum_characters
        )


NO_DEMANDS = CommentRule()
"""The rule of a rubric that demands no comments."""
