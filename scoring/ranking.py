"""The ranking with its tie-breaks, and the funding line that the budget draws through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rubric import CriterionSum, LotDrawn, LowerSupportPerCompany, Rubric, TieBreak


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application in the ranking: exact total, final scores, support, committed companies.

    ``support`` is the amount that would be granted, after any reduction for state aid.
    """

    id: str
    total: Fraction
    scores: Mapping[str, Fraction]
    support: Decimal
    companies: int = 0


@dataclass(frozen=True, slots=True)
class TieBreakStep:
    """A tie-break that was applied: its rule, the value it gave and the rivals it was against.

    ``value`` is the criterion sum, the support per company (``None`` without companies) or the
    place drawn by lot. ``decided`` tells whether the step parted this one from every rival.
    """

    rule: TieBreak
    value: Fraction | None
    rivals: tuple[str, ...]
    decided: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking and the tie-breaks that led to it (empty without a tie)."""

    position: int
    candidate: Candidate
    trace: tuple[TieBreakStep, ...] = ()


class TieUnresolved(ValueError):
    """Applications are equal by every tie-break of the call, which foresees no lot."""

    def __init__(self, groups: tuple[tuple[str, ...], ...]) -> None:
        super().__init__("; ".join(" = ".join(group) for group in groups))
        self.groups = groups

    @property
    def ids(self) -> tuple[str, ...]:
        """All tied applications, group by group."""
        return tuple(name for group in self.groups for name in group)


class TieNeedsLot(TieUnresolved):
    """Applications are equal up to the lot, and no lot was drawn for them."""


class DuplicateCandidate(ValueError):
    """An application is in the ranking twice."""


def rank(
    rubric: Rubric, candidates: Sequence[Candidate], lot: Mapping[str, int] | None = None
) -> tuple[Ranked, ...]:
    """Order candidates by exact total, highest first, then by the rubric's tie-breaks.

    ``lot`` gives the drawn place by application (1 is first). Raises ``TieNeedsLot`` with all
    groups that need a draw, or ``TieUnresolved`` when the call foresees no lot. The order of the
    input never matters.
    """
    if len({candidate.id for candidate in candidates}) != len(candidates):
        raise DuplicateCandidate("an application may be ranked only once")
    ordering = _Ordering(rubric.tie_break, lot or {})
    placed: list[_Placed] = []
    for _, group in _groups([_Placed(each) for each in candidates], _by_total):
        placed.extend(ordering.resolve(group, rubric.tie_break))
    ordering.refuse_open_ties()
    return tuple(
        Ranked(position, each.candidate, each.trace) for position, each in enumerate(placed, 1)
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A candidate on its way to a place, with the steps applied so far."""

    candidate: Candidate
    trace: tuple[TieBreakStep, ...] = ()


_Key = tuple[int, Fraction]
"""Sort key: ascending; the first part puts candidates without a value last."""


@dataclass(slots=True)
class _Ordering:
    """Splits tied groups rule by rule and collects the ties that only a lot could end."""

    rules: tuple[TieBreak, ...]
    lot: Mapping[str, int]
    open_ties: list[tuple[str, ...]] = field(default_factory=list)

    def resolve(self, group: Sequence[_Placed], rules: tuple[TieBreak, ...]) -> Iterator[_Placed]:
        """Yield a tied group in order; an unbreakable tie is recorded and left as it is."""
        if len(group) == 1:
            yield group[0]
            return
        rule = rules[0] if rules else None
        if rule is None or (isinstance(rule, LotDrawn) and not self._has_lots(group)):
            self.open_ties.append(tuple(sorted(each.candidate.id for each in group)))
            yield from group
            return
        for part in self._split(group, rule):
            yield from self.resolve(part, rules[1:])

    def refuse_open_ties(self) -> None:
        """Raise for all recorded ties at once, so that one draw can settle them."""
        if not self.open_ties:
            return
        ties = tuple(sorted(self.open_ties))
        if any(isinstance(rule, LotDrawn) for rule in self.rules):
            raise TieNeedsLot(ties)
        raise TieUnresolved(ties)

    def _has_lots(self, group: Sequence[_Placed]) -> bool:
        drawn = [self.lot.get(each.candidate.id) for each in group]
        return None not in drawn and len(set(drawn)) == len(drawn)

    def _split(self, group: Sequence[_Placed], rule: TieBreak) -> list[list[_Placed]]:
        everyone = tuple(sorted(each.candidate.id for each in group))
        parts = _groups(group, lambda each: self._key(each.candidate, rule))
        return [
            [self._traced(each, rule, everyone, alone=len(part) == 1) for each in part]
            for _, part in parts
        ]

    def _traced(
        self, placed: _Placed, rule: TieBreak, everyone: tuple[str, ...], *, alone: bool
    ) -> _Placed:
        name = placed.candidate.id
        rivals = tuple(other for other in everyone if other != name)
        step = TieBreakStep(rule, self._value(placed.candidate, rule), rivals, alone)
        return _Placed(placed.candidate, (*placed.trace, step))

    def _key(self, candidate: Candidate, rule: TieBreak) -> _Key:
        value = self._value(candidate, rule)
        if value is None:
            return 1, Fraction(0)
        return 0, -value if isinstance(rule, CriterionSum) else value

    def _value(self, candidate: Candidate, rule: TieBreak) -> Fraction | None:
        match rule:
            case CriterionSum(criteria):
                return sum((candidate.scores[name] for name in criteria), Fraction(0))
            case LowerSupportPerCompany():
                companies = candidate.companies
                return Fraction(candidate.support) / companies if companies else None
            case LotDrawn():
                return Fraction(self.lot[candidate.id])


