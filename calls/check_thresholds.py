"""Cross checks of thresholds: names that are not there, and minima that nobody could reach."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from calls.definition import Criterion
from calls.findings import Finding, Steps, error
from calls.rubric import CombinedThreshold, Rubric
from calls.scoring_rules import to_combined
from scoring.scale import InvalidRubric, Scale
from scoring.thresholds import Comparison

PLACE: Steps = ("rubric", "thresholds")


def unknown_criteria(names: tuple[str, ...], rubric: Rubric) -> list[str]:
    """Return the names that are no criterion of the rubric."""
    known = {each.id for each in rubric.criteria}
    return [name for name in names if name not in known]


def is_step(criterion: Criterion, score: Decimal) -> bool:
    """Tell whether a score is on the scale of the criterion and on one of its steps."""
    inside = criterion.minimum <= score <= criterion.maximum
    return inside and Fraction(score - criterion.minimum) % Fraction(criterion.step) == 0


def check_thresholds(rubric: Rubric) -> Iterator[Finding]:
    """Yield every threshold, rule or veto that cannot be what was meant."""
    thresholds = rubric.thresholds
    weights = sum((each.weight_points for each in rubric.criteria), Decimal(0))
    comparison = Comparison(thresholds.total_comparison)
    if not comparison.holds(Fraction(max(weights, rubric.sum_of_weights)), thresholds.total_min):
        yield error((*PLACE, "total_min"), "it is more than the highest total")
    yield from _check_minima(rubric)
    for index, combined in enumerate(thresholds.combined):
        yield from _check_combined(rubric, combined, (*PLACE, "combined", index))
    yield from _check_vetoes(rubric)


def _check_minima(rubric: Rubric) -> Iterator[Finding]:
    thresholds = rubric.thresholds
    criteria = {each.id: each for each in rubric.criteria}
    for name, minimum in thresholds.per_criterion_min.items():
        steps = (*PLACE, "per_criterion_min", name)
        if name not in criteria:
            yield error(steps, f"there is no criterion {name!r}")
        elif not is_step(criteria[name], minimum):
            yield error(steps, f"{minimum} is not on the scale of the criterion")
        elif name in thresholds.above_criterion_min and minimum == criteria[name].maximum:
            yield error(steps, f"no score is above {minimum}")
    for index, name in enumerate(thresholds.above_criterion_min):
        if name not in thresholds.per_criterion_min:
            message = f"{name!r} has no lowest score in per_criterion_min"
            yield error((*PLACE, "above_criterion_min", index), message)


def _check_combined(rubric: Rubric, combined: CombinedThreshold, steps: Steps) -> Iterator[Finding]:
    unknown = unknown_criteria(combined.criteria, rubric)
    for name in unknown:
        yield error(steps, f"there is no criterion {name!r}")
    is_incomplete = (combined.each is not None) != (combined.takes == "count")
    if is_incomplete:
        yield error((*steps, "each"), "a count, and no other rule, says what each must have")
    scales = _scales(rubric)
    if unknown or is_incomplete or not set(combined.criteria) <= set(scales):
        return
    rule = to_combined(combined)
    highest = rule.highest(scales)
    if not rule.comparison.holds(highest, rule.minimum):
        what = {"sum": "the highest sum", "min": "the highest", "count": "the highest count"}
        message = (
            f"{combined.minimum} cannot be reached: {what[combined.takes]} is {_shown(highest)}"
        )
        yield error(steps, message)


def _check_vetoes(rubric: Rubric) -> Iterator[Finding]:
    criteria = {each.id: each for each in rubric.criteria}
    for index, veto in enumerate(rubric.thresholds.vetoes):
        steps: Steps = (*PLACE, "vetoes", index)
        criterion = criteria.get(veto.criterion)
        if criterion is None:
            yield error(steps, f"there is no criterion {veto.criterion!r}")
        elif not criterion.minimum <= veto.at_most < criterion.maximum:
            yield error((*steps, "at_most"), "it bars everybody or nobody")


def _scales(rubric: Rubric) -> dict[str, Scale]:
    """Return the scales that can be used; what is wrong with the others is found elsewhere."""
    scales = {}
    for each in rubric.criteria:
        try:
            scales[each.id] = Scale(each.minimum, each.maximum, each.step)
        except InvalidRubric:
            continue
    return scales


def _shown(value: Fraction) -> str:
    return f"{float(value):g}"
