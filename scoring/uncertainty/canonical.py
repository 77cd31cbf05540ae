"""An order of applications, evaluators and panels that depends on votes, not on names.

The model does not care about the order; the draws and the last digits do. Sorted by what was
voted, and then by who voted on what (colour refinement of the graph of votes), renaming an
application or an evaluator changes nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from scoring.votes import Cell, VoteTable

ROUNDS = 4
"""How many steps through the votes two applications are compared before they count as equal."""

Colours = list[int]
Link = tuple[int, int, int]
"""One end, the other end, and the grade between them as its place among all grades."""


def canonical(table: VoteTable) -> VoteTable:
    """Return the same votes, high grades first; what no vote tells apart stays as it is named."""
    rooms = table.panel_of
    levels = sorted({cell.grade for cell in table.cells}, reverse=True)
    step = {grade: place for place, grade in enumerate(levels)}
    to_assessor = [(cell.proposal, cell.assessor, step[cell.grade]) for cell in table.cells]
    to_proposal = [(cell.assessor, cell.proposal, step[cell.grade]) for cell in table.cells]
    to_panel = [(rooms[cell.proposal], cell.proposal, step[cell.grade]) for cell in table.cells]
    applications = _by_mean(to_assessor, levels, len(table.proposals))
    evaluators = _by_mean(to_proposal, levels, len(table.assessors))
    panels = _by_mean(to_panel, levels, len(table.panels))
    for _ in range(ROUNDS):
        applications = _refine(applications, to_assessor, evaluators)
        evaluators = _refine(evaluators, to_proposal, applications)
        panels = _refine(panels, to_panel, applications)
    return _reordered(table, _order(applications), _order(evaluators), _order(panels))


def _by_mean(links: Sequence[Link], levels: Sequence[Fraction], count: int) -> Colours:
    """Return the first colours: 0 for the highest mean grade."""
    sums, votes = [Fraction(0)] * count, [0] * count
    for one, _, grade in links:
        sums[one] += levels[grade]
        votes[one] += 1
    return _numbered([-total / number for total, number in zip(sums, votes, strict=True)])


def _refine(own: Colours, links: Sequence[Link], others: Colours) -> Colours:
    """Return finer colours: by the old one, then by the grades with the others' colours."""
    found: list[list[tuple[int, int]]] = [[] for _ in own]
    for one, other, grade in links:
        found[one].append((grade, others[other]))
    return _numbered([(colour, sorted(each)) for colour, each in zip(own, found, strict=True)])


def _numbered(keys: Sequence[Any]) -> Colours:
    """Return the place of each key among the different keys."""
    ordered = sorted(range(len(keys)), key=lambda place: keys[place])
    colours = [0] * len(keys)
    for before, after in pairwise(ordered):
        colours[after] = colours[before] + (keys[before] != keys[after])
    return colours


def _order(colours: Colours) -> list[int]:
    return sorted(range(len(colours)), key=lambda place: colours[place])


def _reordered(
    table: VoteTable, proposals: list[int], assessors: list[int], panels: list[int]
) -> VoteTable:
    place = {old: new for new, old in enumerate(proposals)}
    seat = {old: new for new, old in enumerate(assessors)}
    room = {old: new for new, old in enumerate(panels)}
    cells = [Cell(place[c.proposal], seat[c.assessor], c.grade) for c in table.cells]
    return VoteTable(
        tuple(table.proposals[old] for old in proposals),
        tuple(table.assessors[old] for old in assessors),
        tuple(table.panels[old] for old in panels),
        tuple(room[table.panel_of[old]] for old in proposals),
        tuple(sorted(cells, key=lambda cell: (cell.proposal, cell.assessor))),
    )
