"""What is unwise in a rubric, though it can be used: rules that never bite, and ties that stay."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from calls.definition import CallDefinition
from calls.findings import Finding, Steps, warning
from calls.rubric import Criterion, Rubric
from calls.scoring_rules import to_rubric
from scoring import rubric as scored
from scoring.aggregate import FEWEST_TO_TRIM
from scoring.scale import InvalidRubric

HEAVY_SHARE = Decimal("0.5")
FEWEST_EVALUATORS = 2


def lint_rubric(definition: CallDefinition) -> Iterator[Finding]:
    """Yield remarks on a rubric; one that contradicts itself has errors instead and is passed over."""
    try:
        engine = to_rubric(definition)
    except InvalidRubric:
        return
    rubric = definition.rubric
    yield from _lint_weights(rubric)
    for index, criterion in enumerate(rubric.criteria):
        yield from _lint_anchors(criterion, ("rubric", "criteria", index, "anchors"))
    yield from _lint_minima(rubric, engine)
    yield from _lint_combined(engine)
    yield from _lint_vetoes(rubric)
    yield from _lint_panel(rubric, engine)
    yield from _lint_ties(rubric)


def _lint_weights(rubric: Rubric) -> Iterator[Finding]:
    place: Steps = ("rubric", "criteria")
    for index, each in enumerate(rubric.criteria):
        if each.weight_points > rubric.sum_of_weights * HEAVY_SHARE:
            yield warning((*place, index, "weight_points"), "it outweighs all others together")
    ranking = sum(
        (
            each.weight_points if each.weight_ranking is None else each.weight_ranking
            for each in rubric.criteria
        ),
        Decimal(0),
    )
    if ranking != rubric.sum_of_weights:
        message = f"the weights of the ranking sum to {ranking}, those of the total to"
        yield warning(place, f"{message} {rubric.sum_of_weights}")


def _lint_anchors(criterion: Criterion, steps: Steps) -> Iterator[Finding]:
    """Two scores that mean the same cannot be told apart, and anchors should stand in order."""
    seen: dict[tuple[str, str], Decimal] = {}
    for index, anchor in enumerate(criterion.anchors):
        for language, text in anchor.text.items():
            key = (str(language), text.strip().casefold())
            if key in seen:
                message = f"it says the same as the anchor of {seen[key]} in {language}"
                yield warning((*steps, index), message)
            seen[key] = anchor.score
    scores = [anchor.score for anchor in criterion.anchors]
    if scores != sorted(scores):
        yield warning(steps, "the anchors are not in the order of their scores")


def _lint_minima(rubric: Rubric, engine: scored.Rubric) -> Iterator[Finding]:
    place: Steps = ("rubric", "thresholds")
    sure = Fraction(0)
    for each in engine.criteria:
        least = each.scale.minimum if each.minimum is None else each.minimum
        sure += Fraction(each.weight) * Fraction(least) / Fraction(each.scale.maximum)
        if each.minimum is not None and each.comparison.holds(
            Fraction(each.scale.minimum), each.minimum
        ):
            steps = (*place, "per_criterion_min", each.id)
            yield warning(steps, "every score of the scale passes it")
    total = rubric.thresholds.total_min
    if engine.total_comparison.holds(sure, total):
        message = "whoever passes the criteria's own thresholds passes it"
        yield warning((*place, "total_min"), message)


def _lint_combined(engine: scored.Rubric) -> Iterator[Finding]:
    """A rule about several criteria that their own thresholds fulfil already bars nobody."""
    least = {
        each.id: Fraction(each.scale.minimum if each.minimum is None else each.minimum)
        for each in engine.criteria
    }
    for index, rule in enumerate(engine.combined):
        steps: Steps = ("rubric", "thresholds", "combined", index)
        if rule.holds(least):
            yield warning(steps, "whoever passes the criteria's own thresholds passes it")
        if len(rule.criteria) == 1:
            yield warning(steps, "it is about one criterion: write it in per_criterion_min")


def _lint_vetoes(rubric: Rubric) -> Iterator[Finding]:
    minima = rubric.thresholds.per_criterion_min
    for index, veto in enumerate(rubric.thresholds.vetoes):
        if minima.get(veto.criterion, Decimal(0)) > veto.at_most:
            message = f"the threshold of {veto.criterion} bars such a score already"
            yield warning(("rubric", "thresholds", "vetoes", index), message)


def _lint_panel(rubric: Rubric, engine: scored.Rubric) -> Iterator[Finding]:
    place: Steps = ("rubric", "evaluation")
    panel = engine.panel
    if panel.evaluators_per_application < FEWEST_EVALUATORS:
        message = "one evaluator alone: nothing shows whether another would agree"
        yield warning((*place, "evaluators_per_application"), message)
    if (
        panel.consensus is scored.ConsensusRule.TRIMMED
        and panel.evaluators_per_application < FEWEST_TO_TRIM
    ):
        message = "a trimmed mean of fewer than three scores is the plain mean"
        yield warning((*place, "panel_rule"), message)
    widest = max(each.scale.maximum - each.scale.minimum for each in engine.criteria)
    limits = (
        ("total_difference_gte", panel.third_total_difference, engine.maximum_total),
        ("criterion_difference_gte", panel.third_criterion_difference, widest),
    )
    for name, limit, most in limits:
        if limit is not None and limit > most:
            message = f"two evaluators never differ by {limit}: at most by {most}"
            yield warning((*place, "third_if", name), message)
        if limit is not None and not limit:
            yield warning((*place, "third_if", name), "a third evaluator is always called in")
    rules = rubric.evaluation
    demanded = rules.comments_required_if_score_in or rules.comments_always_required
    if demanded and not rules.comment_min_chars_per_criterion:
        message = "comments are demanded, and one letter is enough"
        yield warning((*place, "comment_min_chars_per_criterion"), message)


def _lint_ties(rubric: Rubric) -> Iterator[Finding]:
    """Without a lot at the end equal applications can stop the ranking; after it nothing counts."""
    kinds = [step.kind for step in rubric.tie_break]
    if "lot" not in kinds:
        message = "without a lot as the last step, equals stop the ranking until somebody decides"
        yield warning(("rubric", "tie_break"), message)
    elif kinds.index("lot") + 1 < len(kinds):
        yield warning(
            ("rubric", "tie_break", kinds.index("lot") + 1), "the lot leaves no ties to it"
        )
