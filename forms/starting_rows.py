"""What a form shows before anything is typed: the answers, or the rows that a person starts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calls.questions import AnyQuestion, Option
from forms.fields import Choices
from forms.rows import ROW_ID


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form needs besides the section: the reader, the partners and the secrecy register."""

    language: str = "fi"
    partners: Choices = ()
    secrecy_questions: Choices = ()
    secrecy_grounds: Choices = ()
    own_partner: str = ""
    """The only partner whose rows may be edited; empty for the owner, who edits all."""


def is_fixed(question: Any, context: FormContext) -> bool:
    """Tell whether the rows are given: by the register, by the partners, or by what one may edit."""
    if question.type in {"dnsh", "budget_financing"}:
        return True
    return question.type == "partners" and bool(context.own_partner)


def given_columns(question: Any, context: FormContext) -> tuple[str, ...]:
    """Return the columns that the server fills in: they do not make a row count as filled."""
    if question.type == "partners":
        return ("role",)
    if question.type == "budget_staff" and context.own_partner:
        return ("partner",)
    return ()


def starting_value(question: AnyQuestion, value: Any, context: FormContext) -> Any:
    """Return the value to show: the answer, or the rows that the person starts from."""
    if question.type == "secrecy_marks":
        return value or []
    if not hasattr(question, "columns"):
        return value
    rows = [dict(each) for each in value or ()]
    starter = _STARTERS.get(question.type)
    if starter is not None:
        return starter(question, rows, context)
    least = max(1 if question.required else 0, question.min_rows)
    return rows or [{} for _each in range(least)]


def _start_dnsh(question: Any, rows: list[dict[str, Any]], _context: FormContext) -> list[Any]:
    known = {row.get("objective"): row for row in rows}
    return [known.get(each.id, {"objective": each.id}) for each in objectives_of(question)]


def objectives_of(question: Any) -> Sequence[Option]:
    """Return the environmental objectives of a DNSH question."""
    column = next(each for each in question.columns if each.id == "objective")
    options: Sequence[Option] = column.options
    return options


def _start_financing(_question: Any, rows: list[dict[str, Any]], context: FormContext) -> list[Any]:
    known = {row.get("partner"): row for row in rows}
    keys = [key for key, _name in context.partners if context.own_partner in ("", key)]
    return [known.get(key, {"partner": key}) for key in keys]


def _start_staff(_question: Any, rows: list[dict[str, Any]], context: FormContext) -> list[Any]:
    if context.own_partner:
        own = [row for row in rows if row.get("partner") == context.own_partner]
        return own or [_starting_row("partner", context.own_partner)]
    return rows or [_starting_row("partner", key) for key, _name in context.partners]


def _start_partners(_question: Any, rows: list[dict[str, Any]], context: FormContext) -> list[Any]:
    if context.own_partner:
        return [row for row in rows if row.get("key") == context.own_partner]
    return rows or [{"key": "P1", "role": "lead"}]


def _start_indicators(
    question: Any, rows: list[dict[str, Any]], _context: FormContext
) -> list[Any]:
    return rows or [_starting_row("code", each) for each in question.mandatory_codes] or [{}]


def _starting_row(column: str, value: str) -> dict[str, Any]:
    """Return a row that everybody starts from, under the identifier that everybody gives it."""
    return {column: value, ROW_ID: f"s:{value}"}


_STARTERS: Mapping[str, Callable[[Any, list[dict[str, Any]], FormContext], list[Any]]] = {
    "dnsh": _start_dnsh,
    "budget_financing": _start_financing,
    "budget_staff": _start_staff,
    "partners": _start_partners,
    "indicators": _start_indicators,
}
