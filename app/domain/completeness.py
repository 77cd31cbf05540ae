"""What an application still lacks before it can be submitted: one pure function for all surfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.budgets import to_decimal
from app.domain.content import Content
from app.domain.errors import Problem
from calls.definition import ROWS_TYPES, AnyQuestion, CallDefinition

Fault = tuple[str, str, dict[str, Any]]
"""Code, field and data of one problem."""

_TOO_FEW = frozenset({"too_few", "too_few_rows"})
_DECIDED_LATER = frozenset(
    {"ineligible", "not_examined", "completion_request", "completion_then_ineligible"}
)
REGION_SOURCE = "regions.csv"
COMPANIES = "companies"
"""The question whose rows are the committed companies, as the eligibility rules read it."""

Checker = Callable[[AnyQuestion, Content], Iterator[Fault]]
"""Yields (code, field, data) for each problem of one question."""


def find_problems(definition: CallDefinition, content: Content) -> list[Problem]:
    """List everything that must be mended, in the order of the form.

    What an eligibility rule of the call decides is not among it: too few regions, companies or
    partners is a ground for a decision, which the applicant can have reviewed, and not a gap in the
    form. Otherwise the form would shut out an application that is to be examined and refused with
    reasons (Administrative Procedure Act 434/2003, 45 §).
    """
    decided = questions_decided_by_rules(definition)
    return [
        Problem(code, question.id, section.id, field, data)
        for section in definition.sections
        for question in section.questions
        for code, field, data in _check(question, content)
        if not (code in _TOO_FEW and question.id in decided)
    ]


def questions_decided_by_rules(definition: CallDefinition) -> frozenset[str]:
    """Return the questions whose least number an eligibility rule judges after submission."""
    kinds = {each.rule.kind for each in definition.eligibility if each.on_fail in _DECIDED_LATER}
    return frozenset(
        question.id
        for question in definition.questions()
        if ("regions_at_least" in kinds and getattr(question, "source", None) == REGION_SOURCE)
        or ("companies_at_least" in kinds and question.id == COMPANIES)
        or ("partners_at_least" in kinds and question.type == "partners")
    )


def find_section_problems(
    definition: CallDefinition, section_id: str, content: Content
) -> list[Problem]:
    """List what one section lacks."""
    return [each for each in find_problems(definition, content) if each.section_id == section_id]


def is_answered(question: AnyQuestion, content: Content) -> bool:
    """Tell whether a question has any answer."""
    if question.type in {"file", "files"}:
        return bool(content.attachments_of(question.id))
    if question.type == "partners":
        return bool(content.partners)
    value = content.answer(question.id)
    if question.type == "checkbox":
        return value is True
    return value not in (None, "", [], {})


def _check(question: AnyQuestion, content: Content) -> Iterator[Fault]:
    if not is_answered(question, content):
        if question.required:
            yield "required", "", {}
        return
    checker = _CHECKERS.get(question.type)
    if checker is None and question.type in ROWS_TYPES:
        checker = _check_rows
    if checker is not None:
        yield from checker(question, content)


def _check_text(question: Any, content: Content) -> Iterator[Fault]:
    text = str(content.answer(question.id))
    length = len(text.replace("\r\n", "\n"))
    if length < question.min_chars:
        yield "too_short", "", {"minimum": question.min_chars, "got": length}
    if length > question.max_chars:
        yield "too_long", "", {"maximum": question.max_chars, "got": length}


def _check_choice(question: Any, content: Content) -> Iterator[Fault]:
    if content.answer(question.id) not in {option.id for option in question.options}:
        yield "unknown_option", "", {"value": str(content.answer(question.id))}


def _check_choices(question: Any, content: Content) -> Iterator[Fault]:
    chosen = list(content.answer(question.id))
    known = {option.id for option in question.options}
    for value in chosen:
        if value not in known:
            yield "unknown_option", "", {"value": str(value)}
    if len(chosen) < question.min_items:
        yield "too_few", "", {"minimum": question.min_items, "got": len(chosen)}
    if question.max_items and len(chosen) > question.max_items:
        yield "too_many", "", {"maximum": question.max_items, "got": len(chosen)}


def _check_number(question: Any, content: Content) -> Iterator[Fault]:
    yield from _out_of_limits(question, to_decimal(content.answer(question.id)), "")


def _out_of_limits(limits: Any, value: Decimal, field: str) -> Iterator[Fault]:
    if limits.minimum is not None and value < limits.minimum:
        yield "too_small", field, {"minimum": str(limits.minimum), "got": str(value)}
    if limits.maximum is not None and value > limits.maximum:
        yield "too_large", field, {"maximum": str(limits.maximum), "got": str(value)}


def _check_dates(question: Any, content: Content) -> Iterator[Fault]:
    value = content.answer(question.id)
    try:
        start, end = (date.fromisoformat(str(value.get(key))) for key in ("start", "end"))
    except ValueError:
        yield "required", "", {}
        return
    if end < start:
        yield "end_before_start", "", {}


def _check_range(question: Any, content: Content) -> Iterator[Fault]:
    value = content.answer(question.id)
    ends = [value.get("start"), value.get("end")]
    if any(each is None for each in ends):
        yield "required", "", {}
    elif not question.minimum <= ends[0] <= ends[1] <= question.maximum:
        yield "range_order", "", {"minimum": question.minimum, "maximum": question.maximum}


def _check_files(question: Any, content: Content) -> Iterator[Fault]:
    count = len(content.attachments_of(question.id))
    minimum, maximum = getattr(question, "min_items", 0), getattr(question, "max_items", 1)
    if count < minimum:
        yield "too_few", "", {"minimum": minimum, "got": count}
    if count > maximum:
        yield "too_many", "", {"maximum": maximum, "got": count}


def _check_rows(question: Any, content: Content) -> Iterator[Fault]:
    rows = content.partners if question.type == "partners" else content.rows(question.id)
    if len(rows) < question.min_rows:
        yield "too_few_rows", "", {"minimum": question.min_rows, "got": len(rows)}
    if question.max_rows and len(rows) > question.max_rows:
        yield "too_many_rows", "", {"maximum": question.max_rows, "got": len(rows)}
    for number, row in enumerate(rows, start=1):
        yield from _check_row(question, number, row)
    for rule in question.row_rules:
        yield from _check_rule(rule, rows)
    if question.type == "indicators":
        codes = {row.get("code") for row in rows}
        for code in question.mandatory_codes:
            if code not in codes:
                yield "code_missing", "", {"value": code}


def _check_row(question: Any, number: int, row: Mapping[str, Any]) -> Iterator[Fault]:
    for column in question.columns:
        value, field = row.get(column.id), f"{number}.{column.id}"
        if value in (None, ""):
            if column.required and (question.type, column.id) not in _ZERO_WHEN_EMPTY:
                yield "cell_required", field, {"row": number, "column": dict(column.label)}
        elif column.type == "choice" and str(value) not in {option.id for option in column.options}:
            yield "unknown_option", field, {"value": str(value)}
        elif column.type in {"integer", "decimal", "percent", "money"}:
            yield from _out_of_limits(column, to_decimal(value), field)


def _check_rule(rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    checker = _RULES.get(rule.kind)
    if checker is not None:
        yield from checker(rule, rows)


def _sum_equals(rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    total = sum((to_decimal(row.get(rule.column)) for row in rows), Decimal(0))
    if total != rule.total:
        yield "sum_differs", "", {"expected": str(rule.total), "got": str(total)}


def _exact_rows(rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    if len(rows) != rule.rows:
        yield "exact_rows", "", {"expected": rule.rows, "got": len(rows)}


def _minimum_chars(rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for number, row in enumerate(rows, start=1):
        got = len(str(row.get(rule.column) or ""))
        if got < rule.minimum:
            data = {"minimum": rule.minimum, "got": got, "row": number}
            yield "too_short", f"{number}.{rule.column}", data


def _one_lead(_rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    leads = sum(1 for row in rows if row.get("role") == "lead")
    if leads != 1:
        yield "one_lead", "", {"got": leads}


def _confirmed(_rule: Any, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for row in rows:
        if not row.get("confirmed", True):
            yield "partner_unconfirmed", "", {"partner": row.get("name", "")}


_ZERO_WHEN_EMPTY = frozenset(
    ("budget_financing", source) for source in ("municipal", "other_public", "private")
)
"""Sources of money that a partner need not have: an empty cell says that nothing comes from there."""

_RULES: Mapping[str, Callable[[Any, Sequence[Mapping[str, Any]]], Iterator[Fault]]] = {
    "sum_equals": _sum_equals,
    "exact_rows": _exact_rows,
    "minimum_chars": _minimum_chars,
    "exactly_one_lead": _one_lead,
    "partners_confirm": _confirmed,
}
"""Rules about rows that completeness decides; sums of money and aid are rules of eligibility."""

_CHECKERS: Mapping[str, Checker] = {
    "text": _check_text,
    "longtext": _check_text,
    "choice": _check_choice,
    "multichoice": _check_choices,
    "number": _check_number,
    "money": _check_number,
    "date_range": _check_dates,
    "range": _check_range,
    "file": _check_files,
    "files": _check_files,
}
