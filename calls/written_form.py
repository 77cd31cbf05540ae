"""From a definition as people write it to the complete form that the models check.

Bare column ids get label and type, options get labels, and written rules become structured ones.
What cannot be resolved is a problem with its path; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calls import rule_grammar as grammar
from calls.option_sources import find_options, list_sources
from calls.problems import Problem, Step, format_path
from calls.questions import ROWS_TYPES, Option
from calls.register_rows import RegisteredColumn
from calls.register_set import Registers
from calls.text import LANGUAGES
from calls.timetable import local_to_utc

Node = dict[str, Any]


@dataclass(slots=True)
class Completion:
    """One definition on its way to the complete form; problems gather here."""

    registers: Registers
    problems: list[tuple[tuple[Step, ...], str]] = field(default_factory=list)

    def refuse(self, steps: tuple[Step, ...], message: str) -> None:
        """Remember a problem."""
        self.problems.append((steps, message))

    def listed(self) -> list[Problem]:
        """Return the problems without file and line."""
        return [Problem(format_path(steps), message) for steps, message in self.problems]


def complete(data: Any, registers: Registers) -> tuple[Any, Completion]:
    """Return the complete form of a written definition, and what could not be resolved."""
    work = Completion(registers)
    if not isinstance(data, dict):
        work.refuse((), "a definition is a mapping of fields")
        return data, work
    whole: Node = dict(data)
    _lift_origin(whole, "programme", "programme_origin")
    _complete_timetable(whole, work)
    _each(whole, "themes", lambda node, _steps: node)
    labels = _known_labels(whole, registers)
    _each(whole, "eligibility", lambda node, steps: _complete_check(node, steps, work))
    _each(whole, "sections", lambda node, steps: _complete_section(node, steps, work, labels))
    if isinstance(whole.get("rubric"), dict):
        whole["rubric"] = _complete_rubric(dict(whole["rubric"]), work)
    return whole, work


def _each(node: Node, key: str, change: Callable[[Node, tuple[Step, ...]], Any]) -> None:
    items = node.get(key)
    if isinstance(items, list):
        node[key] = [
            change(dict(item), (key, index)) if isinstance(item, dict) else item
            for index, item in enumerate(items)
        ]


def _lift_origin(node: Node, key: str, target: str) -> None:
    """Move the `origin` that stands among the languages of a text beside it."""
    text = node.get(key)
    if isinstance(text, dict) and "origin" in text:
        node[target] = text["origin"]
        node[key] = {name: value for name, value in text.items() if name != "origin"}


def _complete_timetable(whole: Node, work: Completion) -> None:
    table = whole.get("timetable")
    if not isinstance(table, dict):
        return
    table = dict(table)
    whole["timetable"] = table
    try:
        zone = ZoneInfo(str(table.get("timezone", "Europe/Helsinki")))
    except (ZoneInfoNotFoundError, ValueError):
        return
    for name in ("published", "opens", "questions_until", "closes"):
        written = _read_moment(table.get(name))
        if written is None:
            continue
        try:
            table[name] = local_to_utc(written, zone)
        except ValueError as fault:
            work.refuse(("timetable", name), str(fault))


def _read_moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a local time, zone follows
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _known_labels(whole: Node, registers: Registers) -> Mapping[str, Any]:
    """Return labels of codes that a definition may use bare: themes, objectives and code lists."""
    labels: dict[str, Any] = {}
    for list_name in ("languages", "staff_models", "cost_models"):
        for option in find_options(list_name, registers) or ():
            labels[option.id] = dict(option.label)
    for theme in whole.get("themes") or ():
        if isinstance(theme, dict):
            labels[str(theme.get("id"))] = theme.get("label")
    for objective in whole.get("specific_objectives") or ():
        if isinstance(objective, dict):
            labels[str(objective.get("code"))] = objective.get("label")
    return labels


def _complete_check(check: Node, steps: tuple[Step, ...], work: Completion) -> Node:
    _parse_into(
        check,
        "rule",
        steps,
        work,
        lambda text: grammar.parse_eligibility_rule(
            text, lambda tag: work.registers.list_tagged("org_types", tag)
        ),
    )
    _parse_into(check, "on_fail", steps, work, grammar.parse_consequence)
    rule = check.get("rule")
    if isinstance(rule, dict) and rule.get("kind") == "cities_at_least" and not rule.get("cities"):
        check["rule"] = {**rule, "cities": [city.code for city in work.registers.innocities]}
    return check


def _parse_into(
    node: Node,
    key: str,
    steps: tuple[Step, ...],
    work: Completion,
    parse: Callable[[str], Any],
) -> None:
    value = node.get(key)
    if not isinstance(value, str):
        return
    try:
        node[key] = parse(value)
    except grammar.UnknownRule as fault:
        work.refuse((*steps, key), str(fault))


def _complete_section(
    section: Node, steps: tuple[Step, ...], work: Completion, labels: Mapping[str, Any]
) -> Node:
    _each(
        section,
        "questions",
        lambda node, inner: _complete_question(node, (*steps, *inner), work, labels),
    )
    return section


def _complete_question(
    question: Node, steps: tuple[Step, ...], work: Completion, labels: Mapping[str, Any]
) -> Node:
    kind = question.get("type")
    if kind in {"choice", "multichoice"}:
        _complete_options(question, steps, work, labels)
    elif kind in ROWS_TYPES:
        _complete_columns(question, steps, work)
        _complete_row_rules(question, steps, work)
    return question


def _complete_options(
    question: Node, steps: tuple[Step, ...], work: Completion, labels: Mapping[str, Any]
) -> None:
    source = question.get("source")
    if "options" not in question and isinstance(source, str):
        options = find_options(source, work.registers)
        if options is None:
            known = ", ".join(list_sources(work.registers))
            work.refuse((*steps, "source"), f"the source {source!r} is not known; known: {known}")
            return
        question["options"] = [_as_node(option) for option in options]
        return
    written = question.get("options")
    if not isinstance(written, list):
        return
    completed = []
    for index, option in enumerate(written):
        if isinstance(option, dict):
            completed.append(option)
        elif str(option) in labels:
            completed.append({"id": str(option), "label": labels[str(option)]})
        else:
            place = (*steps, "options", index)
            work.refuse(place, f"the option {option!r} has no label: write id and label")
    question["options"] = completed


def _as_node(option: Option) -> Node:
    return {"id": option.id, "label": dict(option.label)}


def _complete_columns(question: Node, steps: tuple[Step, ...], work: Completion) -> None:
    written = question.get("columns")
    if not isinstance(written, list):
        return
    registered = {column.id: column for column in work.registers.columns}
    completed = []
    for index, column in enumerate(written):
        if isinstance(column, dict):
            completed.append(column)
            continue
        found = registered.get(f"{question.get('id')}.{column}") or registered.get(str(column))
        if found is None:
            place = (*steps, "columns", index)
            work.refuse(place, f"the column {column!r} is not known: write id, label and type")
            continue
        completed.append(_column_node(str(column), found, question, steps, work))
    question["columns"] = completed


def _column_node(
    column_id: str,
    found: RegisteredColumn,
    question: Node,
    steps: tuple[Step, ...],
    work: Completion,
) -> Node:
    node: Node = {
        "id": column_id,
        "label": dict(found.name),
        "type": found.type,
        "required": found.required,
    }
    if found.options:
        source = found.options
        if source.startswith("@source:"):
            source = str(question.get("source") or source.removeprefix("@source:"))
        options = find_options(source, work.registers)
        if options is None:
            work.refuse((*steps, "source"), f"the source {source!r} is not known")
        node["options"] = [_as_node(option) for option in options or ()]
    if found.minimum is not None:
        node["minimum"] = found.minimum
    if found.maximum is not None:
        node["maximum"] = found.maximum
    return node


def _complete_row_rules(question: Node, steps: tuple[Step, ...], work: Completion) -> None:
    written = question.pop("rule", None)
    if written is None:
        return
    if not isinstance(written, str):
        question["row_rules"] = [*(question.get("row_rules") or ()), written]
        return
    columns = tuple(
        str(column["id"]) for column in question.get("columns") or () if isinstance(column, dict)
    )
    try:
        rules = grammar.parse_row_rules(written, columns)
    except grammar.UnknownRule as fault:
        work.refuse((*steps, "rule"), str(fault))
        return
    question["row_rules"] = [*(question.get("row_rules") or ()), *rules]


def _complete_rubric(rubric: Node, work: Completion) -> Node:
    _each(rubric, "criteria", lambda node, _steps: _complete_criterion(node))
    if isinstance(rubric.get("general_scale"), list):
        rubric["general_scale"] = [_with_text(step) for step in rubric["general_scale"]]
    if isinstance(rubric.get("total"), str):
        rubric["total"] = "weighted_share_of_maximum"
    thresholds = rubric.get("thresholds")
    if isinstance(thresholds, dict):
        rubric["thresholds"] = _complete_thresholds(dict(thresholds), work)
    rules = rubric.get("evaluation")
    if isinstance(rules, dict):
        rubric["evaluation"] = {
            **{key: value for key, value in rules.items() if key != "final_score"},
            "panel_rule": rules.get("panel_rule", "consensus_else_median"),
        }
    steps = rubric.get("tie_break")
    if isinstance(steps, list):
        holder: Node = {}
        parsed = []
        for index, step in enumerate(steps):
            holder["step"] = step
            _parse_into(holder, "step", ("rubric", "tie_break", index), work, grammar.parse_tie_break)
            parsed.append(holder["step"])
        rubric["tie_break"] = parsed
    return rubric


def _complete_criterion(criterion: Node) -> Node:
    anchors = criterion.get("anchors")
    if isinstance(anchors, list):
        criterion["anchors"] = [_with_text(anchor) for anchor in anchors]
    return criterion


def _with_text(node: Any) -> Any:
    """Gather the languages that stand beside a score into one text."""
    if not isinstance(node, dict) or "text" in node:
        return node
    text = {language: node[language] for language in LANGUAGES if language in node}
    return {**{key: value for key, value in node.items() if key not in LANGUAGES}, "text": text}


def _complete_thresholds(thresholds: Node, work: Completion) -> Node:
    combined = thresholds.get("combined")
    if not isinstance(combined, list):
        return thresholds
    completed = []
    for index, written in enumerate(combined):
        node = dict(written) if isinstance(written, dict) else written
        if isinstance(node, dict) and isinstance(node.get("rule"), str):
            try:
                node["criteria"], node["minimum"] = grammar.parse_combined(node.pop("rule"))
            except grammar.UnknownRule as fault:
                work.refuse(("rubric", "thresholds", "combined", index, "rule"), str(fault))
        completed.append(node)
    return {**thresholds, "combined": completed}
