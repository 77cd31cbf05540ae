"""The ranking with its uncertainty, for people: ranks, intervals, chances, and the doubtful zone.

Expected rank, PCER, SUCRA, the provisional funding line and the three groups are those of Heyard
et al. 2022 (see the package). All qualities and biases are in the grades of the votes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.deferred import Deferred
from scoring.provenance import Provenance, describe
from scoring.uncertainty.canonical import canonical
from scoring.uncertainty.expected_rank import Moments, Precision, Solution, solve
from scoring.uncertainty.model import Design, build_design
from scoring.uncertainty.priors import SPREAD_LIMIT, Prior
from scoring.uncertainty.rank_draws import (
    SEED,
    default_draws,
    draw_qualities,
    even_out,
    rank_distribution,
)
from scoring.votes import (
    Assessor,
    Identity,
    InvalidVotes,
    Vote,
    VoteTable,
    natural_key,
    tabulate,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Deferred("numpy")

ALGORITHM, VERSION = "expected-rank", 2
TIE = 1e-9
"""Expected ranks closer than this are equal."""


class VotesOffScale(InvalidVotes):
    """The votes lie further apart than the priors of the declared scale can explain."""

    def __init__(self, spread: Fraction, unit: Fraction) -> None:
        super().__init__(
            f"votes lie {float(spread):g} apart: say how wide a step of the scale is (now"
            f" {float(unit):g}; five steps from the lowest to the highest grade)"
        )


class Group(StrEnum):
    """Where an application stands against the provisional funding line."""

    ACCEPTED = "accepted"
    RANDOM_SELECTION = "random_selection"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Options:
    """How the votes are analysed.

    ``fundable`` is how many applications can be funded (``None``: no line is drawn), ``unit`` the
    width of one of five equal steps from the lowest to the highest grade, ``draws`` how often
    ranks are drawn for their distribution (``None``: as many as the size allows).
    """

    prior: Prior = Prior.HIERARCHICAL
    fundable: int | None = None
    identity: Identity = Identity.UNIQUE
    precision: Precision = Precision.DEFAULT
    unit: Fraction = Fraction(1)
    draws: int | None = None
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Interval:
    """A central credible interval; ``share`` of the probability lies in it."""

    lower: float
    upper: float
    share: float


@dataclass(frozen=True, slots=True)
class RankedWithDoubt:
    """One application.

    ``expected_rank`` is E[rank], ``pcer`` = 100 (ER − 0.5) / N (the percentage of better ones),
    ``sucra`` = (N − ER) / (N − 1) (the share of others that it beats). ``quality`` is the
    posterior mean of θ: grades above or below the average application, with evaluators' (and
    panels') leniency taken out. ``rank_half`` and ``rank_ninety`` are the 50 % and 90 % intervals
    of its rank; ``rankogram`` the probability of each rank. ``mean`` is the plain mean grade.
    """

    proposal: str
    panel: str
    mean: Fraction
    expected_rank: float
    pcer: float
    sucra: float
    quality: float
    quality_sd: float
    quality_interval: Interval
    rank_half: tuple[int, int]
    rank_ninety: tuple[int, int]
    rankogram: tuple[float, ...] = field(repr=False)
    funding_probability: float | None
    group: Group | None


@dataclass(frozen=True, slots=True)
class Leniency:
    """How far above (positive) or below (negative) others an evaluator grades, in grades."""

    assessor: Assessor
    mean: float
    sd: float
    interval: Interval
    votes: int


@dataclass(frozen=True, slots=True)
class UncertainRanking:
    """The result: applications by expected rank, best first; evaluators in the order of names.

    ``funding_line`` is the expected rank of the last fundable application. ``accuracy`` is an
    estimate of the largest error of an expected rank; ``deviations`` are the posterior means of
    the model's standard deviations, in grades.
    """

    rows: tuple[RankedWithDoubt, ...]
    evaluators: tuple[Leniency, ...]
    funding_line: float | None
    deviations: tuple[tuple[str, float], ...]
    accuracy: float
    provenance: Provenance

    def row(self, proposal: str) -> RankedWithDoubt:
        """Return the row of an application; an unknown one raises ``KeyError``."""
        for row in self.rows:
            if row.proposal == proposal:
                return row
        raise KeyError(proposal)


def rank_with_doubt(votes: Iterable[Vote], options: Options | None = None) -> UncertainRanking:
    """Rank applications by their votes and say how sure that is.

    The order of votes and the names of applications and evaluators have no influence. Raises
    ``InvalidVotes`` (see ``scoring.votes``) or ``VotesOffScale``.
    """
    options = options or Options()
    cast = list(votes)
    table, design, solution = _solve(cast, options)
    draws = options.draws or default_draws(len(table.proposals))
    ranks = rank_distribution(solution.nodes, draws, options.seed)
    ranks = even_out(ranks, _twins(solution))
    line = _funding_line(solution.expected_rank, options.fundable)
    rows = _rows(table, design, solution, ranks, options.fundable)
    rows = _grouped(rows, line, options.fundable)
    return UncertainRanking(
        rows=tuple(rows),
        evaluators=_leniencies(table, design, solution.evaluators),
        funding_line=line,
        deviations=tuple(
            (axis.value, value * design.unit) for axis, value in solution.deviations.items()
        ),
        accuracy=solution.moved,
        provenance=describe(ALGORITHM, VERSION, _settings(options, draws), cast),
    )


def probability_under_rule(
    votes: Iterable[Vote],
    fund: Callable[[Sequence[str]], Collection[str]],
    options: Options | None = None,
    draws: int = 2_000,
) -> dict[str, float]:
    """Return the share of draws of the ranking in which a rule funds each application.

    ``fund`` takes the applications best first and returns those it funds: any funding rule of
    ``scoring.portfolio``, with its budget and caps.
    """
    options = options or Options()
    table, _, solution = _solve(list(votes), options)
    funded = dict.fromkeys(table.proposals, 0)
    for block in draw_qualities(solution.nodes, draws, options.seed):
        for order in np.argsort(-block, axis=1):
            for proposal in fund([table.proposals[place] for place in order]):
                funded[proposal] += 1
    return {proposal: count / draws for proposal, count in sorted(funded.items())}


def _solve(votes: Sequence[Vote], options: Options) -> tuple[VoteTable, Design, Solution]:
    table = canonical(tabulate(votes, options.identity))
    grades = [vote.grade for vote in votes]
    spread = max(grades) - min(grades)
    if options.unit <= 0 or spread > SPREAD_LIMIT * options.unit:
        raise VotesOffScale(spread, options.unit)
    design = build_design(table, options.prior, float(options.unit))
    return table, design, solve(design, options.precision)


def _settings(options: Options, draws: int) -> dict[str, object]:
    return {
        "prior": options.prior,
        "fundable": options.fundable,
        "identity": options.identity,
        "precision": options.precision,
        "unit": options.unit,
        "draws": draws,
        "seed": options.seed,
    }


def _twins(solution: Solution) -> NDArray[np.int64]:
    """Return a number for each application, the same for those the model cannot tell apart."""
    marks = np.stack(
        [solution.expected_rank, solution.quality.mean, solution.quality.sd], axis=1
    ).round(8)
    _, numbers = np.unique(marks, axis=0, return_inverse=True)
    result: NDArray[np.int64] = numbers.ravel()
    return result


def _funding_line(ranks: NDArray[np.float64], fundable: int | None) -> float | None:
    if fundable is None or fundable < 1:
        return None
    return float(np.sort(ranks)[min(fundable, len(ranks)) - 1])


def _rows(
    table: VoteTable,
    design: Design,
    solution: Solution,
    ranks: NDArray[np.float64],
    fundable: int | None,
) -> list[RankedWithDoubt]:
    size, unit = len(table.proposals), design.unit
    steps = np.cumsum(ranks, axis=1) + 1e-12
    means = table.means()

    def rank_at(place: int, share: float) -> int:
        return int(np.searchsorted(steps[place], share)) + 1

    def row(place: int) -> RankedWithDoubt:
        expected, quality = float(solution.expected_rank[place]), solution.quality
        return RankedWithDoubt(
            proposal=table.proposals[place],
            panel=table.panels[table.panel_of[place]],
            mean=means[place],
            expected_rank=expected,
            pcer=100 * (expected - 0.5) / size,
            sucra=(size - expected) / (size - 1) if size > 1 else 1.0,
            quality=float(quality.mean[place]) * unit,
            quality_sd=float(quality.sd[place]) * unit,
            quality_interval=_interval(quality, place, unit),
            rank_half=(rank_at(place, 0.25), rank_at(place, 0.75)),
            rank_ninety=(rank_at(place, 0.05), rank_at(place, 0.95)),
            rankogram=tuple(ranks[place].tolist()),
            funding_probability=(
                None if fundable is None else float(ranks[place, : max(0, fundable)].sum())
            ),
            group=None,
        )

    found = [row(place) for place in range(size)]
    return sorted(
        found, key=lambda each: (round(each.expected_rank, 8), natural_key(each.proposal))
    )


def _interval(moments: Moments, place: int, unit: float) -> Interval:
    return Interval(float(moments.lower[place]) * unit, float(moments.upper[place]) * unit, 0.95)


def _grouped(
    rows: Sequence[RankedWithDoubt], line: float | None, fundable: int | None
) -> list[RankedWithDoubt]:
    """Return the rows with their groups; if the doubtful all fit, all of them are accepted."""
    if line is None or fundable is None:
        return list(rows)
    groups = [group_against(row.rank_half, row.expected_rank, line) for row in rows]
    above = sum(group is not Group.REJECTED for group in groups)
    if above <= fundable:
        groups = [each if each is Group.REJECTED else Group.ACCEPTED for each in groups]
    return [_with_group(row, group) for row, group in zip(rows, groups, strict=True)]


def group_against(half: tuple[int, int], expected_rank: float, line: float) -> Group:
    """Return the group of an application by the 50 % interval of its rank and the line."""
    lower, upper = half
    if lower <= line <= upper or abs(expected_rank - line) <= TIE:
        return Group.RANDOM_SELECTION
    return Group.ACCEPTED if upper < line else Group.REJECTED


def _with_group(row: RankedWithDoubt, group: Group) -> RankedWithDoubt:
    values = {name: getattr(row, name) for name in row.__slots__}
    return RankedWithDoubt(**{**values, "group": group})


def _leniencies(table: VoteTable, design: Design, moments: Moments) -> tuple[Leniency, ...]:
    votes = [0] * len(table.assessors)
    for cell in table.cells:
        votes[cell.assessor] += 1
    found = [
        Leniency(
            assessor,
            float(moments.mean[seat]) * design.unit,
            float(moments.sd[seat]) * design.unit,
            _interval(moments, seat, design.unit),
            votes[seat],
        )
        for seat, assessor in enumerate(table.assessors)
    ]
    return tuple(sorted(found, key=lambda each: each.assessor.sort_key))
