"""What makes a rubric unusable: every contradiction, not only the first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.scale import RubricProblem
from scoring.thresholds import CombinedThreshold, GroupRule

if TYPE_CHECKING:
    from scoring.rubric import Criterion, Rubric


def find_faults(rubric: Rubric) -> Iterator[RubricProblem]:
    """Yield everything that makes a rubric unusable."""
    if not rubric.criteria:
        yield RubricProblem("criteria", "no_criteria", "a rubric needs at least one criterion")
    elif not any(each.scorer.value == "human" for each in rubric.criteria):
        yield RubricProblem("criteria", "no_evaluated", "evaluators have nothing to score")
    seen: set[str] = set()
    for criterion in rubric.criteria:
        if criterion.id in seen:
            yield RubricProblem(criterion.id, "duplicate_criterion", "the identifier is used twice")
        seen.add(criterion.id)
        yield from _criterion_faults(criterion)
    yield from _combined_faults(rubric, seen)
    yield from _veto_faults(rubric, seen)
    yield from _total_faults(rubric)
    yield from _panel_faults(rubric)
    yield from _rule_faults(rubric)


def _criterion_faults(criterion: Criterion) -> Iterator[RubricProblem]:
    weights = (criterion.weight, criterion.weight_in_ranking)
    if min(weights) < 0 or max(weights) <= 0:
        yield RubricProblem(criterion.id, "weight_not_positive", "the weight must be positive")
    if criterion.minimum is not None and not criterion.scale.has(criterion.minimum):
        detail = f"the threshold {criterion.minimum} is not on the scale"
        yield RubricProblem(criterion.id, "threshold_off_scale", detail)
    elif criterion.minimum is not None and not criterion.comparison.holds(
        Fraction(criterion.scale.maximum), criterion.minimum
    ):
        detail = f"no score is above {criterion.minimum}"
        yield RubricProblem(criterion.id, "threshold_unreachable", detail)
    yield from _formula_faults(criterion)


def _formula_faults(criterion: Criterion) -> Iterator[RubricProblem]:
    """Only a computed criterion has a formula; its steps rise and give scores of the scale."""
    formula = criterion.formula
    if (formula is not None) != (criterion.scorer.value == "computed"):
        detail = "a computed criterion, and no other, has a formula"
        yield RubricProblem(criterion.id, "formula_and_scorer", detail)
    if formula is None:
        return
    if not formula.steps or not formula.is_ordered:
        yield RubricProblem(criterion.id, "formula_steps", "the steps must rise")
    for _, score in formula.steps:
        if not criterion.scale.has(score):
            detail = f"the score {score} is not on the scale"
            yield RubricProblem(criterion.id, "score_off_scale", detail)


def _combined_faults(rubric: Rubric, seen: set[str]) -> Iterator[RubricProblem]:
    known = {criterion.id: criterion.scale for criterion in rubric.criteria}
    for rule in rubric.combined:
        if rule.id in seen:
            yield RubricProblem(rule.id, "duplicate_rule", "the identifier is used twice")
        seen.add(rule.id)
        unknown = [name for name in rule.criteria if name not in known]
        if unknown or not rule.criteria:
            detail = f"unknown criteria: {', '.join(unknown) or 'none named'}"
            yield RubricProblem(rule.id, "unknown_criterion", detail)
            continue
        reachable = rule.highest(known)
        if rule.minimum < 0 or not rule.comparison.holds(reachable, rule.minimum):
            what = _WHAT[rule.rule]
            detail = f"{what} can never reach {rule.minimum} (at most {float(reachable):g})"
            yield RubricProblem(rule.id, "threshold_unreachable", detail)
        yield from _count_faults(rule)


_WHAT = {GroupRule.SUM: "the sum", GroupRule.MIN: "the lowest", GroupRule.COUNT: "the count"}


def _count_faults(rule: CombinedThreshold) -> Iterator[RubricProblem]:
    if (rule.each is not None) != (rule.rule is GroupRule.COUNT):
        detail = "a count, and no other rule, says what each criterion must have"
        yield RubricProblem(rule.id, "count_without_each", detail)


def _veto_faults(rubric: Rubric, seen: set[str]) -> Iterator[RubricProblem]:
    known = {criterion.id: criterion.scale for criterion in rubric.criteria}
    for veto in rubric.vetoes:
        if veto.id in seen:
            yield RubricProblem(veto.id, "duplicate_rule", "the identifier is used twice")
        seen.add(veto.id)
        if veto.criterion not in known:
            detail = f"unknown criteria: {veto.criterion}"
            yield RubricProblem(veto.id, "unknown_criterion", detail)
        elif not known[veto.criterion].minimum <= veto.at_most < known[veto.criterion].maximum:
            detail = f"a veto at {veto.at_most} bars everybody or nobody"
            yield RubricProblem(veto.id, "veto_off_scale", detail)


def _panel_faults(rubric: Rubric) -> Iterator[RubricProblem]:
    panel = rubric.panel
    if panel.evaluators_per_application < 1:
        yield RubricProblem("panel", "panel_empty", "at least one evaluator per application")
    if not 1 <= panel.minimum_reviews <= max(1, panel.evaluators_per_application):
        detail = "the fewest reviews lie between one and the size of the panel"
        yield RubricProblem("panel", "minimum_reviews", detail)


def _total_faults(rubric: Rubric) -> Iterator[RubricProblem]:
    least = rubric.total_minimum
    if least is not None and (
        least < 0 or not rubric.total_comparison.holds(Fraction(rubric.maximum_total), least)
    ):
        detail = f"a total of {least} is beyond {rubric.maximum_total}"
        yield RubricProblem("total_minimum", "threshold_unreachable", detail)


def _rule_faults(rubric: Rubric) -> Iterator[RubricProblem]:
    for score in sorted(rubric.comments.required_scores):
        if not any(criterion.scale.has(score) for criterion in rubric.criteria):
            detail = f"no criterion can be given the score {score}"
            yield RubricProblem("comments", "score_off_scale", detail)
    for rule in rubric.tie_break:
        for name in sorted(set(getattr(rule, "criteria", ())) - set(rubric.criterion_ids)):
            yield RubricProblem("tie_break", "unknown_criterion", f"unknown criterion {name}")
