"""A routing problem: what has to be evaluated, by whom it can be, and what is settled already.

Frozen. Identifiers are sorted, so the order of the input changes nothing. Affinities are whole
numbers of a unit (a millionth unless told otherwise): optima are exact and can be certified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from scoring.routing.arrays import Ints, np, whole

MILLION = 1_000_000

Pair = tuple[str, str]
"""A proposal and an evaluator, in this order."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal and the number of evaluations it needs."""

    id: str
    demand: int


@dataclass(frozen=True, slots=True)
class Evaluator:
    """An evaluator and how many proposals they get, at least and at most."""

    id: str
    max_load: int
    min_load: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """Pairs that are not up to the solver.

    ``forbidden`` maps a pair to its reason code; pairs that an officer has forbidden by hand are
    there too. ``locked`` pairs were set by an officer. ``submitted`` evaluations are done: they
    stay, and count. Locked and submitted pairs may exceed a demand or a maximum load.
    """

    forbidden: Mapping[Pair, str] = field(default_factory=dict)
    locked: frozenset[Pair] = frozenset()
    submitted: frozenset[Pair] = frozenset()


T = TypeVar("T", Proposal, Evaluator)


class DuplicateIdentifier(ValueError):
    """A proposal or an evaluator is listed twice."""


class UnknownIdentifier(ValueError):
    """A pair names a proposal or an evaluator that is not listed."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(f"{pair[0]} / {pair[1]} is not listed")
        self.pair = pair


class InvalidLoad(ValueError):
    """A demand or load is negative, or a minimum is above its maximum."""


class LockNotAllowed(ValueError):
    """A pair that is locked or submitted is forbidden or unknown."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(f"{pair[1]} cannot be locked to {pair[0]}")
        self.pair = pair


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The problem as arrays; a key is ``row of the proposal × number of evaluators + row``.

    ``keys`` are the listed, allowed pairs in ascending order and ``affinity`` their scores in
    ``1 / unit``. With ``is_open`` every other pair that is not in ``forbidden`` is allowed too,
    with affinity 0. ``kept`` are the keys of locked and submitted pairs.
    """

    proposals: tuple[str, ...]
    evaluators: tuple[str, ...]
    demand: Ints
    min_load: Ints
    max_load: Ints
    keys: Ints
    affinity: Ints
    forbidden: Ints
    reasons: tuple[str, ...]
    kept: Ints
    submitted: Ints
    is_open: bool = True
    unit: int = MILLION

    @property
    def width(self) -> int:
        """The number of evaluators, at least 1: keys are divided by it."""
        return max(1, len(self.evaluators))

    def pair(self, key: int) -> Pair:
        """Return the identifiers of a key."""
        row, column = divmod(int(key), self.width)
        return self.proposals[row], self.evaluators[column]

    def affinities(self, keys: Ints) -> Ints:
        """Return the affinity of any pairs; 0 for a pair that is not listed."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.affinity[place], 0)

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything that decides which assignments are possible and best."""
        digest = hashlib.sha256(repr((self.unit, self.is_open)).encode())
        digest.update("\n".join((*self.proposals, "", *self.evaluators)).encode())
        loads = (self.demand, self.min_load, self.max_load)
        for part in (*loads, self.keys, self.affinity, self.forbidden, self.kept):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()


def build_problem(
    proposals: Iterable[Proposal],
    evaluators: Iterable[Evaluator],
    affinity: Mapping[Pair, Fraction | float],
    settled: Settled | None = None,
    *,
    is_open: bool = True,
    unit: int = MILLION,
) -> Problem:
    """Build a problem from values; affinities are rounded to ``1 / unit``.

    A forbidden pair that names nobody listed is passed over. Raises ``DuplicateIdentifier``,
    ``UnknownIdentifier``, ``InvalidLoad`` or ``LockNotAllowed``.
    """
    settled = settled or Settled()
    needs, people = _sorted(proposals), _sorted(evaluators)
    _refuse_bad_loads(needs, people)
    rows = {each.id: row for row, each in enumerate(needs)}
    columns = {each.id: column for column, each in enumerate(people)}
    width = max(1, len(people))
    scores = {_key(pair, rows, columns, width): score for pair, score in affinity.items()}
    barred = {
        rows[pair[0]] * width + columns[pair[1]]: reason
        for pair, reason in settled.forbidden.items()
        if pair[0] in rows and pair[1] in columns
    }
    kept = _kept(settled, rows, columns, barred)
    keys = sorted(key for key in scores if key not in barred)
    order = sorted(barred)
    return Problem(
        proposals=tuple(rows),
        evaluators=tuple(columns),
        demand=whole([each.demand for each in needs]),
        min_load=whole([each.min_load for each in people]),
        max_load=whole([each.max_load for each in people]),
        keys=whole(keys),
        affinity=whole([round(scores[key] * unit) for key in keys]),
        forbidden=whole(order),
        reasons=tuple(barred[key] for key in order),
        kept=whole(sorted(kept)),
        submitted=whole(sorted(_key(pair, rows, columns, width) for pair in settled.submitted)),
        is_open=is_open,
        unit=unit,
    )


def _sorted(items: Iterable[T]) -> list[T]:
    found = sorted(items, key=lambda each: each.id)
    for one, other in pairwise(found):
        if one.id == other.id:
            raise DuplicateIdentifier(f"{one.id} is listed twice")
    return found


def _refuse_bad_loads(needs: Iterable[Proposal], people: Iterable[Evaluator]) -> None:
    for proposal in needs:
        if proposal.demand < 0:
            raise InvalidLoad(f"{proposal.id}: a demand of {proposal.demand}")
    for each in people:
        if not 0 <= each.min_load <= each.max_load:
            raise InvalidLoad(f"{each.id}: a load from {each.min_load} to {each.max_load}")


def _key(pair: Pair, rows: Mapping[str, int], columns: Mapping[str, int], width: int) -> int:
    if pair[0] not in rows or pair[1] not in columns:
        raise UnknownIdentifier(pair)
    return rows[pair[0]] * width + columns[pair[1]]


def _kept(
    settled: Settled,
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    barred: Mapping[int, str],
) -> set[int]:
    """Return the keys of locked and submitted pairs; refuse those that may not be."""
    kept = set()
    for pair in sorted(settled.locked | settled.submitted):
        if pair[0] not in rows or pair[1] not in columns:
            raise LockNotAllowed(pair)
        key = rows[pair[0]] * max(1, len(columns)) + columns[pair[1]]
        if key in barred:
            raise LockNotAllowed(pair)
        kept.add(key)
    return kept
