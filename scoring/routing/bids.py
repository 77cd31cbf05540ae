"""Bids: what evaluators say of anonymised titles and summaries, and how a call lets it count.

A bid moves an affinity, it never makes one: below the rule's ``least`` affinity a wish counts as
nothing, so that nobody can bid their way to an application that they know nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.routing.problem import Pair

DECLARED = "declared in a bid"
"""The reason code of a pair that a bid forbids until an officer has looked at it."""


class Bid(StrEnum):
    """What an evaluator has said of one application."""

    WANT = "want"
    CAN = "can"
    RATHER_NOT = "rather_not"
    CONFLICT = "conflict"


class InvalidBidRule(ValueError):
    """A share of a bid rule is not between 0 and 1."""


@dataclass(frozen=True, slots=True)
class BidRule:
    """How bids count in a call.

    ``want`` is the share of what is missing to 1 that is added, ``rather_not`` the share of the
    affinity that is taken off; ``can`` and no bid leave it as it is. Raises ``InvalidBidRule``.
    """

    want: Fraction = Fraction(1, 4)
    rather_not: Fraction = Fraction(1, 2)
    least: Fraction = Fraction(1, 10)

    def __post_init__(self) -> None:
        """Refuse shares outside [0, 1]."""
        if not all(0 <= share <= 1 for share in (self.want, self.rather_not, self.least)):
            raise InvalidBidRule("shares lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class Moved:
    """An affinity with the bid that moved it; ``before`` is that of texts and taxonomy."""

    score: Fraction
    before: Fraction
    bid: Bid | None


def combine(affinity: Fraction, bid: Bid | None, rule: BidRule | None = None) -> Moved:
    """Return the affinity after a bid. One who declares a conflict keeps none."""
    rule = rule or BidRule()
    score = affinity
    if bid is Bid.WANT and affinity >= rule.least:
        score = affinity + rule.want * (1 - affinity)
    if bid is Bid.RATHER_NOT:
        score = affinity * (1 - rule.rather_not)
    if bid is Bid.CONFLICT:
        score = Fraction(0)
    return Moved(score, affinity, bid)


def combine_all(
    affinity: Mapping[Pair, Fraction], bids: Mapping[Pair, Bid], rule: BidRule | None = None
) -> tuple[dict[Pair, Moved], dict[Pair, str]]:
    """Return all affinities after bids, and the pairs that bids forbid with their reason.

    A bid on a pair without affinity moves nothing, but its conflict forbids.
    """
    moved = {pair: combine(score, bids.get(pair), rule) for pair, score in affinity.items()}
    forbidden = {pair: DECLARED for pair, bid in sorted(bids.items()) if bid is Bid.CONFLICT}
    return moved, forbidden
