"""Answers in words: for checking before submission, and for comparing two texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from app.domain.completeness import is_answered
from app.domain.content import Content
from app.web.filters import day, decimal, file_size, localized_text, money, points
from calls.definition import AnyQuestion, Column, Option


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer to read: a text, or the rows of a table."""

    question: AnyQuestion
    text: str = ""
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Of each row the headings and texts of the cells that hold anything."""
    is_answered: bool = True


def view_answer(question: AnyQuestion, content: Content, labels: Mapping[str, str]) -> AnswerView:
    """Return the answer to a question as one reads it; ``labels`` name the questions of the call."""
    if not is_answered(question, content):
        return AnswerView(question, is_answered=False)
    if question.type in {"file", "files"}:
        return AnswerView(
            question, text="\n".join(map(show_file, content.attachments_of(question.id)))
        )
    value = content.partners if question.type == "partners" else content.answer(question.id)
    if question.type == "secrecy_marks":
        value = [{**row, "question": labels.get(str(row.get("question")))} for row in value]
    names = {str(each["key"]): str(each["name"]) for each in content.partners}
    columns: Sequence[Column] = getattr(question, "columns", ())
    if not columns:
        return AnswerView(question, text=show_value(question, value))
    return AnswerView(question, rows=tuple(_row_view(columns, row, names) for row in value))


def _row_view(
    columns: Sequence[Column], row: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (localized_text(dict(column.label)), show_cell(column, row[column.id], names))
        for column in columns
        if row.get(column.id) not in (None, "")
    )


def show_file(attachment: Mapping[str, Any]) -> str:
    """Return the name and size of an attachment."""
    return f"{attachment['filename']} ({file_size(attachment['size'])})"


def show_value(question: AnyQuestion, value: Any) -> str:
    """Return a canonical answer in words; rows one to a line."""
    if value in (None, "", []):
        return _("Not answered")
    columns: Sequence[Column] = getattr(question, "columns", ())
    if columns:
        return "\n".join(
            " · ".join(show_cell(column, row.get(column.id), {}) for column in columns)
            for row in value
        )
    return _SHOWN.get(question.type, _show_text)(question, value)


def _show_text(_question: Any, value: Any) -> str:
    return str(value)


def _show_choice(question: Any, value: Any) -> str:
    return option_text(question.options, value)


def _show_choices(question: Any, value: Any) -> str:
    return "\n".join(option_text(question.options, each) for each in value)


def _show_bool(_question: Any, value: Any) -> str:
    return _("Yes") if value else _("No")


def _show_money(_question: Any, value: Any) -> str:
    return _amount(value)


def _show_number(_question: Any, value: Any) -> str:
    return _number(value)


def _show_dates(_question: Any, value: Any) -> str:
    return f"{_day(value.get('start'))} – {_day(value.get('end'))}"


def _show_range(_question: Any, value: Any) -> str:
    return f"{value.get('start') or '–'} – {value.get('end') or '–'}"


def _show_marks(_question: Any, value: Any) -> str:
    return "\n".join(
        f"{row.get('question')}: {row.get('ground')} – {row.get('reason')}" for row in value
    )


def option_text(options: Sequence[Option], value: Any) -> str:
    """Return the label of an option, or the bare value when the call does not know it."""
    for option in options:
        if option.id == str(value):
            return localized_text(dict(option.label))
    return str(value)


def show_cell(column: Column, value: Any, partners: Mapping[str, str]) -> str:
    """Return one cell in words."""
    if value in (None, ""):
        return "–"
    if column.type == "partner":
        return partners.get(str(value)) or str(value)
    if column.type in {"choice", "region"}:
        return option_text(column.options, value)
    return _CELLS.get(column.type, str)(value)


def _yes_no(value: Any) -> str:
    return _("Yes") if value is True else _("No")


def _amount(value: Any) -> str:
    try:
        return money(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _number(value: Any) -> str:
    try:
        return points(Decimal(str(value)), 6)
    except InvalidOperation:
        return str(value)


def _whole(value: Any) -> str:
    try:
        return decimal(Decimal(str(value)), 0)
    except InvalidOperation:
        return str(value)


def _day(value: Any) -> str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return "–"


_CELLS = {
    "yes_no": _yes_no,
    "money": _amount,
    "decimal": _number,
    "percent": _number,
    "integer": _whole,
    "date": _day,
}
_SHOWN = {
    "choice": _show_choice,
    "multichoice": _show_choices,
    "checkbox": _show_bool,
    "yes_no": _show_bool,
    "money": _show_money,
    "number": _show_number,
    "date_range": _show_dates,
    "range": _show_range,
    "secrecy_marks": _show_marks,
}
