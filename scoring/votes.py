"""Votes of evaluators as the statistics take them: who graded what, in which panel.

Statistics compare evaluators across applications, so they need to know who is who. An evaluator's
identifier means one person in all panels (``Identity.GLOBAL``) or one person within its panel
(``Identity.BY_PANEL``); the same identifier in two panels is refused until this is said, because
pooling strangers under one name shifted expected ranks by almost ten places in real data. A vote
that was not cast is absent: no cell is ever filled with zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

SortKey = tuple[tuple[int, int, str], ...]


class InvalidVotes(ValueError):
    """The votes cannot be analysed; the text says why."""


class NoVotes(InvalidVotes):
    """There is not a single vote."""


class DuplicateVote(InvalidVotes):
    """An evaluator graded the same application twice; only one vote per cell has a meaning here."""

    def __init__(self, vote: Vote) -> None:
        super().__init__(f"evaluator {vote.assessor} graded application {vote.proposal} twice")
        self.vote = vote


class ProposalInTwoPanels(InvalidVotes):
    """An application has votes in two panels."""

    def __init__(self, proposal: str) -> None:
        super().__init__(f"application {proposal} has votes in two panels")
        self.proposal = proposal


class AssessorInTwoPanels(InvalidVotes):
    """An evaluator's identifier is used in two panels and nobody said whose it is."""

    def __init__(self, assessor: str) -> None:
        super().__init__(
            f"evaluator {assessor} is in two panels: say whether this is one person or two"
        )
        self.assessor = assessor


class Identity(StrEnum):
    """What an evaluator's identifier means when it occurs in more than one panel."""

    UNIQUE = "unique"
    """Identifiers are unique: an occurrence in two panels is a mistake and refused."""
    GLOBAL = "global"
    """One identifier is one person, who may sit in several panels."""
    BY_PANEL = "by_panel"
    """Panels number their members on their own: the same identifier is somebody else there."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One grade, higher is better, of one application by one evaluator."""

    proposal: str
    assessor: str
    grade: Fraction
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Assessor:
    """An evaluator; ``panel`` is empty unless identifiers are only unique within a panel."""

    id: str
    panel: str = ""

    @property
    def sort_key(self) -> tuple[SortKey, SortKey]:
        """The key that sorts evaluators as people do: by panel, then by identifier."""
        return natural_key(self.panel), natural_key(self.id)


@dataclass(frozen=True, slots=True)
class Cell:
    """One vote by position in its ``VoteTable``."""

    proposal: int
    assessor: int
    grade: Fraction


@dataclass(frozen=True, slots=True)
class VoteTable:
    """Checked votes in an order of their own, so that the order of the input never matters.

    ``panel_of`` is the position of each proposal's panel. Names are sorted as people sort them:
    ``2`` before ``10``.
    """

    proposals: tuple[str, ...]
    assessors: tuple[Assessor, ...]
    panels: tuple[str, ...]
    panel_of: tuple[int, ...]
    cells: tuple[Cell, ...]

    def grades_of(self, proposal: int) -> tuple[Fraction, ...]:
        """Return the grades of a proposal in the order of the assessors."""
        return tuple(cell.grade for cell in self.cells if cell.proposal == proposal)

    def means(self) -> tuple[Fraction, ...]:
        """Return the exact mean grade of each proposal."""
        sums = [Fraction(0)] * len(self.proposals)
        counts = [0] * len(self.proposals)
        for cell in self.cells:
            sums[cell.proposal] += cell.grade
            counts[cell.proposal] += 1
        return tuple(total / count for total, count in zip(sums, counts, strict=True))


def tabulate(votes: Iterable[Vote], identity: Identity = Identity.UNIQUE) -> VoteTable:
    """Check votes and give every proposal, evaluator and panel its place.

    Raises ``NoVotes``, ``DuplicateVote``, ``ProposalInTwoPanels`` or ``AssessorInTwoPanels``.
    """
    cast = list(votes)
    if not cast:
        raise NoVotes("there are no votes")
    panel_of = _panel_of_each(cast)
    if identity is Identity.UNIQUE:
        _refuse_shared_assessors(cast)
    people = {vote: _assessor(vote, identity) for vote in cast}
    proposals = sorted(panel_of, key=natural_key)
    assessors = sorted(set(people.values()), key=lambda person: person.sort_key)
    panels = sorted(set(panel_of.values()), key=natural_key)
    places = {name: place for place, name in enumerate(proposals)}
    seats = {person: seat for seat, person in enumerate(assessors)}
    rooms = {name: room for room, name in enumerate(panels)}
    cells = [Cell(places[vote.proposal], seats[people[vote]], vote.grade) for vote in cast]
    return VoteTable(
        tuple(proposals),
        tuple(assessors),
        tuple(panels),
        tuple(rooms[panel_of[name]] for name in proposals),
        _sorted_cells(cells, cast),
    )


def split_by_panel(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    """Return the votes of each panel, panels in the order people sort names."""
    found: dict[str, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.panel, []).append(vote)
    return {name: found[name] for name in sorted(found, key=natural_key)}


def natural_key(name: str) -> SortKey:
    """Return a sort key that compares digits as numbers (``A2`` before ``A10``)."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)


def _panel_of_each(votes: Sequence[Vote]) -> dict[str, str]:
    panels: dict[str, str] = {}
    for vote in votes:
        if panels.setdefault(vote.proposal, vote.panel) != vote.panel:
            raise ProposalInTwoPanels(vote.proposal)
    return panels


def _refuse_shared_assessors(votes: Sequence[Vote]) -> None:
    panels: dict[str, str] = {}
    for vote in votes:
        if panels.setdefault(vote.assessor, vote.panel) != vote.panel:
            raise AssessorInTwoPanels(vote.assessor)


def _assessor(vote: Vote, identity: Identity) -> Assessor:
    return Assessor(vote.assessor, vote.panel if identity is Identity.BY_PANEL else "")


def _sorted_cells(cells: Sequence[Cell], votes: Sequence[Vote]) -> tuple[Cell, ...]:
    seen: set[tuple[int, int]] = set()
    for cell, vote in zip(cells, votes, strict=True):
        if (cell.proposal, cell.assessor) in seen:
            raise DuplicateVote(vote)
        seen.add((cell.proposal, cell.assessor))
    return tuple(sorted(cells, key=lambda cell: (cell.proposal, cell.assessor)))
