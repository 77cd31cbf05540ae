"""The columns of tables as fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from calls.questions import Column, Option
from forms.fields import (
    BusinessIdField,
    ChoiceField,
    Choices,
    DayField,
    KeyField,
    LineField,
    LongTextField,
    YesNoField,
)
from forms.number_fields import MoneyField, NumberField, WholeNumberField

COMPUTED = frozenset({"cost"})
"""Columns of staff costs that nobody types."""


def option_choices(options: Iterable[Option]) -> list[tuple[str, object]]:
    """Return options as choices; their labels stay data texts in all languages."""
    return [(option.id, dict(option.label)) for option in options]


def column_fields(
    question: Any, language: str, partners: Choices, own_partner: str = ""
) -> dict[str, Any]:
    """Return the fields of one row of a table, in the order of its columns."""
    fields: dict[str, Any] = {"key": KeyField()} if question.type == "partners" else {}
    for column in question.columns:
        if question.type == "budget_staff" and column.id in COMPUTED:
            continue
        if _is_given(question.type, column, own_partner):
            fields[column.id] = KeyField(dict(column.label))
        else:
            fields[column.id] = column_field(column, language, partners)
    return fields


def _is_given(kind: str, column: Column, own_partner: str) -> bool:
    if kind == "dnsh":
        return column.id == "objective"
    if kind == "budget_financing":
        return column.id == "partner"
    if own_partner and kind == "budget_staff":
        return column.id == "partner"
    return bool(own_partner) and kind == "partners" and column.id == "role"


def column_field(column: Column, language: str, partners: Choices) -> Any:
    """Return the unbound field of one column."""
    label = dict(column.label)
    numbers: Mapping[str, Callable[..., Any]] = {
        "integer": WholeNumberField,
        "decimal": NumberField,
        "percent": NumberField,
        "money": MoneyField,
    }
    if column.type in numbers:
        return numbers[column.type](label, language=language)
    if column.type in {"choice", "region"}:
        return ChoiceField(label, choices=option_choices(column.options))
    if column.type == "partner":
        return ChoiceField(label, choices=partners)
    if column.type == "longtext":
        return LongTextField(label, render_kw={"rows": 3})
    return _PLAIN[column.type](label)


_PLAIN: Mapping[str, Callable[..., Any]] = {
    "text": LineField,
    "yes_no": YesNoField,
    "date": DayField,
    "business_id": BusinessIdField,
}
