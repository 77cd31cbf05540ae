"""Who grades strictly, and what the results would be without it: decision support, never the score.

The model is that of ``scoring.uncertainty`` with an estimated standard deviation of evaluators
(the additive model of Platt and Burges 2012, grade = application + evaluator + noise, treated
as in Heyard et al. 2022). Its figures stand beside the official score. Scores that are
standardised per evaluator are not offered: with few applications each they lose against the plain
mean.

Evaluators who share no application, directly or through others, cannot be compared: what separates
their applications may be quality as well as severity. The connectivity report names these parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from scoring.provenance import Provenance
from scoring.uncertainty.ranking import Interval, Leniency, Options, rank_with_doubt
from scoring.votes import Assessor, Vote, VoteTable, tabulate

FEW_VOTES = 8
"""Below this many votes an evaluator's severity is mostly guesswork."""


class Tendency(StrEnum):
    """What the interval of an evaluator's leniency says."""

    LENIENT = "lenient"
    SEVERE = "severe"
    UNCLEAR = "unclear"
    """The interval contains zero."""


@dataclass(frozen=True, slots=True)
class Component:
    """Applications and evaluators that are connected by votes.

    ``shared`` counts applications with at least two evaluators: only these compare evaluators.
    """

    proposals: tuple[str, ...]
    assessors: tuple[Assessor, ...]
    shared: int


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The parts of the votes; with more than one, parts are comparable by assumption only."""

    components: tuple[Component, ...]

    @property
    def is_connected(self) -> bool:
        """Whether every evaluator can be compared with every other through votes."""
        return len(self.components) == 1

    def are_comparable(self, one: str, other: str) -> bool:
        """Tell whether two applications lie in the same part."""
        return any({one, other} <= set(part.proposals) for part in self.components)


@dataclass(frozen=True, slots=True)
class Severity:
    """An evaluator's leniency (positive) or severity (negative) in grades, with its interval.

    ``enough_votes`` is false below ``FEW_VOTES``; ``component`` is the number of its part.
    """

    assessor: Assessor
    leniency: float
    interval: Interval
    tendency: Tendency
    votes: int
    enough_votes: bool
    component: int


@dataclass(frozen=True, slots=True)
class Calibrated:
    """An application's official score beside the calibrated one; ranks are shared by equals.

    ``calibrated`` is the mean of all applications plus the posterior mean of this one's quality;
    ``shift`` is calibrated − plain mean grade. ``official`` is the score of the call's rule, in
    its own units, and is never changed.
    """

    proposal: str
    official: Fraction
    mean: Fraction
    calibrated: float
    interval: Interval
    shift: float
    official_rank: int
    calibrated_rank: int
    component: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Severities, results and connectivity of one set of votes."""

    severities: tuple[Severity, ...]
    results: tuple[Calibrated, ...]
    connectivity: Connectivity
    provenance: Provenance


def calibrate(
    votes: Iterable[Vote],
    official: Mapping[str, Fraction] | None = None,
    options: Options | None = None,
) -> Calibration:
    """Return severities and calibrated results beside the official ones.

    ``official`` are the scores by the call's rule (the plain means when left out). Raises
    ``InvalidVotes``; an application without an official score raises ``KeyError``.
    """
    cast = list(votes)
    settings = replace(options or Options(), fundable=None)
    table = tabulate(cast, settings.identity)
    connectivity = report_connectivity(table)
    ranking = rank_with_doubt(cast, settings)
    part_of = {
        name: number
        for number, part in enumerate(connectivity.components)
        for name in part.proposals
    }
    means = {row.proposal: row.mean for row in ranking.rows}
    scores = {name: means[name] if official is None else official[name] for name in means}
    centre = float(sum(means.values(), Fraction(0)) / len(means))
    places = _competition_ranks({name: float(score) for name, score in scores.items()})
    new_places = _competition_ranks({row.proposal: round(row.quality, 9) for row in ranking.rows})
    results = {
        row.proposal: Calibrated(
            proposal=row.proposal,
            official=scores[row.proposal],
            mean=row.mean,
            calibrated=centre + row.quality,
            interval=_moved(row.quality_interval, centre),
            shift=centre + row.quality - float(row.mean),
            official_rank=places[row.proposal],
            calibrated_rank=new_places[row.proposal],
            component=part_of[row.proposal],
        )
        for row in ranking.rows
    }
    return Calibration(
        tuple(_severity(each, connectivity) for each in ranking.evaluators),
        tuple(results[name] for name in table.proposals),
        connectivity,
        ranking.provenance,
    )


def report_connectivity(table: VoteTable) -> Connectivity:
    """Return the connected parts of the graph of votes, the largest first."""
    by_proposal: dict[int, list[int]] = {}
    by_assessor: dict[int, list[int]] = {}
    for cell in table.cells:
        by_proposal.setdefault(cell.proposal, []).append(cell.assessor)
        by_assessor.setdefault(cell.assessor, []).append(cell.proposal)
    unseen = set(by_proposal)
    parts: list[Component] = []
    while unseen:
        reached, waiting, seats = set[int](), [min(unseen)], set[int]()
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            for seat in set(by_proposal[place]) - seats:
                seats.add(seat)
                waiting.extend(by_assessor[seat])
        unseen -= reached
        parts.append(_component(table, by_proposal, reached, seats))
    parts.sort(key=lambda part: (-len(part.proposals), part.proposals))
    return Connectivity(tuple(parts))


def _component(
    table: VoteTable, by_proposal: Mapping[int, list[int]], places: set[int], seats: set[int]
) -> Component:
    return Component(
        tuple(table.proposals[place] for place in sorted(places)),
        tuple(table.assessors[seat] for seat in sorted(seats)),
        sum(len(by_proposal[place]) > 1 for place in places),
    )


def _severity(leniency: Leniency, connectivity: Connectivity) -> Severity:
    component = next(
        number
        for number, part in enumerate(connectivity.components)
        if leniency.assessor in part.assessors
    )
    return Severity(
        leniency.assessor,
        leniency.mean,
        leniency.interval,
        tendency_of(leniency.interval),
        leniency.votes,
        leniency.votes >= FEW_VOTES,
        component,
    )


def tendency_of(interval: Interval) -> Tendency:
    """Return whether an interval of leniency lies above zero, below it, or around it."""
    if interval.lower > 0:
        return Tendency.LENIENT
    return Tendency.SEVERE if interval.upper < 0 else Tendency.UNCLEAR


def _moved(interval: Interval, by: float) -> Interval:
    return Interval(interval.lower + by, interval.upper + by, interval.share)


def _competition_ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Return 1 + the number of higher scores for each."""
    return {name: 1 + sum(other > own for other in scores.values()) for name, own in scores.items()}
