"""An assignment by draw in which no pair has more than a given probability.

Against evaluators and applicants who arrange for each other: whoever bids or words a profile to get
one application gets it with at most the probability ``cap``. First the expected assignment of
greatest total is found, as a flow whose arcs hold at most ``cap`` (Jecmen and others, "Mitigating
manipulation in peer review via randomized reviewer assignments", NeurIPS 2020). Then an
assignment is drawn that has each pair with just its probability, while every demand is met and
every load is kept (dependent rounding: Gandhi, Khuller, Parthasarathy, Srinivasan, J. ACM 53, 2006).

Probabilities are whole shares of ``SHARES``. The draw depends on the recorded seed alone.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from fractions import Fraction

from scoring.lottery import SHORTEST_SEED, SeedTooShort
from scoring.routing.arrays import Ints, np
from scoring.routing.flow import solve_flow, solve_shares
from scoring.routing.network import make_network
from scoring.routing.problem import Pair, Problem
from scoring.routing.shortage import explain_infeasible

SHARES = 840
"""A probability is so many shares at most: a number that 2 to 8 divide."""


class CapTooLow(ValueError):
    """Under the cap some places cannot be filled; without it they can."""


@dataclass(frozen=True, slots=True, eq=False)
class Lots:
    """Probabilities of pairs by key, in shares; ``total`` is the expected total."""

    problem: Problem
    cap: Fraction
    keys: Ints
    shares: Ints

    @property
    def total(self) -> Fraction:
        """The expected sum of affinities, settled pairs included; the greatest under the cap."""
        problem = self.problem
        drawn = int((problem.affinities(self.keys) * self.shares).sum())
        kept = int(problem.affinities(problem.kept).sum())
        return (Fraction(drawn, SHARES) + kept) / problem.unit

    @property
    def minimum(self) -> Fraction:
        """The expected sum of the application that is served worst, settled pairs included."""
        problem = self.problem
        sums = np.zeros(len(problem.proposals), dtype=np.int64)
        np.add.at(sums, self.keys // problem.width, problem.affinities(self.keys) * self.shares)
        kept = problem.affinities(problem.kept) * SHARES
        np.add.at(sums, problem.kept // problem.width, kept)
        needed = sums[problem.demand > 0]
        return Fraction(int(needed.min()) if len(needed) else 0, SHARES * problem.unit)

    def probabilities(self) -> dict[Pair, Fraction]:
        """Return the probability of every pair that can be drawn."""
        pairs = zip(self.keys.tolist(), self.shares.tolist(), strict=True)
        return {self.problem.pair(key): Fraction(share, SHARES) for key, share in pairs}


def make_lots(problem: Problem, cap: Fraction) -> Lots:
    """Return the probabilities of greatest expected total under a cap in (0, 1].

    Raises ``ValueError``, ``CapTooLow``, or ``NoFeasibleAssignment`` if no cap would help.
    """
    limit = int(cap * SHARES)
    if not 0 < limit <= SHARES:
        raise ValueError("a cap is a probability above 0")
    network = make_network(problem, written=True)
    wide = replace(
        network,
        need=network.need * SHARES,
        low=network.low * SHARES,
        high=network.high * SHARES,
    )
    shares = solve_shares(wide, network.weight, limit)
    if shares is None:
        if solve_flow(network, network.weight) is None:
            raise explain_infeasible(problem, network)
        raise CapTooLow(f"no assignment gives each pair a probability of at most {cap}")
    held = np.flatnonzero(shares)
    return Lots(problem, cap, network.keys()[held], shares[held])


def draw(lots: Lots, seed: bytes) -> Ints:
    """Return the keys of one assignment, settled pairs included, in ascending order.

    Raises ``SeedTooShort``: a short seed could be searched for one that favours somebody.
    """
    if len(seed) < SHORTEST_SEED:
        raise SeedTooShort(f"a seed needs at least {SHORTEST_SEED} bytes")
    rounding = _Rounding(lots, seed)
    return np.sort(np.concatenate((rounding.run(), lots.problem.kept)))


class _Rounding:
    """Moves shares along cycles and paths until every pair is certain or out.

    Each move keeps the sum of every proposal, changes an evaluator's load by less than one place,
    and makes at least one pair certain; both directions are weighed so that the expected share
    of no pair changes.
    """

    def __init__(self, lots: Lots, seed: bytes) -> None:
        self.lots, self.seed, self.draws = lots, seed, 0
        self.shares = lots.shares.tolist()
        rows, columns = np.divmod(lots.keys, lots.problem.width)
        self.ends = list(zip(rows.tolist(), (~columns).tolist(), strict=True))
        self.open: dict[int, dict[int, None]] = {}
        self.ended: list[int] = []
        for arc, share in enumerate(self.shares):
            if share < SHARES:
                for node in self.ends[arc]:
                    self.open.setdefault(node, {})[arc] = None

    def run(self) -> Ints:
        """Return the keys that were drawn."""
        nodes = sorted(node for node in self.open if node < 0)
        self.ended = [node for node in nodes if len(self.open[node]) == 1]
        for node in nodes:
            while self.open[node]:
                self._move(self._walk(self._start(node)))
        certain = np.array(self.shares, dtype=np.int64) == SHARES
        return np.asarray(self.lots.keys[certain])

    def _start(self, node: int) -> int:
        """Return an evaluator with one uncertain pair, where a path may begin, or the given one."""
        while self.ended:
            if len(self.open[self.ended[-1]]) == 1:
                return self.ended[-1]
            self.ended.pop()
        return node

    def _walk(self, node: int) -> list[int]:
        """Return the pairs of a cycle, or of a path between evaluators with one uncertain pair."""
        path: list[int] = []
        places = {node: 0}
        while True:
            last = path[-1] if path else -1
            arc = next((each for each in self.open[node] if each != last), None)
            if arc is None:
                return path
            path.append(arc)
            one, other = self.ends[arc]
            node = other if node == one else one
            if node in places:
                return path[places[node] :]
            places[node] = len(path)

    def _move(self, path: list[int]) -> None:
        """Raise every second pair and lower the others, or the other way round."""
        raised, lowered = path[::2], path[1::2]
        up = min(self._room(raised), self._held(lowered))
        down = min(self._held(raised), self._room(lowered))
        change = up if self._draw(up + down) < down else -down
        for arcs, step in ((raised, change), (lowered, -change)):
            for arc in arcs:
                self.shares[arc] += step
                if self.shares[arc] in {0, SHARES}:
                    self._close(arc)

    def _room(self, arcs: list[int]) -> int:
        return min((SHARES - self.shares[arc] for arc in arcs), default=SHARES)

    def _held(self, arcs: list[int]) -> int:
        return min((self.shares[arc] for arc in arcs), default=SHARES)

    def _close(self, arc: int) -> None:
        for node in self.ends[arc]:
            del self.open[node][arc]
            if node < 0 and len(self.open[node]) == 1:
                self.ended.append(node)

    def _draw(self, below: int) -> int:
        """Return a number from 0 up to ``below``: HMAC-SHA256(seed, number of the draw)."""
        self.draws += 1
        digest = hmac.digest(self.seed, str(self.draws).encode(), "sha256")
        return int.from_bytes(digest, "big") % below
