"""The assignment of evaluators to applications with the greatest total affinity.

A minimum-cost flow: source → application (places needed) → evaluator (each pair at most once) →
sink (capacity). Costs are integers, so the optimum is exact, and arcs are built in the order of
the identifiers, so the order of the input changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from scoring.routing.shortage import Shortage, find_shortage

Pair = tuple[str, str]
"""An application and an evaluator, in this order."""

FINEST_UNIT = 10**12
"""Affinities are scaled by their common denominator, but never beyond this."""


@dataclass(frozen=True, slots=True)
class RoutedApplication:
    """An application to be routed: its language, and places if other than the call's number."""

    id: str
    language: str
    places: int | None = None


@dataclass(frozen=True, slots=True)
class RoutedEvaluator:
    """An evaluator: the languages they read and how many applications they take at most."""

    id: str
    languages: frozenset[str]
    capacity: int


@dataclass(frozen=True, slots=True)
class AssignedPair:
    """One evaluation to be done; ``locked`` pairs were set by an officer beforehand."""

    application: str
    evaluator: str
    affinity: Fraction
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """All pairs by application and evaluator, their total affinity and each evaluator's load."""

    pairs: tuple[AssignedPair, ...]
    total: Fraction
    loads: Mapping[str, int]

    def evaluators_of(self, application: str) -> tuple[str, ...]:
        """Return the evaluators of one application in order of identifier."""
        return tuple(pair.evaluator for pair in self.pairs if pair.application == application)


class NoFeasibleAssignment(ValueError):
    """There are too few evaluators: how many places stay empty, for which applications, and why.

    ``missing`` gives the empty places by application in one best attempt. ``shortage`` names the
    whole group of applications that compete for the same too few evaluators.
    """

    def __init__(self, missing: Mapping[str, int], shortage: Shortage) -> None:
        self.missing = dict(missing)
        self.places = sum(missing.values())
        self.shortage = shortage
        super().__init__(f"{self.places} places cannot be filled: {', '.join(self.missing)}")


