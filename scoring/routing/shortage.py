"""Why an assignment is impossible: the applications that compete for too few evaluators.

The answer is a Hall set, read from a maximum flow: everything that can be reached from an
application with an empty place by giving one evaluator up for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortage:
    """Applications whose places together exceed what all their possible evaluators can take."""

    applications: tuple[str, ...]
    evaluators: tuple[str, ...]
    capacity: int


def find_shortage(
    missing: Iterable[str],
    capacities: Mapping[str, int],
    arcs: Sequence[tuple[str, str]],
    chosen: Sequence[tuple[str, str]],
) -> Shortage:
    """Return the group around the ``missing`` applications; its evaluators are all full.

    ``capacities`` are what evaluators can still take beside locked pairs; ``chosen`` are the arcs
    that a maximum flow uses.
    """
    possible = _by_first(arcs)
    holders = _by_first((evaluator, application) for application, evaluator in chosen)
    taken = set(chosen)
    reached, evaluators = set(missing), set[str]()
    waiting = sorted(reached)
    while waiting:
        application = waiting.pop()
        for evaluator in possible.get(application, ()):
            if evaluator in evaluators or (application, evaluator) in taken:
                continue
            evaluators.add(evaluator)
            found = [name for name in holders.get(evaluator, ()) if name not in reached]
            reached.update(found)
            waiting.extend(found)
    capacity = sum(capacities[evaluator] for evaluator in evaluators)
    return Shortage(tuple(sorted(reached)), tuple(sorted(evaluators)), capacity)


def _by_first(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for first, second in pairs:
        grouped.setdefault(first, []).append(second)
    return grouped
