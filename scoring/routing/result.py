"""The outcome of a routing run: pairs, their value, and how well it is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.routing.arrays import Ints, is_in, np
from scoring.routing.certificate import Certificate
from scoring.routing.potentials import Prices
from scoring.routing.problem import Problem


class Objective(StrEnum):
    """What the best assignment is; see docs/adr/0007-routing-objective.md."""

    TOTAL = "total"
    MAX_MIN = "max_min"
    LEXIMIN = "leximin"
    BALANCED = "balanced"


class Status(StrEnum):
    """Whether the value is proven to be the best, or lies within a known gap of it."""

    OPTIMAL = "optimal"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class AssignedPair:
    """One evaluation to be done; ``locked`` pairs were settled before the run."""

    proposal: str
    evaluator: str
    affinity: Fraction
    locked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What is proven, in units of affinity: no assignment has a higher total or minimum.

    ``total`` bounds the last figure that the objective maximises, given those before it;
    ``minimum`` bounds the sum of the worst-served proposal and is None unless it is maximised.
    """

    total: int
    minimum: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Routing:
    """Chosen keys in ascending order, with the proof and the prices of the last total stage.

    A certificate is there for objectives that flows solve; ``max_min`` has ``bounds`` alone.
    """

    problem: Problem
    objective: Objective
    keys: Ints
    status: Status
    bounds: Bounds
    certificate: Certificate | None = None
    prices: Prices | None = None

    @property
    def total(self) -> Fraction:
        """The sum of the affinities of all pairs."""
        return Fraction(int(self.problem.affinities(self.keys).sum()), self.problem.unit)

    def sums(self) -> Ints:
        """Return the sum of affinities of every proposal, in units."""
        sums = np.zeros(len(self.problem.proposals), dtype=np.int64)
        np.add.at(sums, self.keys // self.problem.width, self.problem.affinities(self.keys))
        return sums

    @property
    def minimum(self) -> Fraction:
        """The sum of the worst-served of all proposals that have an evaluator; 0 without any."""
        served = np.bincount(self.keys // self.problem.width, minlength=len(self.problem.proposals))
        sums = self.sums()[served > 0]
        return Fraction(int(sums.min()) if len(sums) else 0, self.problem.unit)

    def loads(self) -> Mapping[str, int]:
        """Return the number of proposals of every evaluator."""
        counts = np.bincount(self.keys % self.problem.width, minlength=len(self.problem.evaluators))
        return dict(zip(self.problem.evaluators, counts.tolist(), strict=True))

    def pairs(self) -> tuple[AssignedPair, ...]:
        """Return all pairs by proposal and evaluator."""
        problem = self.problem
        scores = problem.affinities(self.keys).tolist()
        locked = is_in(self.keys, problem.kept).tolist()
        return tuple(
            AssignedPair(*problem.pair(key), Fraction(score, problem.unit), lock)
            for key, score, lock in zip(self.keys.tolist(), scores, locked, strict=True)
        )

    def evaluators_of(self, proposal: str) -> tuple[str, ...]:
        """Return the evaluators of one proposal in order of identifier."""
        row = self.problem.proposals.index(proposal)
        width = self.problem.width
        first, last = np.searchsorted(self.keys, [row * width, (row + 1) * width])
        return tuple(self.problem.evaluators[key % width] for key in self.keys[first:last])
