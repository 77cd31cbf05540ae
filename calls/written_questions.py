"""Questions as people write them: bare column ids, bare options and row rules are written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calls import rule_grammar as grammar
from calls.option_sources import find_options, list_sources
from calls.problems import Step
from calls.questions import ROWS_TYPES
from calls.register_rows import RegisteredColumn
from calls.register_set import Registers

Node = dict[str, Any]
Steps = tuple[Step, ...]
_OWN_SOURCE = "@source:"


@dataclass(slots=True)
class Completion:
    """One definition on its way to the complete form; problems gather here."""

    registers: Registers
    labels: Mapping[str, Any] = field(default_factory=dict)
    problems: list[tuple[Steps, str]] = field(default_factory=list)

    def refuse(self, steps: Steps, message: str) -> None:
        """Note a fault."""
        self.problems.append((steps, message))

    def options(self, source: object, steps: Steps) -> list[Node] | None:
        """Return the options of a source, or None (noted as a fault) when it is not known."""
        found = find_options(source, self.registers) if isinstance(source, str) else None
        if found is None:
            known = ", ".join(list_sources(self.registers))
            self.refuse(steps, f"the source {source!r} is not known; known: {known}")
            return None
        return [{"id": option.id, "label": dict(option.label)} for option in found]


def complete_question(question: Node, steps: Steps, work: Completion) -> Node:
    """Return a question in the complete form; `question` itself is changed."""
    kind = question.get("type")
    if kind in {"choice", "multichoice"}:
        _complete_options(question, steps, work)
    elif kind in ROWS_TYPES:
        _complete_columns(question, steps, work)
        _complete_row_rules(question, steps, work)
    return question


def _complete_options(question: Node, steps: Steps, work: Completion) -> None:
    if "options" not in question and "source" in question:
        question["options"] = work.options(question["source"], (*steps, "source")) or []
        return
    written = question.get("options")
    if isinstance(written, list):
        question["options"] = [
            _complete_option(option, (*steps, "options", index), work)
            for index, option in enumerate(written)
        ]


def _complete_option(option: object, steps: Steps, work: Completion) -> object:
    if isinstance(option, dict):
        return option
    if not isinstance(option, str):
        work.refuse(steps, f"the option {option!r} is not text: put it in quotes")
    elif option not in work.labels:
        work.refuse(steps, f"the option {option!r} has no label: write its id and label")
    else:
        return {"id": option, "label": work.labels[option]}
    return option


def _complete_columns(question: Node, steps: Steps, work: Completion) -> None:
    if "source" in question:
        work.options(question["source"], (*steps, "source"))
    written = question.get("columns")
    if isinstance(written, list):
        question["columns"] = [
            _complete_column(column, question, (*steps, "columns", index), work)
            for index, column in enumerate(written)
        ]


def _complete_column(column: object, question: Node, steps: Steps, work: Completion) -> object:
    """Write out a bare id from the register, or the source of a column written in full."""
    if isinstance(column, dict):
        if "source" not in column:
            return column
        options = work.options(column["source"], (*steps, "source")) or []
        return {
            **{key: value for key, value in column.items() if key != "source"},
            "options": options,
        }
    found = _find_column(str(column), question, work.registers)
    if found is None:
        work.refuse(steps, f"the column {column!r} is not known: write its id, label and type")
        return column
    node: Node = {
        "id": str(column),
        "label": dict(found.name),
        "type": found.type,
        "required": found.required,
        "options": _registered_options(found, question, steps, work),
        "minimum": found.minimum,
        "maximum": found.maximum,
    }
    return {key: value for key, value in node.items() if value is not None}


def _find_column(column_id: str, question: Node, registers: Registers) -> RegisteredColumn | None:
    """Look a column up by `question.column`, `type.column` and then its bare id."""
    registered = {each.id: each for each in registers.columns}
    for name in (f"{question.get('id')}.{column_id}", f"{question.get('type')}.{column_id}"):
        if name in registered:
            return registered[name]
    return registered.get(column_id)


def _registered_options(
    found: RegisteredColumn, question: Node, steps: Steps, work: Completion
) -> list[Node] | None:
    if found.options is None:
        return None
    source: object = found.options
    if found.options.startswith(_OWN_SOURCE):
        source = question.get("source", found.options.removeprefix(_OWN_SOURCE))
    return work.options(source, steps) or []


def _complete_row_rules(question: Node, steps: Steps, work: Completion) -> None:
    """Replace `rule` by `row_rules`; a structured rule or a list of them is taken as it is."""
    if "rule" not in question:
        return
    written = question.pop("rule")
    stated = list(question.get("row_rules") or ())
    if isinstance(written, str):
        try:
            stated += grammar.read_row_rules(written, work.registers)
        except grammar.UnknownRule as unknown:
            work.refuse((*steps, "rule"), str(unknown))
    else:
        stated += written if isinstance(written, list) else [written]
    question["row_rules"] = stated
