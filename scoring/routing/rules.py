"""Rules on who may sit together on one proposal, as data, and as rows over the arcs of a network.

Every rule becomes rows ``sense × Σ arcs ≥ bound``, one for each proposal (and group) it can bind.
A hard rule has no price; a soft one costs its price for each place by which it is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.routing.arrays import Bools, Ints, np, whole
from scoring.routing.network import Network
from scoring.routing.problem import Problem

HARD = 20
"""A hard rule costs so many times the best affinity in the search; it must end at 0."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """At least ``count`` of the ``members`` on each proposal, such as strong in green or fluent.

    ``proposals`` limits the rule to some; None means all. ``price`` is in affinity; None is hard.
    """

    name: str
    members: frozenset[str]
    count: int = 1
    proposals: frozenset[str] | None = None
    price: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``count`` of each group on one proposal: organisation, region, or a pair kept apart.

    ``groups`` maps evaluators to their group; who is not in it is free.
    """

    name: str
    groups: Mapping[str, str]
    count: int = 1
    proposals: frozenset[str] | None = None
    price: Fraction | None = None


Rule = Coverage | Quota


def keep_apart(name: str, pairs: Iterable[tuple[str, str]]) -> list[Quota]:
    """Return one rule for each pair of evaluators who may not meet on a proposal."""
    return [
        Quota(f"{name}: {one} / {other}", dict.fromkeys((one, other), name)) for one, other in pairs
    ]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is missed on a proposal, by how many places, for which group (if it has groups)."""

    rule: str
    proposal: str
    group: str | None
    places: int


@dataclass(frozen=True, slots=True, eq=False)
class RuleRows:
    """All rows: entries (``row``, ``arc``) sorted by row; sense, bound and price of each row."""

    row: Ints
    arc: Ints
    sense: Ints
    bound: Ints
    price: Ints
    labels: Sequence[tuple[int, int, int]]

    def slack(self, used: Bools) -> Ints:
        """Return by how many places each row is missed."""
        sums = np.bincount(self.row[used[self.arc]], minlength=len(self.bound))
        return np.maximum(0, self.bound - self.sense * sums)

    def weigh(self, multipliers: Ints, arcs: int) -> Ints:
        """Return what the rows add to the weight of every arc."""
        added = np.zeros(arcs, dtype=np.int64)
        np.add.at(added, self.arc, (multipliers * self.sense)[self.row])
        return added


def make_rows(problem: Problem, network: Network, rules: Sequence[Rule]) -> RuleRows:
    """Return the rows that can bind, given what is settled."""
    parts = [_rows(problem, network, rule, number) for number, rule in enumerate(rules)]
    offsets = np.cumsum([0, *(len(part.bound) for part in parts)])
    return RuleRows(
        whole(np.concatenate([[], *(p.row + off for p, off in zip(parts, offsets, strict=False))])),
        whole(np.concatenate([[], *(part.arc for part in parts)])),
        whole(np.concatenate([[], *(part.sense for part in parts)])),
        whole(np.concatenate([[], *(part.bound for part in parts)])),
        whole(np.concatenate([[], *(part.price for part in parts)])),
        [label for part in parts for label in part.labels],
    )


def group_names(rule: Rule) -> list[str]:
    """Return the groups of a rule in ascending order; one without a name for the members."""
    return sorted(set(rule.groups.values())) if isinstance(rule, Quota) else [""]


def _rows(problem: Problem, network: Network, rule: Rule, number: int) -> RuleRows:
    names = group_names(rule)
    member = _groups(problem, rule, names)
    inside = [rule.proposals is None or p in rule.proposals for p in problem.proposals]
    scope = np.array(inside, dtype=bool)
    arcs = np.flatnonzero(member[network.evaluator] >= 0)
    arcs = arcs[scope[network.proposal[arcs]]] if len(arcs) else arcs
    cell = network.proposal[arcs] * len(names) + member[network.evaluator[arcs]]
    held = _held(problem, member, len(names))
    if isinstance(rule, Coverage):
        cells = np.flatnonzero(scope & (problem.demand > 0) & (held < rule.count))
        bound, sense = rule.count - held[cells], 1
    else:
        counts = np.bincount(cell, minlength=len(held))
        cells = np.flatnonzero(counts > np.maximum(0, rule.count - held))
        bound, sense = -np.maximum(0, rule.count - held[cells]), -1
    rows = np.searchsorted(cells, cell)
    known = rows < len(cells)
    known[known] = cells[rows[known]] == cell[known]
    order = np.argsort(rows[known], kind="stable")
    unit = problem.unit
    price = (
        HARD * int(network.weight.max(initial=unit)) if rule.price is None else rule.price * unit
    )
    return RuleRows(
        rows[known][order],
        arcs[known][order],
        np.full(len(cells), sense),
        bound,
        np.full(len(cells), round(price)),
        [(number, *divmod(each, len(names))) for each in cells.tolist()],
    )


def _groups(problem: Problem, rule: Rule, names: Sequence[str]) -> Ints:
    """Return the group of every evaluator, -1 without one."""
    if isinstance(rule, Coverage):
        return whole([0 if name in rule.members else -1 for name in problem.evaluators])
    places = {name: place for place, name in enumerate(names)}
    return whole([places.get(rule.groups.get(name, "\0"), -1) for name in problem.evaluators])


def _held(problem: Problem, member: Ints, groups: int) -> Ints:
    """Return how many settled pairs each proposal has in each group."""
    rows, columns = np.divmod(problem.kept, problem.width)
    inside = member[columns] >= 0 if len(columns) else np.zeros(0, dtype=bool)
    cells = rows[inside] * groups + member[columns[inside]]
    return np.bincount(cells, minlength=len(problem.proposals) * groups)
