"""Why a proposal was passed over, what it would take, and at whose cost.

A certificate speaks about the awards of all better-ranked proposals as they stand. Given these,
funding the proposal in full has no completion that meets every constraint; each option is a
smallest relaxation after which it has one, so that less by one step (a cent where that can be
proved, and one hundredth of a percentage point) would not do. Anyone can check this by solving again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.portfolio.program import BUDGET, Program, ShareFloor, build_program, euros_of
from scoring.portfolio.selection import decide, walk
from scoring.portfolio.solver import complete_in_order, maximise, smallest_overshoot
from scoring.portfolio.terms import Dimension, Goal, Proposal, Rule, Terms

STEP = Fraction(1, 10_000)
"""Floors are relaxed in hundredths of a percentage point."""


class Reason(StrEnum):
    """What stood in the way."""

    BUDGET = "budget"
    REGION_CAP = "region_cap"
    OBJECTIVE_CAP = "objective_cap"
    CLIMATE_FLOOR = "climate_floor"
    DIGITAL_FLOOR = "digital_floor"
    COMBINATION = "combination"
    """No single kind of constraint, only several together."""
    MERIT = "merit"
    """Possible, but other awards have more euro-weighted merit."""
    THRESHOLD = "threshold"
    VETO = "veto"


REASON_OF_FLOOR = {
    Goal.CLIMATE.value: Reason.CLIMATE_FLOOR,
    Goal.DIGITAL.value: Reason.DIGITAL_FLOOR,
}


@dataclass(frozen=True, slots=True)
class Option:
    """One smallest relaxation: euros by limit, shares (0–1) by floor, and who would lose by it.

    ``step`` is the fineness in euros of the raise of limits: almost always a cent.
    """

    limits: tuple[tuple[str, Decimal], ...]
    floors: tuple[tuple[str, Fraction], ...]
    step: Decimal
    displaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A departure from the ranking.

    ``passed_by`` are lower-ranked proposals with an award. ``merit_lost`` is what an award to this
    one would cost in euro-weighted merit (only with the reason ``MERIT``); ``displaced`` of a
    merit certificate are who would lose by it.
    """

    position: int
    id: str
    reason: Reason
    passed_by: tuple[str, ...]
    options: tuple[Option, ...] = ()
    merit_lost: Fraction | None = None
    displaced: tuple[str, ...] = ()


def certify(proposals: Sequence[Proposal], terms: Terms) -> tuple[Certificate, ...]:
    """Return a certificate for every proposal that stands above a funded one without full award.

    Raises ``InvalidTerms``.
    """
    examiner = _examiner(proposals, terms)
    return tuple(examiner.certify(place) for place in examiner.departures())


def certify_places(
    proposals: Sequence[Proposal], terms: Terms, most: int
) -> tuple[tuple[Certificate, ...], list[str]]:
    """Return the certificates of the best-ranked departures, and the names of those beyond ``most``.

    Raises ``InvalidTerms``.
    """
    examiner = _examiner(proposals, terms)
    places = examiner.departures()
    found = tuple(examiner.certify(place) for place in places[:most])
    return found, [proposals[place].id for place in places[most:]]


def certify_one(proposals: Sequence[Proposal], terms: Terms, name: str) -> Certificate | None:
    """Return the certificate of one proposal, or ``None`` if it is no departure.

    In a large call a certificate takes about a second, so a page asks for one at a time.
    """
    examiner = _examiner(proposals, terms)
    for place in examiner.departures():
        if proposals[place].id == name:
            return examiner.certify(place)
    return None


def _examiner(proposals: Sequence[Proposal], terms: Terms) -> _Examiner:
    program = build_program(proposals, terms)
    return _Examiner(proposals, terms, program, decide(program, terms.rule))


def price_floors(proposals: Sequence[Proposal], terms: Terms) -> dict[str, Fraction]:
    """Return the merit that each floor costs: merit without it minus merit with it."""
    program = build_program(proposals, terms)

    def merit(of: Program) -> int:
        awards = decide(of, terms.rule)
        return sum(of.merit[place] * cents for place, cents in awards.items())

    whole = merit(program)
    return {
        floor.key: Fraction(
            merit(replace(program, floors=tuple(f for f in program.floors if f != floor))) - whole,
            program.merit_unit * 100,
        )
        for floor in program.floors
    }


