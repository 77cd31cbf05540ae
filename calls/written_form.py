"""From a definition as people write it to the complete form that the models check.

Bare column ids get label and type, options get labels, local times become UTC and written rules
become structured ones. What cannot be resolved is a fault with its path; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calls import rule_grammar as grammar
from calls.option_sources import find_options
from calls.register_set import Registers
from calls.text import LANGUAGES
from calls.timetable import local_to_utc
from calls.written_questions import Completion, Node, Steps, complete_question

_MOMENTS = ("published", "opens", "questions_until", "closes")
_LABELLED_CODES = ("languages", "staff_models", "cost_models")


def complete(data: object, registers: Registers) -> tuple[Any, Completion]:
    """Return the complete form of a written definition, and what could not be resolved."""
    work = Completion(registers)
    if not isinstance(data, dict):
        work.refuse((), "a definition is a mapping of fields")
        return data, work
    whole: Node = dict(data)
    work.labels = _known_labels(whole, registers)
    _lift_origin(whole)
    if isinstance(whole.get("rubric"), dict):
        whole["rubric"] = _without_gates_and_tags(whole)
    if isinstance(whole.get("timetable"), dict):
        whole["timetable"] = _complete_timetable(dict(whole["timetable"]), work)
    _change_items(whole, "eligibility", (), lambda node, steps: _complete_check(node, steps, work))
    _change_items(whole, "sections", (), lambda node, steps: _complete_section(node, steps, work))
    if isinstance(whole.get("rubric"), dict):
        whole["rubric"] = _complete_rubric(whole["rubric"], work)
    return whole, work


def _without_gates_and_tags(whole: Node) -> Node:
    """Return the rubric without what is not scored; gates join the eligibility checks of ``whole``.

    A gate is passed or failed with a stated consequence, which is what an eligibility check is; so
    it is judged, reasoned and answered for in one place, wherever it was written.
    """
    rubric: Node = dict(whole["rubric"])
    written = rubric.get("criteria")
    if not isinstance(written, list):
        return rubric
    scored: list[Any] = []
    by_kind: dict[str, list[Any]] = {"gate": [], "tag": []}
    for each in written:
        kind = each.get("kind") if isinstance(each, dict) else None
        by_kind.get(str(kind), scored).append(each)
    rubric["criteria"] = scored
    if by_kind["gate"]:
        checks = whole.get("eligibility") or []
        whole["eligibility"] = [*checks, *(_gate_as_check(each) for each in by_kind["gate"])]
    tags = [{key: value for key, value in each.items() if key != "kind"} for each in by_kind["tag"]]
    if tags:
        rubric["tags"] = [*(rubric.get("tags") or []), *tags]
    return rubric


def _gate_as_check(gate: Node) -> Node:
    rest = {key: value for key, value in gate.items() if key not in {"kind", "name", "question"}}
    rule = {"kind": "officer_assessed", "question": gate.get("question")}
    return {"check": "officer", "rule": rule, "label": gate.get("name"), **rest}


def _change_items(
    node: Node, key: str, steps: Steps, change: Callable[[Node, Steps], object]
) -> None:
    """Replace each mapping of a list by its changed copy; anything else stays for the models."""
    items = node.get(key)
    if isinstance(items, list):
        node[key] = [
            change(dict(item), (*steps, key, index)) if isinstance(item, dict) else item
            for index, item in enumerate(items)
        ]


def _read_into(
    node: Node, key: str, steps: Steps, work: Completion, read: Callable[[str], object]
) -> None:
    """Replace a written text by what it says; any other value is taken as structured already."""
    value = node.get(key)
    if isinstance(value, str):
        try:
            node[key] = read(value)
        except grammar.UnknownRule as unknown:
            work.refuse((*steps, key), str(unknown))


def _lift_origin(whole: Node) -> None:
    """Move the `origin` that stands among the languages of the programme beside it."""
    programme = whole.get("programme")
    if isinstance(programme, dict) and "origin" in programme:
        whole["programme_origin"] = programme["origin"]
        whole["programme"] = {key: text for key, text in programme.items() if key != "origin"}


def _complete_timetable(table: Node, work: Completion) -> Node:
    try:
        zone = ZoneInfo(str(table.get("timezone", "Europe/Helsinki")))
    except (ZoneInfoNotFoundError, ValueError):
        return table  # the model refuses the zone with its own path
    for name in _MOMENTS:
        if name in table:
            try:
                table[name] = local_to_utc(_read_moment(table[name]), zone)
            except ValueError as fault:
                work.refuse(("timetable", name), str(fault))
    return table


def _read_moment(value: object) -> datetime:
    """Return a written date and time; raises ValueError for a date alone or anything else."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and ":" in value:
        return datetime.fromisoformat(value)
    raise ValueError(f"{value!r} is not a date and time (2027-03-31T16:15)")