def _by_total(placed: _Placed) -> _Key:
    return 0, -placed.candidate.total


def _groups(
    placed: Sequence[_Placed], key: Callable[[_Placed], _Key]
) -> list[tuple[_Key, list[_Placed]]]:
    """Return groups of equal keys in ascending key order."""
    groups: dict[_Key, list[_Placed]] = {}
    for each in placed:
        groups.setdefault(key(each), []).append(each)
    return sorted(groups.items(), key=lambda item: item[0])


class FundingOutcome(StrEnum):
    """What the funding line means for one application."""

    FUNDED = "funded"
    RESERVE = "reserve"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FundingRow:
    """One line of the ranking against the budget; ``left`` is what remains after it.

    ``reserve_place`` is the place on the reserve list (1 is first), ``None`` for the funded.
    """

    position: int
    id: str
    support: Decimal
    outcome: FundingOutcome
    left: Decimal
    reserve_place: int | None = None
    skip_reason: str | None = None


@dataclass(frozen=True, slots=True)
class FundingLine:
    """The result: rows in ranking order, and the euros awarded and left."""

    budget: Decimal
    rows: tuple[FundingRow, ...]
    awarded: Decimal
    left: Decimal

    @property
    def funded(self) -> tuple[str, ...]:
        """The funded applications in ranking order."""
        return tuple(row.id for row in self.rows if row.outcome is FundingOutcome.FUNDED)

    @property
    def reserve(self) -> tuple[str, ...]:
        """The reserve list in ranking order; a skipped application keeps its place in it."""
        return tuple(row.id for row in self.rows if row.outcome is not FundingOutcome.FUNDED)

    @property
    def stopped_at(self) -> str | None:
        """The first application that did not fit and was not skipped, if any."""
        for row in self.rows:
            if row.outcome is FundingOutcome.RESERVE:
                return row.id
        return None


class SkipNotAllowed(ValueError):
    """A skip has no reason, or names an application that is not the misfit at the line."""

    def __init__(self, application: str) -> None:
        super().__init__(f"{application} cannot be skipped")
        self.application = application


def draw_funding_line(
    ranked: Sequence[Ranked], budget: Decimal, skips: Mapping[str, str] | None = None
) -> FundingLine:
    """Fund in ranking order until the first application whose full support does not fit.

    The line stops there: what is below goes to the reserve list even if it would fit. Only an
    explicit act with a reason (``skips``: application → reason) passes over a misfit. A skip of
    an application that fits, is not reached or is not ranked raises ``SkipNotAllowed``, because
    it would be a departure from the ranking without a cause.
    """
    reasons = dict(skips or {})
    rows: list[FundingRow] = []
    left = budget
    stopped = False
    for each in ranked:
        candidate = each.candidate
        reason = None
        outcome = FundingOutcome.RESERVE
        if not stopped and candidate.support <= left:
            outcome = FundingOutcome.FUNDED
            left -= candidate.support
        elif not stopped and candidate.id in reasons:
            outcome = FundingOutcome.SKIPPED
            reason = _reason(candidate.id, reasons.pop(candidate.id))
        else:
            stopped = True
        place = _next_place(rows, outcome)
        rows.append(
            FundingRow(each.position, candidate.id, candidate.support, outcome, left, place, reason)
        )
    for application in sorted(reasons):
        raise SkipNotAllowed(application)
    return FundingLine(budget, tuple(rows), budget - left, left)


def _reason(application: str, reason: str) -> str:
    if not reason.strip():
        raise SkipNotAllowed(application)
    return reason.strip()


def _next_place(rows: Sequence[FundingRow], outcome: FundingOutcome) -> int | None:
    if outcome is FundingOutcome.FUNDED:
        return None
    return 1 + sum(row.reserve_place is not None for row in rows)
