"""Cross checks of a definition: what is wrong (error) and what is unwise (warning)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from calls.definition import CallDefinition
from calls.problems import Problem


def check(definition: CallDefinition) -> tuple[Problem, ...]:
    """Return everything that is wrong or unwise; a definition with an error is not imported."""
    return tuple(
        problem
        for checker in (
            _check_ids,
            _check_timetable,
            _check_limits,
            _check_rubric,
            _check_feeds,
            _check_rules,
            _check_languages,
        )
        for problem in checker(definition)
    )


def _warning(path: str, message: str) -> Problem:
    return Problem(path, message, "warning")


def _repeated(path: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(path, f"the id {name!r} is used {count} times")


def _check_ids(definition: CallDefinition) -> Iterator[Problem]:
    yield from _repeated("sections", (each.id for each in definition.sections))
    yield from _repeated("sections.questions", (each.id for each in definition.questions()))
    yield from _repeated("eligibility", (each.id for each in definition.eligibility))
    yield from _repeated("rubric.criteria", (each.id for each in definition.rubric.criteria))
    yield from _repeated("themes", (each.id for each in definition.themes))
    if definition.authoritative_language not in definition.languages:
        yield Problem("authoritative_language", "it is not one of the languages of the call")


def _check_timetable(definition: CallDefinition) -> Iterator[Problem]:
    table = definition.timetable
    if not table.published <= table.opens < table.closes:
        yield Problem("timetable", "published, opens and closes are not in order")
    if not table.opens <= table.questions_until <= table.closes:
        yield Problem("timetable.questions_until", "it is not between opens and closes")
    window = table.projects_start_window
    if window and window[0] > window[1]:
        yield Problem("timetable.projects_start_window", "the last day is before the first")


def _check_limits(definition: CallDefinition) -> Iterator[Problem]:
    grant = definition.grant
    if grant.min_support_eur > grant.max_support_eur:
        yield Problem("grant", "min_support_eur is more than max_support_eur")
    if grant.min_months > grant.max_months:
        yield Problem("grant.duration_months", "the shortest duration is longer than the longest")
    if grant.aid_rate_max_pct + grant.min_own_contribution_pct > Decimal(100):
        yield Problem("grant", "the highest aid rate and the own contribution exceed 100 %")
    if grant.max_support_eur > definition.budget_total:
        yield _warning("budget", "one application may ask for more than the whole budget")


def _check_rubric(definition: CallDefinition) -> Iterator[Problem]:
    rubric = definition.rubric
    weights = sum((each.weight_points for each in rubric.criteria), Decimal(0))
    if weights != rubric.sum_of_weights:
        yield Problem("rubric.criteria", f"the weights sum to {weights}, not {rubric.sum_of_weights}")
    ids = {each.id: each for each in rubric.criteria}
    for criterion in rubric.criteria:
        path = f"rubric.criteria.{criterion.id}"
        if criterion.minimum >= criterion.maximum:
            yield Problem(f"{path}.scale", "the lowest score is not below the highest")
            continue
        given = {anchor.score for anchor in criterion.anchors}
        for score in criterion.scores():
            if score == score.to_integral_value() and score not in given:
                yield Problem(f"{path}.anchors", f"the score {score} has no anchor")
        for score in sorted(given - set(criterion.scores())):
            yield Problem(f"{path}.anchors", f"the score {score} is not on the scale")
    yield from _check_thresholds(definition, ids)


def _check_thresholds(
    definition: CallDefinition, criteria: Mapping[str, Any]
) -> Iterator[Problem]:
    thresholds = definition.rubric.thresholds
    if thresholds.total_min > definition.rubric.sum_of_weights:
        yield Problem("rubric.thresholds.total_min", "it is more than the highest total")
    for name, minimum in thresholds.per_criterion_min.items():
        path = f"rubric.thresholds.per_criterion_min.{name}"
        if name not in criteria:
            yield Problem(path, "there is no such criterion")
        elif not criteria[name].minimum <= minimum <= criteria[name].maximum:
            yield Problem(path, "it is not on the scale of the criterion")
    for combined in thresholds.combined:
        path = f"rubric.thresholds.combined.{combined.id}"
        unknown = [name for name in combined.criteria if name not in criteria]
        if unknown:
            yield Problem(path, f"there is no criterion {', '.join(unknown)}")
        elif combined.minimum > sum(criteria[name].maximum for name in combined.criteria):
            yield Problem(path, "it cannot be reached")
    for index, step in enumerate(definition.rubric.tie_break):
        unknown = [name for name in step.criteria if name not in criteria]
        if unknown:
            yield Problem(f"rubric.tie_break[{index}]", f"there is no criterion {', '.join(unknown)}")


def _check_feeds(definition: CallDefinition) -> Iterator[Problem]:
    ids = {each.id for each in definition.rubric.criteria}
    fed: set[str] = set()
    for question in definition.questions():
        unknown = [name for name in question.feeds_criteria if name not in ids]
        if unknown:
            path = f"sections.questions.{question.id}.feeds_criteria"
            yield Problem(path, f"there is no criterion {', '.join(unknown)}")
        fed.update(question.feeds_criteria)
    for name in sorted(ids - fed):
        yield _warning(f"rubric.criteria.{name}", "no question feeds this criterion")


def _check_rules(definition: CallDefinition) -> Iterator[Problem]:
    for question in definition.questions():
        columns = {column.id for column in getattr(question, "columns", ())}
        for rule in getattr(question, "row_rules", ()):
            column = getattr(rule, "column", None)
            if column is not None and column not in columns:
                path = f"sections.questions.{question.id}.rule"
                yield Problem(path, f"there is no column {column!r}")
    themes = {each.id for each in definition.themes}
    theme = definition.find_question("theme")
    for option in getattr(theme, "options", ()):
        if option.id not in themes:
            yield Problem("sections.questions.theme", f"there is no theme {option.id!r}")


def _check_languages(definition: CallDefinition) -> Iterator[Problem]:
    wanted = set(definition.languages)
    for path, text in _texts(definition, ""):
        missing = sorted(wanted - set(text))
        if missing:
            yield _warning(path, f"the text is missing in {', '.join(missing)}")


def _texts(node: Any, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _texts(getattr(node, name), f"{path}.{name}" if path else name)
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            yield from _texts(item, f"{path}[{index}]")
    elif isinstance(node, dict) and "fi" in node and all(isinstance(v, str) for v in node.values()):
        yield path, node
