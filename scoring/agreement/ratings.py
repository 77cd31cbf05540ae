"""Votes as a table with gaps: one row per application, one column per evaluator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from scoring.votes import VoteTable

Row = Sequence[Fraction | None]

FEWEST = 2
"""Agreement takes at least two: evaluators, applications, different grades."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval (95 % unless told), where one exists."""

    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Grades by application (row) and evaluator (column); ``None`` where there is no vote."""

    rows: tuple[tuple[Fraction | None, ...], ...]

    @property
    def raters(self) -> int:
        """The number of evaluators."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def is_complete(self) -> bool:
        """Whether everybody graded everything."""
        return all(grade is not None for row in self.rows for grade in row)

    def complete_rows(self) -> list[list[Fraction]]:
        """Return the applications that every evaluator graded."""
        found = [[grade for grade in row if grade is not None] for row in self.rows]
        return [row for row in found if len(row) == self.raters]

    def values(self) -> list[Fraction]:
        """Return the grades that occur, lowest first."""
        return sorted({grade for row in self.rows for grade in row if grade is not None})

    def pairs(self) -> Iterator[tuple[int, int, list[tuple[Fraction, Fraction]]]]:
        """Yield every pair of evaluators with the grades of what both graded."""
        for one, other in combinations(range(self.raters), 2):
            both = [
                (first, second)
                for first, second in ((row[one], row[other]) for row in self.rows)
                if first is not None and second is not None
            ]
            if both:
                yield one, other, both


def ratings_of(table: VoteTable) -> Ratings:
    """Return the table of grades of checked votes."""
    rows: list[list[Fraction | None]] = [
        [None] * len(table.assessors) for _ in range(len(table.proposals))
    ]
    for cell in table.cells:
        rows[cell.proposal][cell.assessor] = cell.grade
    return Ratings(tuple(tuple(row) for row in rows))


def ratings(rows: Sequence[Row]) -> Ratings:
    """Return a table of grades given as rows; rows must be equally long, else ``ValueError``."""
    if len({len(row) for row in rows}) > 1:
        raise ValueError("every application needs a column for each evaluator")
    return Ratings(tuple(tuple(row) for row in rows))
