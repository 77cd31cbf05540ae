"""The constraints in whole cents, so that nothing is ever decided by rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm

from scoring.portfolio.terms import Goal, InvalidTerms, Proposal, Terms, check_terms

BUDGET = "budget"
LARGEST = 2**60
"""The solver counts in 64 bits; sums beyond this are refused."""

Awards = Mapping[int, int]
"""Cents by place in the ranking; a place that is not named is not decided."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``cents`` for its members together."""

    key: str
    members: frozenset[int]
    cents: int


@dataclass(frozen=True, slots=True)
class ShareFloor:
    """Σ weight × cents ≥ 0, where weight = (share of the proposal − floor) × ``scale``."""

    key: str
    required: Fraction
    shares: tuple[Fraction, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Proposals as places in the ranking (0 is best).

    A proposal that is not ``open`` cannot be funded. An award is 0 or lies between ``least`` and
    ``full`` cents. ``merit`` is (score − threshold) × a common denominator.
    """

    full: tuple[int, ...]
    least: tuple[int, ...]
    open: tuple[bool, ...]
    merit: tuple[int, ...]
    merit_unit: int
    limits: tuple[Limit, ...]
    floors: tuple[ShareFloor, ...]

    @property
    def places(self) -> range:
        """All places, best first."""
        return range(len(self.full))

    def overshoots(self, awards: Awards) -> dict[str, int]:
        """Return by how many cents awards exceed each limit that they exceed."""
        used = {
            limit.key: sum(cents for place, cents in awards.items() if place in limit.members)
            - limit.cents
            for limit in self.limits
        }
        return {key: over for key, over in used.items() if over > 0}

    def room(self, awards: Awards, place: int) -> int:
        """Return how many more cents every limit leaves for a place (negative if exceeded)."""
        return min(
            limit.cents - sum(c for other, c in awards.items() if other in limit.members)
            for limit in self.limits
            if place in limit.members
        )

    def rooms(self, awards: Awards) -> tuple[int, ...]:
        """Return ``room`` of every place, with the sums of each limit taken once."""
        left = [
            limit.cents - sum(cents for place, cents in awards.items() if place in limit.members)
            for limit in self.limits
        ]
        return tuple(
            min(
                rest
                for rest, limit in zip(left, self.limits, strict=True)
                if place in limit.members
            )
            for place in self.places
        )

    def unmet(self, awards: Awards) -> list[ShareFloor]:
        """Return the floors that awards do not meet; nothing awarded meets every floor."""
        return [
            floor
            for floor in self.floors
            if sum(floor.weights[place] * cents for place, cents in awards.items()) < 0
        ]

    def relaxed(self, limits: Mapping[str, int], floors: Mapping[str, Fraction]) -> Program:
        """Return the program with limits raised by cents and floors lowered by shares."""
        return replace(
            self,
            limits=tuple(
                replace(limit, cents=limit.cents + limits.get(limit.key, 0))
                for limit in self.limits
            ),
            floors=tuple(
                _floor(each.key, each.required - floors.get(each.key, 0), each.shares)
                for each in self.floors
            ),
        )


def cents_of(amount: Decimal) -> int:
    """Return whole cents of an amount of euros."""
    return int(Fraction(amount) * 100)


def euros_of(cents: int) -> Decimal:
    """Return euros with two decimals."""
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))


def build_program(proposals: Sequence[Proposal], terms: Terms) -> Program:
    """Return the program of proposals in ranking order. Raises ``InvalidTerms``."""
    check_terms(proposals, terms)
    full = tuple(cents_of(each.requested) for each in proposals)
    zero = terms.threshold or Fraction(0)
    merits = [each.score - zero for each in proposals]
    unit = lcm(*(merit.denominator for merit in merits)) if merits else 1
    everyone = frozenset(range(len(proposals)))
    limits = [Limit(BUDGET, everyone, cents_of(terms.budget))]
    for cap in terms.caps:
        members = (
            place
            for place, each in enumerate(proposals)
            if getattr(each, cap.dimension.value) == cap.name
        )
        limits.append(Limit(cap.key, frozenset(members), cents_of(cap.amount)))
    shares = {
        Goal.CLIMATE: tuple(each.climate for each in proposals),
        Goal.DIGITAL: tuple(each.digital for each in proposals),
    }
    program = Program(
        full=full,
        least=tuple(
            _least(cents, each, terms) for cents, each in zip(full, proposals, strict=True)
        ),
        open=tuple(
            not each.vetoed and (terms.threshold is None or each.score >= terms.threshold)
            for each in proposals
        ),
        merit=tuple(int(merit * unit) for merit in merits),
        merit_unit=unit,
        limits=tuple(limits),
        floors=tuple(_floor(each.key, each.share, shares[each.goal]) for each in terms.floors),
    )
    _refuse_large(program)
    return program


def _least(cents: int, proposal: Proposal, terms: Terms) -> int:
    """Return the smallest award in cents: the whole request without consent or permission."""
    if terms.smallest_part is None or not proposal.accepts_part:
        return cents
    return max(1, -(-cents * terms.smallest_part.numerator // terms.smallest_part.denominator))


def _floor(key: str, required: Fraction, shares: tuple[Fraction, ...]) -> ShareFloor:
    scale = lcm(required.denominator, *(share.denominator for share in shares))
    weights = tuple(int((share - required) * scale) for share in shares)
    return ShareFloor(key, required, shares, weights)


def _refuse_large(program: Program) -> None:
    tables = [program.merit, *(floor.weights for floor in program.floors)]
    for weights in tables:
        size = sum(abs(weight) * cents for weight, cents in zip(weights, program.full, strict=True))
        if size > LARGEST:
            raise InvalidTerms("amounts", "sums are too large or shares too finely divided")
