"""Cross checks of the rubric: scales, anchors, weights, thresholds and what feeds the criteria."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from calls.check_thresholds import check_thresholds, is_step, unknown_criteria
from calls.definition import CallDefinition, Criterion
from calls.findings import Finding, Steps, error
from calls.rubric import Rubric


def check_rubric(definition: CallDefinition) -> Iterator[Finding]:
    """Yield everything that makes the rubric unusable."""
    rubric = definition.rubric
    weights = sum((each.weight_points for each in rubric.criteria), Decimal(0))
    if weights != rubric.sum_of_weights:
        message = f"the weights of the criteria sum to {weights}"
        yield error(("rubric", "sum_of_weights"), message)
    for index, criterion in enumerate(rubric.criteria):
        yield from _check_criterion(criterion, ("rubric", "criteria", index), rubric)
    yield from check_thresholds(rubric)
    yield from _check_comments(rubric)
    yield from _check_panel(rubric)
    for index, step in enumerate(rubric.tie_break):
        for name in unknown_criteria(step.criteria, rubric):
            yield error(("rubric", "tie_break", index), f"there is no criterion {name!r}")


def check_feeds(definition: CallDefinition) -> Iterator[Finding]:
    """Yield questions that feed a criterion that is not there, and criteria that nothing feeds."""
    fed: set[str] = set()
    for s, section in enumerate(definition.sections):
        for q, question in enumerate(section.questions):
            steps: Steps = ("sections", s, "questions", q, "feeds_criteria")
            for name in unknown_criteria(question.feeds_criteria, definition.rubric):
                yield error(steps, f"there is no criterion {name!r}")
            fed.update(question.feeds_criteria)
    for index, criterion in enumerate(definition.rubric.criteria):
        if criterion.scorer == "human" and criterion.id not in fed:
            message = f"no question feeds the criterion {criterion.id}"
            yield error(("rubric", "criteria", index), message)
    for index, tag in enumerate(definition.rubric.tags):
        if definition.find_question(tag.question) is None:
            steps = ("rubric", "tags", index, "question")
            yield error(steps, f"there is no question {tag.question!r}")


def _check_criterion(criterion: Criterion, steps: Steps, rubric: Rubric) -> Iterator[Finding]:
    if not criterion.weight_points and not criterion.weight_ranking:
        yield error((*steps, "weight_points"), "a criterion without weight decides nothing")
    yield from _check_scorer(criterion, steps)
    if criterion.minimum >= criterion.maximum:
        yield error((*steps, "scale"), "the lowest score is not below the highest")
        return
    if not is_step(criterion, criterion.maximum):
        yield error((*steps, "step"), "the steps do not reach the highest score")
        return
    if rubric.integers_only and not _has_whole_scores(criterion):
        yield error((*steps, "step"), "the rubric says integers_only")
    yield from _check_anchors(criterion, (*steps, "anchors"))


def _has_whole_scores(criterion: Criterion) -> bool:
    return all(value == int(value) for value in (criterion.minimum, criterion.step))


def _check_anchors(criterion: Criterion, steps: Steps) -> Iterator[Finding]:
    """Every whole score has an anchor; half points lie between two and may do without."""
    given: set[Decimal] = set()
    for index, anchor in enumerate(criterion.anchors):
        if anchor.score in given:
            yield error((*steps, index, "score"), f"the score {anchor.score} has two anchors")
        elif not is_step(criterion, anchor.score):
            yield error((*steps, index, "score"), f"the score {anchor.score} is not on the scale")
        given.add(anchor.score)
    for score in criterion.scores():
        if score == int(score) and score not in given:
            yield error(steps, f"the score {score} has no anchor")


def _check_comments(rubric: Rubric) -> Iterator[Finding]:
    for index, score in enumerate(rubric.evaluation.comments_required_if_score_in):
        if not any(is_step(criterion, score) for criterion in rubric.criteria):
            steps = ("rubric", "evaluation", "comments_required_if_score_in", index)
            yield error(steps, f"no criterion can be given the score {score}")


def _check_scorer(criterion: Criterion, steps: Steps) -> Iterator[Finding]:
    """A computed criterion, and no other, has a formula, whose steps rise along the scale."""
    formula = criterion.formula
    if (formula is not None) != (criterion.scorer == "computed"):
        yield error((*steps, "formula"), "a computed criterion, and no other, has a formula")
    if formula is None:
        return
    for index, (start, score) in enumerate(formula.steps):
        place: Steps = (*steps, "formula", "steps", index)
        if index and start <= formula.steps[index - 1][0]:
            yield error(place, "each step starts above the one before")
        if not is_step(criterion, score):
            yield error(place, f"the score {score} is not on the scale")


def _check_panel(rubric: Rubric) -> Iterator[Finding]:
    rules, place = rubric.evaluation, ("rubric", "evaluation")
    if not rubric.evaluated:
        yield error(("rubric", "criteria"), "evaluators have nothing to score")
    if rules.minimum_evaluations > rules.evaluators_per_application:
        yield error((*place, "minimum_evaluations"), "it is more than evaluators_per_application")