def _known_labels(whole: Node, registers: Registers) -> dict[str, object]:
    """Return the labels of codes that a definition may use bare."""
    labels: dict[str, object] = {
        option.id: dict(option.label)
        for source in _LABELLED_CODES
        for option in find_options(source, registers) or ()
    }
    for key, name in (("themes", "id"), ("specific_objectives", "code")):
        items = whole.get(key)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get(name), str):
                labels[item[name]] = item.get("label")
    return labels


def _complete_check(check: Node, steps: Steps, work: Completion) -> Node:
    registers = work.registers
    _read_into(
        check, "rule", steps, work, lambda text: grammar.read_eligibility_rule(text, registers)
    )
    _read_into(check, "on_fail", steps, work, grammar.read_consequence)
    return check


def _complete_section(section: Node, steps: Steps, work: Completion) -> Node:
    _change_items(
        section, "questions", steps, lambda node, place: complete_question(node, place, work)
    )
    return section


def _complete_rubric(rubric: Node, work: Completion) -> Node:
    steps: Steps = ("rubric",)
    _change_items(rubric, "criteria", steps, _complete_criterion)
    _change_items(rubric, "general_scale", steps, lambda node, _: _with_text(node))
    _read_into(rubric, "total", steps, work, grammar.read_total)
    if isinstance(rubric.get("thresholds"), dict):
        thresholds = dict(rubric["thresholds"])
        place = (*steps, "thresholds")
        _change_items(
            thresholds, "combined", place, lambda node, at: _complete_combined(node, at, work)
        )
        rubric["thresholds"] = thresholds
    if isinstance(rubric.get("evaluation"), dict):
        rubric["evaluation"] = _complete_evaluation(dict(rubric["evaluation"]), work)
    if isinstance(rubric.get("tie_break"), list):
        rubric["tie_break"] = [
            _complete_tie_break(step, (*steps, "tie_break", index), work)
            for index, step in enumerate(rubric["tie_break"])
        ]
    return rubric


def _complete_criterion(criterion: Node, steps: Steps) -> Node:
    _change_items(criterion, "anchors", steps, lambda node, _: _with_text(node))
    return criterion


def _with_text(node: Node) -> Node:
    """Gather the languages that stand beside a score into one text."""
    if "text" in node:
        return node
    rest = {key: value for key, value in node.items() if key not in LANGUAGES}
    return {**rest, "text": {each: node[each] for each in LANGUAGES if each in node}}


def _complete_combined(combined: Node, steps: Steps, work: Completion) -> Node:
    _read_into(combined, "rule", steps, work, grammar.read_combined)
    rule = combined.get("rule")
    if isinstance(rule, dict):
        del combined["rule"]
        combined.update(rule)
    return combined


def _complete_evaluation(evaluation: Node, work: Completion) -> Node:
    """Turn the words on the final score into the panel rule; the words stay as a note."""
    _read_into(evaluation, "final_score", ("rubric", "evaluation"), work, _panel)
    panel = evaluation.get("final_score")
    if isinstance(panel, dict):
        del evaluation["final_score"]
        evaluation = {**panel, **evaluation}
    return evaluation


def _panel(text: str) -> Node:
    return {"panel_rule": grammar.read_panel_rule(text), "note": text}


def _complete_tie_break(step: object, steps: Steps, work: Completion) -> object:
    if not isinstance(step, str):
        return step
    try:
        return grammar.read_tie_break(step)
    except grammar.UnknownRule as unknown:
        work.refuse(steps, str(unknown))
        return step
