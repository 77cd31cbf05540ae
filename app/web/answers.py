"""Answers of an application made readable: option labels, partners' names, tables with headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from app.domain.content import Content
from app.web.filters import day, localized_text, money, points
from calls.definition import ROWS_TYPES, AnyQuestion, CallDefinition, Column
from calls.registers import Registers
from calls.text import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer: a text, points of a list, or a table; and its attachments."""

    id: str
    label: Text
    kind: str
    text: str = ""
    items: Sequence[str] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    files: Sequence[Mapping[str, Any]] = ()
    secrecy: str = ""
    own_words: bool = False
    """Whether the text was written by the applicant, in the language of the application."""


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of the form with its answers."""

    id: str
    title: Text
    answers: Sequence[Shown] = field(default_factory=tuple)


ALL_VISIBILITIES: frozenset[str] = frozenset({"public", "party", "officers"})
PARTY_VISIBILITIES: frozenset[str] = frozenset({"public", "party"})
"""What the parties of the matter and its evaluators may read."""


def present_sections(
    definition: CallDefinition,
    content: Content,
    registers: Registers,
    visibilities: frozenset[str] = ALL_VISIBILITIES,
) -> list[ShownSection]:
    """Return the answers of an application section by section, as far as the reader may see them."""
    regions = {each.code: each.name for each in registers.regions}
    labels = {each.id: localized_text(each.label) for each in definition.questions()}
    presenter = _Presenter(content, regions, _find_marks(definition, content), labels)
    sections = [
        ShownSection(
            section.id,
            section.title,
            [
                presenter.present(question)
                for question in section.questions
                if question.visibility in visibilities
            ],
        )
        for section in definition.sections
    ]
    return [section for section in sections if section.answers]


def _find_marks(definition: CallDefinition, content: Content) -> dict[str, str]:
    """Return the ground and the reason of each answer that is marked as secret."""
    return {
        str(row.get("question")): f"{row.get('ground', '')}: {row.get('reason', '')}"
        for question in definition.questions()
        if question.type == "secrecy_marks"
        for row in content.rows(question.id)
    }


class _Presenter:
    """Knows the partners, regions and secrets of one application."""

    def __init__(
        self,
        content: Content,
        regions: Mapping[str, Any],
        secrecy: Mapping[str, str],
        labels: Mapping[str, str],
    ) -> None:
        self._content = content
        self._regions = regions
        self._partners = {str(row["key"]): str(row["name"]) for row in content.partners}
        self._secrecy = secrecy
        self._labels = labels

    def present(self, question: AnyQuestion) -> Shown:
        """Return one answer made readable."""
        base = Shown(
            question.id, question.label, "text", secrecy=self._secrecy.get(question.id, "")
        )
        if question.type in {"file", "files"}:
            return _changed(base, "files", files=self._content.attachments_of(question.id))
        if question.type == "partners":
            return self._table(base, question, self._content.partners)
        value = self._content.answer(question.id)
        if value is None or value in ("", []):
            return _changed(base, "none")
        if question.type in ROWS_TYPES or question.type == "secrecy_marks":
            return self._table(base, question, value)
        if question.type == "multichoice":
            names = {option.id: localized_text(option.label) for option in question.options}
            return _changed(base, "list", items=[names.get(each, str(each)) for each in value])
        is_prose = question.type in {"text", "longtext"}
        return _changed(base, "text", text=self._text(question, value), own_words=is_prose)

    def _text(self, question: AnyQuestion, value: Any) -> str:
        match question.type:
            case "choice":
                names = {option.id: localized_text(option.label) for option in question.options}
                return names.get(value, str(value))
            case "checkbox" | "yes_no":
                return _("Yes") if value else _("No")
            case "date_range":
                return f"{_day(value.get('start'))} – {_day(value.get('end'))}"
            case "range":
                return f"{value.get('start')} – {value.get('end')}"
            case "money" | "number":
                return _number(value, is_money=question.type == "money")
            case _:
                return str(value)

    def _marks(self, base: Shown, rows: Sequence[Mapping[str, Any]]) -> Shown:
        """Return the parts marked as secret by their names, not by the ids of the questions."""
        headings = [_("Part of the application"), _("Ground for secrecy"), _("Reason")]
        cells = [
            [
                self._labels.get(str(row.get("question")), str(row.get("question", ""))),
                str(row.get("ground", "")),
                str(row.get("reason", "")),
            ]
            for row in rows
        ]
        return _changed(base, "table", headings=headings, rows=cells)

    def _table(
        self, base: Shown, question: AnyQuestion, rows: Sequence[Mapping[str, Any]]
    ) -> Shown:
        columns: tuple[Column, ...] = getattr(question, "columns", ())
        if not rows:
            return _changed(base, "none")
        if question.type == "secrecy_marks":
            return self._marks(base, rows)
        return _changed(
            base,
            "table",
            headings=[localized_text(column.label) for column in columns],
            rows=[[self._cell(column, row.get(column.id)) for column in columns] for row in rows],
        )

    def _cell(self, column: Column, value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "–" if value is None or value == "" else self._filled_cell(column, value)

    def _filled_cell(self, column: Column, value: Any) -> str:
        match column.type:
            case "partner":
                return f"{value} {self._partners.get(str(value), '')}".strip()
            case "region":
                return localized_text(self._regions.get(str(value))) or str(value)
            case "money":
                return _number(value, is_money=True)
            case "decimal" | "percent" | "integer":
                return _number(value, is_money=False)
            case "date":
                return _day(value)
            case _:
                chosen = (each.label for each in column.options if each.id == str(value))
                return localized_text(next(chosen, None)) or str(value)


def _changed(base: Shown, kind: str, **changes: Any) -> Shown:
    return Shown(base.id, base.label, kind, secrecy=base.secrecy, **changes)


def _number(value: Any, *, is_money: bool) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return money(number) if is_money else points(number)


def _day(value: Any) -> str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "–")
