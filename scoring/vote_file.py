"""Votes in a CSV file: columns panel, proposal, assessor, num_grade; lines with ``#`` are comments.

The panel may be left out. Grades are decimal numbers, higher is better.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from scoring.votes import InvalidVotes, Vote

NEEDED = ("proposal", "assessor", "num_grade")
COLUMNS = ("panel", *NEEDED)
LARGEST, FINEST = Decimal("1e9"), Decimal("1e-9")
"""A grade that is larger, or has more decimals, is surely no grade."""


class BadVoteRow(InvalidVotes):
    """A line of the file cannot be read; ``line`` counts from 1 as editors do."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def read_votes(text: str) -> list[Vote]:
    """Return the votes of a file. Raises ``BadVoteRow`` with line and reason."""
    lines = _rows(text)
    number, header = next(lines, (1, []))
    names = [name.strip().lower() for name in header]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise BadVoteRow(number, f"column {', '.join(missing)} is missing")
    votes: list[Vote] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, cells in lines:
        vote = _vote(number, names, cells)
        cell = (vote.panel, vote.proposal, vote.assessor)
        if cell in seen:
            raise BadVoteRow(number, f"repeats the vote of line {seen[cell]}")
        seen[cell] = number
        votes.append(vote)
    return votes


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield number, next(csv.reader([line], strict=True))
            except csv.Error as error:
                raise BadVoteRow(number, str(error)) from error


def _vote(line: int, names: Sequence[str], cells: Sequence[str]) -> Vote:
    if len(cells) != len(names):
        raise BadVoteRow(line, f"has {len(cells)} cells, not {len(names)}")
    row = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    for name in ("proposal", "assessor"):
        if not row[name]:
            raise BadVoteRow(line, f"{name} is empty")
    return Vote(
        row["proposal"], row["assessor"], _grade(line, row["num_grade"]), row.get("panel", "")
    )


def _grade(line: int, text: str) -> Fraction:
    try:
        grade = Decimal(text)
    except InvalidOperation:
        raise BadVoteRow(line, f"num_grade {text!r} is not a number") from None
    if not grade.is_finite() or abs(grade) > LARGEST or grade % FINEST:
        raise BadVoteRow(line, f"num_grade {text!r} is not a grade")
    return Fraction(grade)
