"""How a call routes its applications to evaluators: the objective, the loads and the rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from calls.conflicts import ConflictSettings
from calls.values import Count, Frozen, Identifier, Number, Positive
from scoring.routing.bids import BidRule

Group = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=60)]
Price = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]


class RoutingRule(Frozen):
    """One rule; without a price it is kept, with one each missed place costs so much affinity.

    ``strength``: at least ``count`` evaluators who have a keyword of the ``group`` of the
    taxonomy. ``language``: all (or ``count``) read the language of the application.
    ``organisation`` and ``region``: at most ``count`` evaluators of one. ``seniority``: at least
    ``count`` evaluators with long experience.
    """

    kind: Literal["strength", "language", "organisation", "region", "seniority"]
    group: Group | None = None
    count: Positive | None = None
    price: Price | None = None

    @property
    def name(self) -> str:
        """The rule's name in results: its kind, and the group of a strength."""
        return f"{self.kind}:{self.group}" if self.group else self.kind


class Loads(Frozen):
    """Applications of each evaluator; the evaluator's own capacity bounds them too."""

    minimum: Count = 0
    maximum: Positive | None = None


class BidSettings(Frozen):
    """Evaluators say which applications they would take, and how far that counts.

    ``want``: the share of what is missing to 1 that is added; ``rather_not``: the share that is
    taken off; below the affinity ``least`` a wish counts as nothing.
    """

    want: Share = Decimal("0.25")
    rather_not: Share = Decimal("0.5")
    least: Share = Decimal("0.1")

    @property
    def rule(self) -> BidRule:
        """The settings as the library takes them."""
        return BidRule(Fraction(self.want), Fraction(self.rather_not), Fraction(self.least))


class DrawSettings(Frozen):
    """The assignment is drawn by lot; no pair has more than the probability ``cap``."""

    cap: Annotated[Share, Field(gt=0)]


class RoutingSettings(Frozen):
    """What the best assignment is. The number of evaluators is that of the rubric unless stated.

    ``texts`` names the questions whose answers are compared with what evaluators have written;
    without it all texts that evaluators may read.
    """

    objective: Literal["total", "max_min", "leximin", "balanced"] = "balanced"
    evaluators_per_application: Positive | None = None
    load: Loads = Loads()
    rules: tuple[RoutingRule, ...] = ()
    conflicts: ConflictSettings = ConflictSettings()
    texts: tuple[Identifier, ...] = ()
    bids: BidSettings | None = None
    draw: DrawSettings | None = None

    @property
    def reads_language(self) -> bool:
        """Whether nobody gets an application in a language that they do not read.

        So it is unless the call has a rule on languages that says otherwise.
        """
        return all(rule.kind != "language" or is_strict(rule) for rule in self.rules)

    @property
    def crossing(self) -> tuple[RoutingRule, ...]:
        """The rules that look at all evaluators of an application together."""
        return tuple(rule for rule in self.rules if not is_strict(rule))


def is_strict(rule: RoutingRule) -> bool:
    """Tell whether a rule forbids single pairs: every evaluator reads the language."""
    return rule.kind == "language" and rule.price is None and rule.count is None


__all__ = [
    "BidSettings",
    "DrawSettings",
    "Loads",
    "RoutingRule",
    "RoutingSettings",
    "is_strict",
]
