"""Cross checks of a definition: what is wrong (error) and what is unwise (warning)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from pydantic import BaseModel

from calls.check_funding import check_funding
from calls.check_routing import check_routing
from calls.check_rubric import check_feeds, check_rubric
from calls.definition import CallDefinition
from calls.findings import Finding, Steps, error, warning
from calls.lint_rubric import lint_rubric
from calls.problems import Problem
from calls.questions import AnyQuestion, Column, Option
from calls.rules import BudgetBalances, OfficerAssessed, RowRule
from scoring.budget import FLAT_RATES

FULL_PERCENT = Decimal(100)
_RANGES = (
    ("min_chars", "max_chars"),
    ("min_items", "max_items"),
    ("min_rows", "max_rows"),
    ("minimum", "maximum"),
)


def check(definition: CallDefinition) -> tuple[Problem, ...]:
    """Return everything that is wrong or unwise in the definition itself."""
    return tuple(finding.as_problem() for finding in find_faults(definition))


def find_faults(definition: CallDefinition) -> Iterator[Finding]:
    """Yield everything that is wrong or unwise in the definition itself."""
    yield from _check_ids(definition)
    yield from _check_timetable(definition)
    yield from _check_limits(definition)
    yield from check_rubric(definition)
    yield from lint_rubric(definition)
    yield from check_feeds(definition)
    yield from check_routing(definition)
    yield from check_funding(definition)
    yield from _check_questions(definition)
    yield from _check_eligibility(definition)
    yield from _check_languages(definition)


def _repeated(names: Iterable[tuple[Steps, str]]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for steps, name in names:
        seen[name] += 1
        if seen[name] > 1:
            yield error((*steps, "id"), f"the id {name!r} is used twice")


def _check_ids(definition: CallDefinition) -> Iterator[Finding]:
    rubric = definition.rubric
    lists: tuple[tuple[Steps, list[str]], ...] = (
        (("sections",), [each.id for each in definition.sections]),
        (("eligibility",), [each.id for each in definition.eligibility]),
        (("themes",), [each.id for each in definition.themes]),
        (("rubric", "criteria"), [each.id for each in rubric.criteria]),
        (("rubric", "thresholds", "combined"), [each.id for each in rubric.thresholds.combined]),
        (("rubric", "thresholds", "vetoes"), [each.id for each in rubric.thresholds.vetoes]),
    )
    for place, names in lists:
        yield from _repeated(((*place, n), name) for n, name in enumerate(names))
    yield from _repeated(
        (("sections", s, "questions", q), question.id)
        for s, section in enumerate(definition.sections)
        for q, question in enumerate(section.questions)
    )
    if definition.authoritative_language not in definition.languages:
        yield error(("authoritative_language",), "it is not one of the languages of the call")


def _check_timetable(definition: CallDefinition) -> Iterator[Finding]:
    table = definition.timetable
    order = ("published", "opens", "questions_until", "closes")
    for earlier, later in pairwise(order):
        if getattr(table, earlier) > getattr(table, later):
            yield error(("timetable", later), f"it is earlier than {earlier}")
    if table.opens == table.closes:
        yield error(("timetable", "closes"), "the call closes when it opens")
    window = table.projects_start_window
    if window and window[0] > window[1]:
        yield error(("timetable", "projects_start_window"), "the last day is before the first")


def _check_limits(definition: CallDefinition) -> Iterator[Finding]:
    grant = definition.grant
    if grant.min_support_eur > grant.max_support_eur:
        yield error(("grant", "min_support_eur"), "it is more than max_support_eur")
    if grant.min_months > grant.max_months:
        yield error(("grant", "duration_months"), "the shortest duration exceeds the longest")
    if grant.aid_rate_max_pct + grant.min_own_contribution_pct > FULL_PERCENT:
        yield error(("grant", "aid_rate_max_pct"), "with the own contribution it exceeds 100 %")
    if grant.max_support_eur > definition.budget_total:
        yield warning(("grant", "max_support_eur"), "one application may ask for the whole budget")


def _check_questions(definition: CallDefinition) -> Iterator[Finding]:
    themes = {each.id for each in definition.themes}
    for s, section in enumerate(definition.sections):
        for q, question in enumerate(section.questions):
            steps: Steps = ("sections", s, "questions", q)
            yield from _check_ranges(question, steps)
            yield from _check_rows(question, steps)
            options: tuple[Option, ...] = getattr(question, "options", ())
            places = (((*steps, "options", n), each.id) for n, each in enumerate(options))
            yield from _repeated(places)
            if question.id == "theme":
                unknown = [each.id for each in options if each.id not in themes]
                for name in unknown:
                    yield error((*steps, "options"), f"there is no theme {name!r}")


def _check_ranges(item: BaseModel, steps: Steps) -> Iterator[Finding]:
    for low, high in _RANGES:
        least, most = getattr(item, low, None), getattr(item, high, None)
        if least is not None and most is not None and least > most:
            yield error((*steps, low), f"it is more than {high}")


def _check_rows(question: AnyQuestion, steps: Steps) -> Iterator[Finding]:
    """Check columns and the rules that name them; other questions have none."""
    columns: tuple[Column, ...] = getattr(question, "columns", ())
    yield from _repeated((((*steps, "columns", n), each.id) for n, each in enumerate(columns)))
    for index, column in enumerate(columns):
        place = (*steps, "columns", index)
        yield from _check_ranges(column, place)
        if column.type == "choice" and not column.options:
            yield error((*place, "options"), "a choice needs options")
    rules: tuple[RowRule, ...] = getattr(question, "row_rules", ())
    for rule in rules:
        named = getattr(rule, "column", None)
        if named is not None and named not in {each.id for each in columns}:
            yield error((*steps, "rule"), f"there is no column {named!r}")
    codes = getattr(question, "mandatory_codes", ())
    offered = {option.id for column in columns if column.id == "code" for option in column.options}
    for code in codes:
        if code not in offered:
            yield error((*steps, "mandatory_codes"), f"{code!r} is not among the options")


def _check_eligibility(definition: CallDefinition) -> Iterator[Finding]:
    for index, each in enumerate(definition.eligibility):
        steps: Steps = ("eligibility", index)
        if each.automatic == each.needs_officer:
            yield error((*steps, "check"), "pass/fail is for an officer, every other rule is auto")
        rule = each.rule
        named = rule.question if isinstance(rule, OfficerAssessed) else None
        if named is not None and definition.find_question(named) is None:
            yield error((*steps, "rule"), f"there is no question {named!r}")
        if isinstance(rule, BudgetBalances):
            yield from _check_flat_rate(rule, definition, steps)


def _check_flat_rate(
    rule: BudgetBalances, definition: CallDefinition, steps: Steps
) -> Iterator[Finding]:
    """Refuse a rule that names another percentage than every flat rate that the call offers."""
    offered = [
        FLAT_RATES[each].pct for each in definition.cost_models.flat_rates if each in FLAT_RATES
    ]
    if offered and rule.flat_rate_pct not in offered:
        yield error((*steps, "rule"), f"no flat rate of the call is {rule.flat_rate_pct} %")


def _check_languages(definition: CallDefinition) -> Iterator[Finding]:
    for steps, text in _texts(definition, ()):
        missing = [each for each in definition.languages if each not in text]
        if missing:
            yield warning(steps, f"the text is missing in {', '.join(missing)}")


def _texts(node: object, steps: Steps) -> Iterator[tuple[Steps, Mapping[str, str]]]:
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _texts(getattr(node, name), (*steps, name))
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            yield from _texts(item, (*steps, index))
    elif isinstance(node, dict) and "fi" in node:
        yield steps, node
