"""The eligibility rules of a call as values, each with the figures that its outcome rests on.

A rule says whether it passed and with which facts; it writes no sentence. Facts are texts, whole
numbers and lists of these, so that a letter can state the reason in any language and the result
can be stored as JSON. ``passed is None`` means not decided yet (no submission, no officer's view).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from scoring.application_facts import (
    ApplicationFacts,
    CheckResult,
    CompanyFacts,
    PartnerFacts,
)
from scoring.budget import NO_EUROS
from scoring.consortium import (
    CitiesAtLeast,
    City,
    CompaniesAtLeast,
    LeadTypeIn,
    PartnersAtLeast,
    RegionsAtLeast,
    ValidBusinessIds,
)
from scoring.duration import Duration, measure_duration
from scoring.financing import (
    BudgetProblem,
    FinancingLimits,
    aid_rate,
    check_balance,
    check_declared,
    check_limits,
)

__all__ = [
    "ApplicationFacts",
    "AttachmentsPresent",
    "BudgetBalances",
    "CallLimits",
    "CheckResult",
    "CitiesAtLeast",
    "City",
    "CompaniesAtLeast",
    "CompanyFacts",
    "EligibilityRule",
    "LeadTypeIn",
    "OfficerAssessed",
    "PartnerFacts",
    "PartnersAtLeast",
    "RegionsAtLeast",
    "SubmittedByDeadline",
    "ValidBusinessIds",
    "WithinLimits",
    "evaluate",
]


@dataclass(frozen=True, slots=True)
class SubmittedByDeadline:
    """At or before ``closes`` is in; any later moment is late. ``closes`` must be aware."""

    closes: datetime

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Compare the time of submission with the deadline; undecided before submission."""
        limit = self.closes.isoformat()
        if facts.submitted_at is None:
            return CheckResult(None, {"closes": limit})
        late = (facts.submitted_at - self.closes).total_seconds()
        seconds = -int(-late // 1) if late > 0 else 0
        return CheckResult(
            seconds == 0,
            {
                "closes": limit,
                "submitted_at": facts.submitted_at.isoformat(),
                "seconds_late": seconds,
            },
        )


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The limits of a call: money as in ``FinancingLimits``, duration in months."""

    financing: FinancingLimits = field(default_factory=FinancingLimits)
    min_months: int | None = None
    max_months: int | None = None


@dataclass(frozen=True, slots=True)
class WithinLimits:
    """Support, aid rate, own contribution and duration are within the limits of the call."""

    limits: CallLimits

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """List every limit that is broken; without a period the rule fails."""
        problems = check_limits(facts.costs, facts.financing, self.limits.financing)
        duration = _duration(facts)
        support = sum((plan.support for plan in facts.financing), NO_EUROS)
        cost = sum((each.total for each in facts.costs), NO_EUROS)
        return CheckResult(
            not problems and self._is_allowed(duration),
            {
                "support": str(support),
                "aid_rate_pct": str(aid_rate(support, cost)),
                "months": duration.months if duration else None,
                "days_over": duration.days if duration else None,
                "months_allowed": self._is_allowed(duration),
                "min_months": self.limits.min_months,
                "max_months": self.limits.max_months,
                "problems": _described(problems),
            },
        )

    def _is_allowed(self, duration: Duration | None) -> bool:
        """Tell whether the length is allowed; one day over or short is enough to fail."""
        if duration is None:
            return self.limits.min_months is None and self.limits.max_months is None
        shortest = Duration(self.limits.min_months or 0)
        if self.limits.max_months is None:
            return duration >= shortest
        return shortest <= duration <= Duration(self.limits.max_months)


@dataclass(frozen=True, slots=True)
class BudgetBalances:
    """The stated costs follow the cost model, and each financing plan equals its costs."""

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """List every sum that does not add up; without costs the rule fails."""
        problems = (
            *check_declared(facts.costs, facts.declared),
            *check_balance(facts.costs, facts.financing),
        )
        cost = sum((each.total for each in facts.costs), NO_EUROS)
        financing = sum((plan.total for plan in facts.financing), NO_EUROS)
        return CheckResult(
            bool(facts.costs) and not problems,
            {
                "cost": str(cost),
                "financing": str(financing),
                "problems": _described(problems),
            },
        )


@dataclass(frozen=True, slots=True)
class AttachmentsPresent:
    """The attachments asked by the named questions are in."""

    question_ids: tuple[str, ...]

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Name the questions whose attachment is missing, in the order of the rule."""
        missing = [name for name in self.question_ids if name not in facts.attachments]
        return CheckResult(not missing, {"missing": missing})


@dataclass(frozen=True, slots=True)
class OfficerAssessed:
    """A general criterion that only an officer can assess; undecided until then."""

    check_id: str

    def check(self, facts: ApplicationFacts) -> CheckResult:
        """Return the officer's recorded assessment of this check."""
        return CheckResult(facts.assessments.get(self.check_id), {"check": self.check_id})


EligibilityRule = (
    SubmittedByDeadline
    | LeadTypeIn
    | PartnersAtLeast
    | RegionsAtLeast
    | CitiesAtLeast
    | CompaniesAtLeast
    | ValidBusinessIds
    | WithinLimits
    | BudgetBalances
    | AttachmentsPresent
    | OfficerAssessed
)


def evaluate(rule: EligibilityRule, facts: ApplicationFacts) -> CheckResult:
    """Apply one rule to the facts of an application."""
    return rule.check(facts)


def _duration(facts: ApplicationFacts) -> Duration | None:
    if facts.start is None or facts.end is None or facts.end < facts.start:
        return None
    return measure_duration(facts.start, facts.end)


def _described(problems: Iterable[BudgetProblem]) -> list[Mapping[str, str | int | None]]:
    return [
        {
            "code": problem.code.value,
            "partner": problem.partner,
            "line": problem.line,
            "expected": _amount(problem.expected),
            "got": _amount(problem.got),
        }
        for problem in problems
    ]


def _amount(value: Decimal) -> str:
    return format(value, "f")
