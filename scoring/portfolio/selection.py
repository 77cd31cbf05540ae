"""The funding line by the rule of the call, with the reserve list and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.portfolio.program import Awards, Program, build_program, euros_of
from scoring.portfolio.solver import complete_in_order, maximise
from scoring.portfolio.terms import Proposal, Rule, Terms

ALGORITHM, VERSION = "funding-line", 1


class Outcome(StrEnum):
    """What a proposal gets."""

    FUNDED = "funded"
    PART = "part"
    """Less than requested, with the applicant's consent."""
    RESERVE = "reserve"
    BARRED = "barred"
    """Below the threshold or vetoed: neither funded nor on the reserve list."""


@dataclass(frozen=True, slots=True)
class SelectedRow:
    """A proposal at its position in the ranking (1 is best); amounts in euros."""

    position: int
    id: str
    score: Fraction
    requested: Decimal
    award: Decimal
    outcome: Outcome
    reserve_place: int | None


@dataclass(frozen=True, slots=True)
class FloorState:
    """A floor and the share that the awards reach.

    ``is_infeasible`` tells that no selection at all, except nothing, can reach it (alone, or
    together with the other floors when none is infeasible alone).
    """

    key: str
    required: Fraction
    reached: Fraction | None
    is_met: bool
    is_infeasible: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """The result. ``merit`` is Σ (score − threshold) × euros awarded."""

    rule: Rule
    rows: tuple[SelectedRow, ...]
    budget: Decimal
    awarded: Decimal
    left: Decimal
    merit: Fraction
    floors: tuple[FloorState, ...]

    @property
    def funded(self) -> tuple[str, ...]:
        """Everyone with an award, in ranking order."""
        return tuple(row.id for row in self.rows if row.award)

    @property
    def reserve(self) -> tuple[str, ...]:
        """The reserve list in ranking order."""
        return tuple(row.id for row in self.rows if row.outcome is Outcome.RESERVE)

    @property
    def meets_floors(self) -> bool:
        """Whether every floor is met."""
        return all(floor.is_met for floor in self.floors)


def rank_by_score(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return proposals best first; equals stay as they are given (break ties before)."""
    return sorted(proposals, key=lambda proposal: -proposal.score)


def select(proposals: Sequence[Proposal], terms: Terms) -> Selection:
    """Draw the funding line through proposals in ranking order. Raises ``InvalidTerms``.

    The first two rules look at limits only: a floor that they miss is reported, not met. The
    other two meet every floor, or award nothing and report it as infeasible.
    """
    program = build_program(proposals, terms)
    return describe_selection(proposals, terms, program, decide(program, terms.rule))


def decide(program: Program, rule: Rule) -> dict[int, int]:
    """Return the award of every place in cents."""
    match rule:
        case Rule.STOP_AT_FIRST_MISFIT:
            return walk(program, {}, stop=True)
        case Rule.SKIP_AND_CONTINUE:
            return walk(program, {}, stop=False)
        case Rule.LEXICOGRAPHIC_CONSTRAINED:
            return complete_in_order(program, {}) or {}
        case Rule.MAX_EURO_WEIGHTED_MERIT:
            answer = maximise(program, {}, dict(enumerate(program.merit)))
            return answer.awards if answer else {}


def walk(program: Program, fixed: Awards, *, stop: bool) -> dict[int, int]:
    """Award along the ranking what the limits leave room for, after awards that are fixed."""
    awards = dict(fixed)
    stopped = False
    for place in program.places:
        if place in awards:
            continue
        room = program.room(awards, place)
        fits = program.open[place] and not stopped and room >= program.least[place]
        awards[place] = min(room, program.full[place]) if fits else 0
        is_misfit = program.open[place] and awards[place] < program.full[place]
        stopped = stopped or (stop and is_misfit)
    return awards


def describe_selection(
    proposals: Sequence[Proposal], terms: Terms, program: Program, awards: Awards
) -> Selection:
    """Return the selection that awards make, with its reserve list."""
    rows: list[SelectedRow] = []
    reserves = 0
    for place, proposal in enumerate(proposals):
        cents = awards.get(place, 0)
        outcome = _outcome(program, place, cents)
        reserves += outcome is Outcome.RESERVE
        rows.append(
            SelectedRow(
                place + 1,
                proposal.id,
                proposal.score,
                proposal.requested,
                euros_of(cents),
                outcome,
                reserves if outcome is Outcome.RESERVE else None,
            )
        )
    total = sum(awards.values())
    merit = sum(program.merit[place] * cents for place, cents in awards.items())
    return Selection(
        rule=terms.rule,
        rows=tuple(rows),
        budget=terms.budget,
        awarded=euros_of(total),
        left=terms.budget - euros_of(total),
        merit=Fraction(merit, program.merit_unit * 100),
        floors=_floor_states(program, awards),
    )


def _outcome(program: Program, place: int, cents: int) -> Outcome:
    if not program.open[place]:
        return Outcome.BARRED
    if not cents:
        return Outcome.RESERVE
    return Outcome.FUNDED if cents == program.full[place] else Outcome.PART


def _floor_states(program: Program, awards: Awards) -> tuple[FloorState, ...]:
    infeasible = find_infeasible_floors(program)
    unmet = {floor.key for floor in program.unmet(awards)}
    total = sum(awards.values())
    states = []
    for floor in program.floors:
        counted = sum((floor.shares[place] * c for place, c in awards.items()), Fraction(0))
        states.append(
            FloorState(
                floor.key,
                floor.required,
                counted / total if total else None,
                floor.key not in unmet and floor.key not in infeasible,
                floor.key in infeasible,
            )
        )
    return tuple(states)


def find_infeasible_floors(program: Program) -> frozenset[str]:
    """Return the floors that no award at all can meet, alone or (if none is alone) together."""
    fundable = [
        place
        for place in program.places
        if program.open[place] and program.room({}, place) >= program.least[place]
    ]
    if not fundable:
        return frozenset()
    # One proposal alone does best for one floor: a mixture never beats its best part.
    alone = {floor.key for floor in program.floors if max(floor.weights[p] for p in fundable) < 0}
    if alone or not program.floors[1:]:
        return frozenset(alone)
    if any(not program.unmet({place: program.least[place]}) for place in fundable):
        return frozenset()
    if maximise(program, {}, {}, some=True) is None:
        return frozenset(floor.key for floor in program.floors)
    return frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """Two selections side by side: who comes in, who drops out, whose award changes (euros)."""

    comes_in: tuple[str, ...]
    drops_out: tuple[str, ...]
    changed: tuple[tuple[str, Decimal, Decimal], ...]
    awarded: Decimal
    merit: Fraction


def compare(before: Selection, after: Selection) -> Difference:
    """Return what ``after`` changes against ``before``, in the ranking order of ``after``."""
    old: Mapping[str, Decimal] = {row.id: row.award for row in before.rows}
    new = {row.id: row.award for row in after.rows}
    return Difference(
        tuple(name for name, award in new.items() if award and not old.get(name)),
        tuple(name for name, award in old.items() if award and not new.get(name)),
        tuple(
            (name, old[name], award)
            for name, award in new.items()
            if award and old.get(name) and old[name] != award
        ),
        after.awarded - before.awarded,
        after.merit - before.merit,
    )
