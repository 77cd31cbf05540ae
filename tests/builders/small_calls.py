"""Rounds of the small packaged calls, made from the demo's organisations by the calls' own limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from calls.definition import CallDefinition
from calls.round_input import ApplicationInput, EvaluationsFile, RoundInput, SheetsInput, read_round
from tests.builders.rounds import DATA


def build_round(
    definition: CallDefinition,
    networks: CallDefinition,
    names: Mapping[str, Mapping[str, Any]],
    scores: Mapping[str, tuple[str, ...]],
) -> RoundInput:
    """Return a round of a call with some of the demo's applications.

    ``names`` gives the applications and what differs in them; ``scores`` one score per criterion, in the
    order of the rubric, the same from both evaluators.
    """
    demo = read_round(networks, DATA / "demo_applications.json", DATA / "demo_evaluations.json")
    chosen = [
        _adapt(each, definition, names[each.id]) for each in demo.applications if each.id in names
    ]
    evaluators = demo.evaluations.evaluators
    panel = [each.id for each in evaluators if each.id in {"EV3", "EV5"}]
    criteria = [each.id for each in definition.rubric.criteria]
    sheets = tuple(
        SheetsInput(
            application=name,
            scores={
                evaluator: dict(zip(criteria, map(Decimal, given), strict=True))
                for evaluator in panel
            },
            comments={
                evaluator: dict.fromkeys(criteria, "Perustelu arviointiin. " * 6)
                for evaluator in panel
            },
        )
        for name, given in scores.items()
    )
    return RoundInput(
        definition, tuple(chosen), EvaluationsFile(evaluators=evaluators, scores=sheets)
    )


def _adapt(
    each: ApplicationInput, definition: CallDefinition, changes: Mapping[str, Any]
) -> ApplicationInput:
    table = definition.timetable
    start = (table.projects_start_window or (date(2028, 1, 1), date(2028, 1, 1)))[0]
    months = definition.grant.max_months
    end = date(
        start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1, 1
    )
    towns = changes.get("municipalities", ())
    partners = tuple(
        partner.model_copy(update={"municipality": towns[index]} if index < len(towns) else {})
        for index, partner in enumerate(each.partners)
    )
    theme = definition.get_question("theme")
    return each.model_copy(
        update={
            "call": definition.id,
            "theme": theme.options[0].id,  # type: ignore[union-attr]  # a choice has options
            "period": (start, end - timedelta(days=1)),
            "partners": partners,
            "submitted_at": table.closes - timedelta(hours=2),
            "missing_attachments": (),
            **{key: value for key, value in changes.items() if key != "municipalities"},
        }
    )