class LockNotAllowed(ValueError):
    """A locked pair is forbidden, unknown, or in a language that the evaluator does not read."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(f"{pair[1]} cannot be locked to {pair[0]}")
        self.pair = pair


class DuplicateIdentifier(ValueError):
    """An application or an evaluator is listed twice."""


def assign(
    applications: Sequence[RoutedApplication],
    evaluators: Sequence[RoutedEvaluator],
    affinity: Mapping[Pair, Fraction],
    *,
    forbidden: AbstractSet[Pair] = frozenset(),
    per_application: int = 2,
    locked: AbstractSet[Pair] = frozenset(),
) -> Assignment:
    """Return an assignment of greatest total affinity under all rules.

    Every application gets its places, no evaluator more than their capacity (locks may exceed
    it), never a ``forbidden`` pair, never a language the evaluator does not read. A missing
    affinity is 0. Raises ``NoFeasibleAssignment``, ``LockNotAllowed`` or ``DuplicateIdentifier``.
    """
    _refuse_duplicates(applications, evaluators)
    allowed = _allowed_pairs(applications, evaluators, forbidden)
    for pair in sorted(locked):
        if pair not in allowed:
            raise LockNotAllowed(pair)
    needs = {
        each.id: max(0, _places(each, per_application) - _count(locked, 0, each.id))
        for each in applications
    }
    capacities = {
        each.id: max(0, each.capacity - _count(locked, 1, each.id)) for each in evaluators
    }
    arcs = [pair for pair in sorted(allowed) if pair not in locked]
    chosen = _solve(needs, capacities, arcs, affinity)
    return _assignment(chosen, locked, affinity, evaluators)


def _refuse_duplicates(
    applications: Sequence[RoutedApplication], evaluators: Sequence[RoutedEvaluator]
) -> None:
    for ids in ([each.id for each in applications], [each.id for each in evaluators]):
        if len(set(ids)) != len(ids):
            raise DuplicateIdentifier("an identifier is used twice")


def _allowed_pairs(
    applications: Sequence[RoutedApplication],
    evaluators: Sequence[RoutedEvaluator],
    forbidden: AbstractSet[Pair],
) -> set[Pair]:
    return {
        (application.id, evaluator.id)
        for application in applications
        for evaluator in evaluators
        if application.language in evaluator.languages
        and (application.id, evaluator.id) not in forbidden
    }


def _places(application: RoutedApplication, per_application: int) -> int:
    return per_application if application.places is None else application.places


def _count(pairs: AbstractSet[Pair], side: int, name: str) -> int:
    return sum(pair[side] == name for pair in pairs)


def _assignment(
    chosen: Sequence[Pair],
    locked: AbstractSet[Pair],
    affinity: Mapping[Pair, Fraction],
    evaluators: Sequence[RoutedEvaluator],
) -> Assignment:
    pairs = tuple(
        AssignedPair(*pair, affinity.get(pair, Fraction(0)), pair in locked)
        for pair in sorted({*chosen, *locked})
    )
    loads = {each.id: 0 for each in evaluators}
    for each in pairs:
        loads[each.evaluator] += 1
    return Assignment(pairs, sum((pair.affinity for pair in pairs), Fraction(0)), loads)


def _integer_costs(arcs: Sequence[Pair], affinity: Mapping[Pair, Fraction]) -> list[int]:
    """Return one whole cost per arc: exact unless the common denominator passes the limit."""
    scores = [affinity.get(pair, Fraction(0)) for pair in arcs]
    unit = min(lcm(*(score.denominator for score in scores)), FINEST_UNIT)
    return [-round(score * unit) for score in scores]


def _solve(
    needs: Mapping[str, int],
    capacities: Mapping[str, int],
    arcs: Sequence[Pair],
    affinity: Mapping[Pair, Fraction],
) -> list[Pair]:
    """Return the chosen arcs of a maximum flow of least cost; raise if a place stays empty."""
    # Heavy, and only an officer's routing run needs it: a web worker never loads it at start.
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    flow = min_cost_flow.SimpleMinCostFlow()
    nodes = {name: number for number, name in enumerate(_nodes(needs, capacities), start=2)}
    source, sink = 0, 1
    for (application, evaluator), cost in zip(arcs, _integer_costs(arcs, affinity), strict=True):
        start, end = nodes["application", application], nodes["evaluator", evaluator]
        flow.add_arc_with_capacity_and_unit_cost(start, end, 1, cost)
    for name in sorted(needs):
        flow.add_arc_with_capacity_and_unit_cost(source, nodes["application", name], needs[name], 0)
    for name in sorted(capacities):
        flow.add_arc_with_capacity_and_unit_cost(
            nodes["evaluator", name], sink, capacities[name], 0
        )
    total = sum(needs.values())
    flow.set_node_supply(source, total)
    flow.set_node_supply(sink, -total)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow solver ended with status {status}")
    chosen = [pair for number, pair in enumerate(arcs) if flow.flow(number)]
    _refuse_empty_places(needs, capacities, arcs, chosen)
    return chosen


def _nodes(needs: Mapping[str, int], capacities: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        *(("application", name) for name in sorted(needs)),
        *(("evaluator", name) for name in sorted(capacities)),
    ]


def _refuse_empty_places(
    needs: Mapping[str, int],
    capacities: Mapping[str, int],
    arcs: Sequence[Pair],
    chosen: Sequence[Pair],
) -> None:
    filled = dict.fromkeys(needs, 0)
    for application, _ in chosen:
        filled[application] += 1
    missing = {name: needs[name] - filled[name] for name in sorted(needs)}
    missing = {name: places for name, places in missing.items() if places}
    if missing:
        raise NoFeasibleAssignment(missing, find_shortage(missing, capacities, arcs, chosen))
