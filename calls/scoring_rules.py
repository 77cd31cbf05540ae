"""From a definition to the objects that score and check: the bridge to `scoring`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar, assert_never

from calls import rubric as written_rubric
from calls import rules as written
from calls.definition import CallDefinition, EligibilityCheck
from calls.rubric import Criterion, PanelRule, Thresholds, TieBreak
from scoring import consortium, eligibility
from scoring import rubric as scored
from scoring.financing import FinancingLimits
from scoring.formula import FormulaInput, StepFormula
from scoring.justification import CommentRule
from scoring.scale import Scale
from scoring.thresholds import CombinedThreshold, Comparison, GroupRule, Veto

Built = TypeVar("Built")
Rules = Mapping[str, eligibility.EligibilityRule]
_MOST_HELD = 64


class _Held(Generic[Built]):
    """What was built from a definition, once for each definition object.

    Definitions never change but hold dictionaries, so they have no hash; the entry keeps its
    definition alive, so that an id cannot come to mean another one.
    """

    def __init__(self, build: Callable[[CallDefinition], Built]) -> None:
        self._build = build
        self._made: dict[int, tuple[CallDefinition, Built]] = {}

    def get(self, definition: CallDefinition) -> Built:
        """Return what was built for this very object; build it the first time."""
        held = self._made.get(id(definition))
        if held is None:
            if len(self._made) >= _MOST_HELD:
                self._made.clear()
            held = (definition, self._build(definition))
            self._made[id(definition)] = held
        return held[1]


def to_rubric(definition: CallDefinition) -> scored.Rubric:
    """Return the rubric of a call in the form that scores."""
    return _RUBRICS.get(definition)


def to_limits(definition: CallDefinition) -> eligibility.CallLimits:
    """Return the limits of a call on money (euros, percent) and duration (months)."""
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


def to_eligibility_rules(definition: CallDefinition) -> Rules:
    """Return the rule of each eligibility check by its id, in the form that decides."""
    return _RULES.get(definition)


def _build_rubric(definition: CallDefinition) -> scored.Rubric:
    rubric = definition.rubric
    thresholds, panel = rubric.thresholds, rubric.evaluation
    return scored.Rubric(
        criteria=tuple(_criterion(each, thresholds) for each in rubric.criteria),
        total_minimum=thresholds.total_min,
        total_comparison=Comparison(thresholds.total_comparison),
        combined=tuple(to_combined(each) for each in thresholds.combined),
        vetoes=tuple(Veto(each.id, each.criterion, each.at_most) for each in thresholds.vetoes),
        panel=scored.PanelRule(
            evaluators_per_application=panel.evaluators_per_application,
            third_total_difference=panel.third_if.total_difference_gte,
            third_criterion_difference=panel.third_if.criterion_difference_gte,
            third_if_threshold_differs=panel.third_if.threshold_outcome_differs,
            minimum_reviews=panel.minimum_evaluations,
            consensus=_CONSENSUS[panel.panel_rule],
        ),
        comments=CommentRule(
            minimum_characters=panel.comment_min_chars_per_criterion,
            required_scores=frozenset(panel.comments_required_if_score_in),
            always=panel.comments_always_required,
        ),
        tie_break=tuple(_tie_break(step) for step in rubric.tie_break),
    )


_CONSENSUS: Mapping[PanelRule, scored.ConsensusRule] = {
    "consensus_else_median": scored.ConsensusRule.MEDIAN,
    "consensus_else_mean": scored.ConsensusRule.MEAN,
    "consensus_else_trimmed_mean": scored.ConsensusRule.TRIMMED,
    "consensus_only": scored.ConsensusRule.AGREED,
}


def _criterion(each: Criterion, thresholds: Thresholds) -> scored.Criterion:
    formula = None
    if each.formula is not None:
        formula = StepFormula(FormulaInput(each.formula.input), each.formula.steps)
    is_above = each.id in thresholds.above_criterion_min
    return scored.Criterion(
        id=each.id,
        scale=Scale(each.minimum, each.maximum, each.step),
        weight=each.weight_points,
        minimum=thresholds.per_criterion_min.get(each.id),
        comparison=Comparison.ABOVE if is_above else Comparison.AT_LEAST,
        ranking_weight=each.weight_ranking,
        scorer=scored.Scorer(each.scorer),
        formula=formula,
    )


def to_combined(each: written_rubric.CombinedThreshold) -> CombinedThreshold:
    """Return a rule about several criteria in the form that decides."""
    return CombinedThreshold(
        each.id,
        each.criteria,
        each.minimum,
        Comparison(each.comparison),
        GroupRule(each.takes),
        each.each,
    )


def _tie_break(step: TieBreak) -> scored.TieBreak:
    match step.kind:
        case "criteria":
            return scored.CriterionSum(step.criteria)
        case "support_per_company":
            return scored.LowerSupportPerCompany()
        case "lot":
            return scored.LotDrawn()
    assert_never(step.kind)


def _build_rules(definition: CallDefinition) -> Rules:
    return {check.id: _rule(definition, check) for check in definition.eligibility}


def _rule(definition: CallDefinition, check: EligibilityCheck) -> eligibility.EligibilityRule:
    """Return the rule of a check: about the consortium, or about time, money and papers."""
    found = _consortium_rule(check.rule)
    if found is not None:
        return found
    match check.rule:
        case written.SubmittedByDeadline():
            return eligibility.SubmittedByDeadline(definition.timetable.closes)
        case written.WithinLimits():
            return eligibility.WithinLimits(to_limits(definition))
        case written.BudgetBalances():
            return eligibility.BudgetBalances()
        case written.AttachmentsPresent():
            return eligibility.AttachmentsPresent(_required_attachments(definition))
        case _:
            return eligibility.OfficerAssessed(check.id)


def _consortium_rule(rule: written.EligibilityRule) -> eligibility.EligibilityRule | None:
    """Return a rule about who takes part, or None when the rule is about something else."""
    found: eligibility.EligibilityRule | None = None
    match rule:
        case written.LeadTypeIn(allowed=types):
            found = consortium.LeadTypeIn(frozenset(types))
        case written.PartnersAtLeast(minimum=count, research_types=types):
            research = 1 if rule.with_research else 0
            found = consortium.PartnersAtLeast(count, frozenset(types), research)
        case written.RegionsAtLeast(minimum=count):
            found = consortium.RegionsAtLeast(count)
        case written.CitiesAtLeast(minimum=count, cities=cities):
            known = tuple(consortium.City(each.code, each.names) for each in cities)
            found = consortium.CitiesAtLeast(count, known)
        case written.CompaniesAtLeast(minimum=count):
            found = consortium.CompaniesAtLeast(count)
        case written.ValidBusinessIds():
            found = consortium.ValidBusinessIds()
    return found


def _required_attachments(definition: CallDefinition) -> tuple[str, ...]:
    return tuple(
        each.id
        for each in definition.questions()
        if each.type in {"file", "files"} and each.required
    )


_RUBRICS = _Held(_build_rubric)
_RULES = _Held(_build_rules)
