"""Cross checks of the rubric: scales, anchors, weights, thresholds and what feeds the criteria."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

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
    yield from _check_thresholds(rubric)
    yield from _check_comments(rubric)
    for index, step in enumerate(rubric.tie_break):
        for name in _unknown(step.criteria, rubric):
            yield error(("rubric", "tie_break", index), f"there is no criterion {name!r}")


def check_feeds(definition: CallDefinition) -> Iterator[Finding]:
    """Yield questions that feed a criterion that is not there, and criteria that nothing feeds."""
    fed: set[str] = set()
    for s, section in enumerate(definition.sections):
        for q, question in enumerate(section.questions):
            steps: Steps = ("sections", s, "questions", q, "feeds_criteria")
            for name in _unknown(question.feeds_criteria, definition.rubric):
                yield error(steps, f"there is no criterion {name!r}")
            fed.update(question.feeds_criteria)
    for index, criterion in enumerate(definition.rubric.criteria):
        if criterion.id not in fed:
            message = f"no question feeds the criterion {criterion.id}"
            yield error(("rubric", "criteria", index), message)


def _unknown(names: tuple[str, ...], rubric: Rubric) -> list[str]:
    known = {each.id for each in rubric.criteria}
    return [name for name in names if name not in known]


def _is_step(criterion: Criterion, score: Decimal) -> bool:
    """Tell whether a score is on the scale of the criterion and on one of its steps."""
    inside = criterion.minimum <= score <= criterion.maximum
    return inside and Fraction(score - criterion.minimum) % Fraction(criterion.step) == 0


def _check_criterion(criterion: Criterion, steps: Steps, rubric: Rubric) -> Iterator[Finding]:
    if criterion.minimum >= criterion.maximum:
        yield error((*steps, "scale"), "the lowest score is not below the highest")
        return
    if not _is_step(criterion, criterion.maximum):
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
        elif not _is_step(criterion, anchor.score):
            yield error((*steps, index, "score"), f"the score {anchor.score} is not on the scale")
        given.add(anchor.score)
    for score in criterion.scores():
        if score == int(score) and score not in given:
            yield error(steps, f"the score {score} has no anchor")


def _check_thresholds(rubric: Rubric) -> Iterator[Finding]:
    thresholds = rubric.thresholds
    criteria = {each.id: each for each in rubric.criteria}
    place: Steps = ("rubric", "thresholds")
    if thresholds.total_min > rubric.sum_of_weights:
        yield error((*place, "total_min"), "it is more than the highest total")
    for name, minimum in thresholds.per_criterion_min.items():
        steps = (*place, "per_criterion_min", name)
        if name not in criteria:
            yield error(steps, f"there is no criterion {name!r}")
        elif not _is_step(criteria[name], minimum):
            yield error(steps, f"{minimum} is not on the scale of the criterion")
    yield from _check_combined(rubric, (*place, "combined"))


def _check_combined(rubric: Rubric, place: Steps) -> Iterator[Finding]:
    criteria = {each.id: each for each in rubric.criteria}
    for index, combined in enumerate(rubric.thresholds.combined):
        steps = (*place, index)
        unknown = _unknown(combined.criteria, rubric)
        for name in unknown:
            yield error(steps, f"there is no criterion {name!r}")
        if unknown:
            continue
        highest = sum((criteria[name].maximum for name in combined.criteria), Decimal(0))
        if combined.minimum > highest:
            yield error(
                steps, f"{combined.minimum} cannot be reached: the highest sum is {highest}"
            )


def _check_comments(rubric: Rubric) -> Iterator[Finding]:
    for index, score in enumerate(rubric.evaluation.comments_required_if_score_in):
        if not any(_is_step(criterion, score) for criterion in rubric.criteria):
            steps = ("rubric", "evaluation", "comments_required_if_score_in", index)
            yield error(steps, f"no criterion can be given the score {score}")
