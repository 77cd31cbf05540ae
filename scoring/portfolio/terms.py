"""What a call lays down about its money, and what is asked of it; amounts are exact euros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.rounding import is_whole_cents


class InvalidTerms(ValueError):
    """Proposals or terms cannot be used; ``where`` is a proposal or a term."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}")
        self.where = where
        self.detail = detail


class Rule(StrEnum):
    """How the budget meets the ranking; declared in the call."""

    STOP_AT_FIRST_MISFIT = "stop_at_first_misfit"
    """Fund along the ranking until something does not fit, and stop there."""
    SKIP_AND_CONTINUE = "skip_and_continue"
    """Pass over what does not fit and go on."""
    LEXICOGRAPHIC_CONSTRAINED = "lexicographic_constrained"
    """Along the ranking, fund each proposal if what is left can still meet every constraint."""
    MAX_EURO_WEIGHTED_MERIT = "max_euro_weighted_merit"
    """Maximise Σ (score − threshold) × euros under every constraint."""


class Dimension(StrEnum):
    """What a sub-ceiling is about."""

    REGION = "region"
    OBJECTIVE = "objective"


class Goal(StrEnum):
    """What a floor is about."""

    CLIMATE = "climate"
    DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal in the ranking.

    ``climate`` and ``digital`` are the shares (0–1) of its euros that count for these goals.
    ``accepts_part`` is the applicant's consent to a smaller award; ``vetoed`` bars it.
    """

    id: str
    score: Fraction
    requested: Decimal
    region: str = ""
    objective: str = ""
    climate: Fraction = Fraction(0)
    digital: Fraction = Fraction(0)
    accepts_part: bool = False
    vetoed: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``amount`` euros for one region or specific objective."""

    dimension: Dimension
    name: str
    amount: Decimal

    @property
    def key(self) -> str:
        """The name of the constraint, such as ``region:Uusimaa``."""
        return f"{self.dimension.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class Floor:
    """At least ``share`` (0–1) of the awarded euros for a goal."""

    goal: Goal
    share: Fraction

    @property
    def key(self) -> str:
        """The name of the constraint."""
        return self.goal.value


@dataclass(frozen=True, slots=True)
class Terms:
    """Rule, budget and constraints.

    ``threshold`` is the lowest fundable score and the zero of merit. ``smallest_part`` is the
    smallest share of the request that may be awarded with consent; ``None`` forbids parts.
    """

    budget: Decimal
    rule: Rule = Rule.LEXICOGRAPHIC_CONSTRAINED
    caps: tuple[Cap, ...] = ()
    floors: tuple[Floor, ...] = ()
    threshold: Fraction | None = None
    smallest_part: Fraction | None = None


def check_terms(proposals: Sequence[Proposal], terms: Terms) -> None:
    """Refuse what cannot be right; raises ``InvalidTerms``."""
    _check_proposals(proposals)
    _check_amount("budget", terms.budget)
    for cap in terms.caps:
        _check_amount(cap.key, cap.amount)
    for floor in terms.floors:
        _check_share(floor.key, floor.share)
    if terms.smallest_part is not None:
        _check_share("smallest_part", terms.smallest_part)
        if terms.smallest_part == 0:
            raise InvalidTerms("smallest_part", "an award needs more than nothing")
    keys = [*(cap.key for cap in terms.caps), *(floor.key for floor in terms.floors)]
    if len(set(keys)) != len(keys):
        raise InvalidTerms("constraints", "the same thing is constrained twice")


def _check_proposals(proposals: Sequence[Proposal]) -> None:
    seen: set[str] = set()
    for proposal in proposals:
        if proposal.id in seen:
            raise InvalidTerms(proposal.id, "is in the ranking twice")
        seen.add(proposal.id)
        _check_amount(proposal.id, proposal.requested, positive=True)
        for share in (proposal.climate, proposal.digital):
            _check_share(proposal.id, share)


def _check_amount(where: str, amount: Decimal, *, positive: bool = False) -> None:
    if not is_whole_cents(amount) or amount < 0 or (positive and amount == 0):
        raise InvalidTerms(where, "an amount must be whole cents and not negative")


def _check_share(where: str, share: Fraction) -> None:
    if not 0 <= share <= 1:
        raise InvalidTerms(where, "a share lies between 0 and 1")
