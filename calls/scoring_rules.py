"""From a definition to the objects that score and check: the bridge to ``scoring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from calls import rules as written
from calls.definition import CallDefinition, EligibilityCheck
from calls.registers import load_registers
from scoring import consortium, eligibility
from scoring import rubric as scored
from scoring.financing import FinancingLimits


def _build_rubric(definition: CallDefinition) -> scored.Rubric:
    rubric = definition.rubric
    thresholds, panel = rubric.thresholds, rubric.evaluation
    return scored.Rubric(
        criteria=tuple(
            scored.Criterion(
                id=each.id,
                scale=scored.Scale(each.minimum, each.maximum, each.step),
                weight=each.weight_points,
                minimum=thresholds.per_criterion_min.get(each.id),
            )
            for each in rubric.criteria
        ),
        total_minimum=thresholds.total_min,
        combined=tuple(
            scored.CombinedThreshold(each.id, each.criteria, each.minimum)
            for each in thresholds.combined
        ),
        panel=scored.PanelRule(
            evaluators_per_application=panel.evaluators_per_application,
            third_total_difference=panel.third_if.total_difference_gte,
            third_criterion_difference=panel.third_if.criterion_difference_gte,
            third_if_threshold_differs=panel.third_if.threshold_outcome_differs,
        ),
        comments=scored.CommentRule(
            minimum_characters=panel.comment_min_chars_per_criterion,
            required_scores=frozenset(panel.comments_required_if_score_in),
        ),
        tie_break=tuple(_tie_break(step) for step in rubric.tie_break),
    )


def to_rubric(definition: CallDefinition) -> scored.Rubric:
    """Return the rubric of a call in the form that scores."""
    rubric: scored.Rubric = _RUBRICS.get(definition)
    return rubric


class _Cache:
    """Built once per definition object: definitions are immutable but hold dictionaries, so no hash."""

    def __init__(self, build: Callable[[CallDefinition], Any]) -> None:
        self._build = build
        self._made: dict[int, tuple[CallDefinition, Any]] = {}

    def get(self, definition: CallDefinition) -> Any:
        """Return what was built for this very object; build it the first time."""
        held = self._made.get(id(definition))
        if held is None or held[0] is not definition:
            held = (definition, self._build(definition))
            self._made[id(definition)] = held
        return held[1]


def _tie_break(step: Any) -> scored.TieBreak:
    match step.kind:
        case "criteria":
            return scored.CriterionSum(step.criteria)
        case "support_per_company":
            return scored.LowerSupportPerCompany()
        case _:
            return scored.LotDrawn()


def to_limits(definition: CallDefinition) -> eligibility.CallLimits:
    """Return the limits on money and duration of a call."""
    grant = definition.grant
    return eligibility.CallLimits(
        financing=FinancingLimits(
            aid_rate_max_pct=grant.aid_rate_max_pct,
            min_own_contribution_pct=grant.min_own_contribution_pct,
            min_support=grant.min_support_eur,
            max_support=grant.max_support_eur,
            max_support_per_partner=grant.max_support_per_partner_eur,
        ),
        min_months=grant.min_months,
        max_months=grant.max_months,
    )


def to_eligibility_rules(definition: CallDefinition) -> Mapping[str, eligibility.EligibilityRule]:
    """Return the eligibility rules of a call by check, in the form that decides."""
    rules: Mapping[str, eligibility.EligibilityRule] = _RULES.get(definition)
    return rules


def _rule(definition: CallDefinition, check: EligibilityCheck) -> eligibility.EligibilityRule:
    rule = check.rule
    if not check.automatic:
        return eligibility.OfficerAssessed(check.id)
    match rule:
        case written.SubmittedByDeadline():
            return eligibility.SubmittedByDeadline(definition.timetable.closes)
        case written.LeadTypeIn():
            return consortium.LeadTypeIn(frozenset(rule.allowed))
        case written.PartnersAtLeast():
            return consortium.PartnersAtLeast(
                rule.minimum, frozenset(rule.research_types), 1 if rule.with_research else 0
            )
        case written.RegionsAtLeast():
            return consortium.RegionsAtLeast(rule.minimum)
        case written.CitiesAtLeast():
            return consortium.CitiesAtLeast(rule.minimum, _cities(rule.cities))
        case written.CompaniesAtLeast():
            return consortium.CompaniesAtLeast(rule.minimum)
        case written.ValidBusinessIds():
            return consortium.ValidBusinessIds()
        case written.WithinLimits():
            return eligibility.WithinLimits(to_limits(definition))
        case written.BudgetBalances():
            return eligibility.BudgetBalances()
        case written.AttachmentsPresent():
            return eligibility.AttachmentsPresent(_required_attachments(definition))
        case _:
            return eligibility.OfficerAssessed(check.id)


def _required_attachments(definition: CallDefinition) -> tuple[str, ...]:
    return tuple(
        each.id
        for each in definition.questions()
        if each.type in {"file", "files"} and each.required
    )


def _cities(codes: tuple[str, ...]) -> tuple[consortium.City, ...]:
    return tuple(
        consortium.City(city.code, tuple(sorted(set(city.name.values()))))
        for city in load_registers().innocities
        if city.code in codes
    )


_RUBRICS = _Cache(_build_rubric)
_RULES = _Cache(
    lambda definition: {check.id: _rule(definition, check) for check in definition.eligibility}
)
