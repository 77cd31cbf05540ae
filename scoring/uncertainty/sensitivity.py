"""Second views of a ranking: without each evaluator in turn, and with evaluators drawn again.

They ask simpler questions than the model and are shown beside it. The bootstrap of five
evaluators treats equal applications unequally and is too sure of itself; the model comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.uncertainty.rank_draws import SEED
from scoring.uncertainty.ranking import Group, Options, rank_with_doubt
from scoring.votes import Assessor, Identity, Vote, VoteTable, tabulate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")


@dataclass(frozen=True, slots=True)
class Shift:
    """An application's expected rank and group without one evaluator.

    ``moved`` is the change of its expected rank among the applications that still have votes;
    positive means that it stands worse without the evaluator.
    """

    proposal: str
    expected_rank: float
    moved: float
    group: Group | None


@dataclass(frozen=True, slots=True)
class WithoutOne:
    """The ranking without one evaluator; ``dropped`` applications had no other votes."""

    assessor: Assessor
    shifts: tuple[Shift, ...]
    dropped: tuple[str, ...]

    @property
    def largest(self) -> float:
        """The largest movement of an expected rank, in places."""
        return max((abs(shift.moved) for shift in self.shifts), default=0.0)


def leave_one_out(votes: Iterable[Vote], options: Options | None = None) -> tuple[WithoutOne, ...]:
    """Rank again without each evaluator in turn, evaluators in the order of names."""
    options = options or Options()
    cast = list(votes)
    table = tabulate(cast, options.identity)
    whole = rank_with_doubt(cast, options)
    before = {row.proposal: row.expected_rank for row in whole.rows}
    return tuple(
        _without(assessor, cast, before, options)
        for assessor in table.assessors
        if len(table.assessors) > 1
    )


def _without(
    assessor: Assessor, votes: Sequence[Vote], before: dict[str, float], options: Options
) -> WithoutOne:
    by_panel = options.identity is Identity.BY_PANEL
    rest = [
        vote
        for vote in votes
        if (vote.assessor, vote.panel if by_panel else "") != (assessor.id, assessor.panel)
    ]
    kept = {vote.proposal for vote in rest}
    dropped = tuple(sorted(set(before) - kept))
    if not rest:
        return WithoutOne(assessor, (), dropped)
    fundable = None if options.fundable is None else min(options.fundable, len(kept))
    rows = rank_with_doubt(rest, replace(options, fundable=fundable)).rows
    lost = {name: sum(before[other] < before[name] for other in dropped) for name in kept}
    return WithoutOne(
        assessor,
        tuple(
            Shift(
                row.proposal,
                row.expected_rank,
                row.expected_rank - (before[row.proposal] - lost[row.proposal]),
                row.group,
            )
            for row in rows
        ),
        dropped,
    )


def bootstrap_top(
    votes: Iterable[Vote],
    fundable: int,
    *,
    identity: Identity = Identity.UNIQUE,
    rounds: int = 20_000,
    seed: int = SEED,
) -> dict[str, float]:
    """Return how often each application is among the best by mean when evaluators are redrawn.

    Evaluators are drawn with replacement, all of a panel's at once. An application without a vote
    in a round is left out of it; equals at the line share its places evenly.
    """
    table = tabulate(votes, identity)
    grades, present = _matrices(table)
    random = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros(len(table.proposals))
    seats = _seats_by_panel(table)
    for _ in range(rounds):
        times = np.zeros(len(table.assessors))
        for members in seats:
            drawn = random.choice(members, size=len(members))
            times += np.bincount(drawn, minlength=len(times))
        counts = present @ times
        means = np.where(counts > 0, (grades @ times) / np.maximum(counts, 1.0), -np.inf)
        total += _shares(means.round(9), fundable)
    return dict(zip(table.proposals, (total / rounds).tolist(), strict=True))


def _matrices(table: VoteTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    grades = np.zeros((len(table.proposals), len(table.assessors)))
    present = np.zeros_like(grades)
    for cell in table.cells:
        grades[cell.proposal, cell.assessor] = float(cell.grade)
        present[cell.proposal, cell.assessor] = 1.0
    return grades, present


def _seats_by_panel(table: VoteTable) -> list[NDArray[np.int64]]:
    """Return the evaluators of each panel; one who sits in several is drawn with the first."""
    first: dict[int, int] = {}
    for cell in table.cells:
        first.setdefault(cell.assessor, table.panel_of[cell.proposal])
    return [
        np.array([seat for seat, room in first.items() if room == panel])
        for panel in sorted(set(first.values()))
    ]


def _shares(means: NDArray[np.float64], fundable: int) -> NDArray[np.float64]:
    """Return 1 for those above the line, 0 below, and equal shares of what is left at it."""
    if fundable <= 0:
        return np.zeros_like(means)
    if fundable >= len(means):
        return np.ones_like(means)
    line = np.sort(means)[-fundable]
    above, at = means > line, means == line
    left = fundable - above.sum()
    result: NDArray[np.float64] = above + at * (left / at.sum())
    return result