@dataclass(frozen=True, slots=True)
class _Examiner:
    proposals: Sequence[Proposal]
    terms: Terms
    program: Program
    awards: Mapping[int, int]

    def departures(self) -> list[int]:
        """Return the places above a funded one that have less than their full award."""
        funded = [place for place, cents in self.awards.items() if cents]
        last = max(funded, default=0)
        return [
            place
            for place in self.program.places[:last]
            if self.awards[place] < self.program.full[place]
        ]

    def certify(self, place: int) -> Certificate:
        """Return the certificate of one departure."""
        barred = self._barred(place)
        if barred is not None:
            return self._certificate(place, barred)
        if self.terms.rule is Rule.MAX_EURO_WEIGHTED_MERIT:
            return self._by_merit(place)
        better = {other: self.awards[other] for other in range(place)}
        return self._by_constraint(place, better | {place: self.program.full[place]})

    def _barred(self, place: int) -> Reason | None:
        if self.program.open[place]:
            return None
        return Reason.VETO if self.proposals[place].vetoed else Reason.THRESHOLD

    def _certificate(
        self,
        place: int,
        reason: Reason,
        options: tuple[Option, ...] = (),
        merit_lost: Fraction | None = None,
        displaced: tuple[str, ...] = (),
    ) -> Certificate:
        lower = self.program.places[place + 1 :]
        passed_by = tuple(self.proposals[other].id for other in lower if self.awards[other])
        name = self.proposals[place].id
        return Certificate(place + 1, name, reason, passed_by, options, merit_lost, displaced)

    def _by_merit(self, place: int) -> Certificate:
        merit = dict(enumerate(self.program.merit))
        fixed = {place: self.program.full[place]}
        forced = maximise(self.program, fixed, merit)
        if forced is None:
            return self._by_constraint(place, fixed)
        best = sum(merit[other] * cents for other, cents in self.awards.items())
        lost = Fraction(best - forced.value, self.program.merit_unit * 100)
        return self._certificate(
            place, Reason.MERIT, merit_lost=lost, displaced=self._losers(forced.awards)
        )

    def _by_constraint(self, place: int, fixed: dict[int, int]) -> Certificate:
        over = self.program.overshoots(fixed)
        if self.terms.rule is Rule.SKIP_AND_CONTINUE:
            return self._certificate(place, _reason(over), (self._option(fixed, over, {}),))
        options = []
        found = smallest_overshoot(self.program, fixed)
        if found and found.raises:
            options.append(self._option(fixed, found.raises, {}, found.step))
        lowered = {} if over else self._lowerings(fixed)
        options.extend(self._option(fixed, {}, {key: share}) for key, share in lowered.items())
        if not options:
            options.append(self._joint(fixed))
            reason = Reason.COMBINATION
        elif over:
            reason = _reason(over)
        else:
            reason = (
                REASON_OF_FLOOR[next(iter(lowered))]
                if lowered
                else _reason(found.raises if found else {})
            )
        return self._certificate(place, reason, tuple(options))

    def _lowerings(self, fixed: Mapping[int, int]) -> dict[str, Fraction]:
        """Return for each floor the smallest lowering that suffices alone."""
        found = {}
        for floor in self.program.floors:
            share = _smallest_lowering(self.program, fixed, (floor,))
            if share is not None:
                found[floor.key] = share
        return found

    def _joint(self, fixed: Mapping[int, int]) -> Option:
        """Return the least raise of limits without floors, and then one lowering of all floors."""
        raises = self.program.overshoots(fixed)
        raised = self.program.relaxed(raises, {})
        share = _smallest_lowering(raised, fixed, self.program.floors) or Fraction(0)
        floors = {floor.key: share for floor in self.program.floors if share}
        return self._option(fixed, raises, floors)

    def _option(
        self,
        fixed: Mapping[int, int],
        limits: Mapping[str, int],
        floors: Mapping[str, Fraction],
        step: int = 1,
    ) -> Option:
        relaxed = self.program.relaxed(limits, floors)
        if self.terms.rule is Rule.SKIP_AND_CONTINUE:
            after = walk(relaxed, fixed, stop=False)
        elif self.terms.rule is Rule.MAX_EURO_WEIGHTED_MERIT:
            answer = maximise(relaxed, fixed, dict(enumerate(relaxed.merit)))
            after = answer.awards if answer else {}
        else:
            after = complete_in_order(relaxed, fixed) or {}
        return Option(
            tuple((key, euros_of(limits[key])) for key in sorted(limits)),
            tuple((key, floors[key]) for key in sorted(floors)),
            euros_of(step),
            self._losers(after),
        )

    def _losers(self, after: Mapping[int, int]) -> tuple[str, ...]:
        return tuple(
            self.proposals[place].id
            for place, cents in self.awards.items()
            if after.get(place, 0) < cents
        )


def _reason(over: Mapping[str, int]) -> Reason:
    """Return the reason of exceeded limits: a cap before the budget, because it is narrower."""
    for dimension, reason in (
        (Dimension.REGION, Reason.REGION_CAP),
        (Dimension.OBJECTIVE, Reason.OBJECTIVE_CAP),
    ):
        if any(key.startswith(f"{dimension.value}:") for key in over):
            return reason
    return Reason.BUDGET if BUDGET in over else Reason.COMBINATION


def _smallest_lowering(
    program: Program, fixed: Mapping[int, int], floors: Sequence[ShareFloor]
) -> Fraction | None:
    """Return the smallest common lowering of floors that makes fixed awards completable."""

    def needed(steps: int) -> int | None:
        """Return the steps that a completion found with so many really needs, or ``None``."""
        lowered = {floor.key: min(floor.required, steps * STEP) for floor in floors}
        answer = maximise(program.relaxed({}, lowered), fixed, {})
        return None if answer is None else min(steps, _steps_short(floors, answer.awards))

    most = max((-(-floor.required // STEP) for floor in floors), default=0)
    high = needed(most) if most else None
    if high is None:
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        found = needed(middle)
        low, high = (middle, high) if found is None else (low, max(low + 1, found))
    return high * STEP


def _steps_short(floors: Sequence[ShareFloor], awards: Mapping[int, int]) -> int:
    """Return by how many steps, rounded up, the awards miss the floor that they miss most."""
    total = sum(awards.values())
    if not total:
        return 0
    counted = [
        sum((floor.shares[place] * cents for place, cents in awards.items()), Fraction(0))
        for floor in floors
    ]
    return max(
        int(-(-(floor.required - part / total) // STEP))
        for floor, part in zip(floors, counted, strict=True)
    )
