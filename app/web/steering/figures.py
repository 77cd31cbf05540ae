"""The figures of a round, grouped and named for the page and the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from app.queries.steering import Group, RoundFigures
from app.web.filters import money, percent
from calls.definition import CallDefinition
from calls.registers import Registers
from scoring.tracking import (
    CoefficientMissing,
    Coefficients,
    FieldShare,
    SharesNotWhole,
    Tracked,
    UnknownField,
    sum_tracked,
    track_support,
)


@dataclass(frozen=True, slots=True)
class Table:
    """Groups that share a heading, and the names of their keys."""

    key: str
    title: str
    heading: str
    groups: Sequence[Group]
    names: Mapping[str, Mapping[str, str]]


def list_tables(
    figures: RoundFigures, definition: CallDefinition, registers: Registers
) -> list[Table]:
    """Return the tables by the lead partner's region, by theme and by action line."""
    regions = {each.code: dict(each.name) for each in registers.regions}
    themes = _name_options(definition, "theme")
    lines = _name_options(definition, "action_lines")
    return [
        Table(
            "region", _("By region of the lead partner"), _("Region"), figures.by_region, regions
        ),
        Table("theme", _("By theme"), _("Theme"), figures.by_theme, themes),
        Table("line", _("By action line"), _("Action line"), figures.by_action_line, lines),
    ]


def _name_options(definition: CallDefinition, question_id: str) -> dict[str, dict[str, str]]:
    """Return the labels of a question's options by their ids."""
    return {
        option.id: {str(language): text for language, text in option.label.items()}
        for question in definition.questions()
        if question.id == question_id
        for option in getattr(question, "options", ())
    }


@dataclass(frozen=True, slots=True)
class TrackedRound:
    """Granted support by objective; ``left_out`` is support that no coefficients cover, in euros."""

    sum: Tracked
    left_out: Decimal


def track_round(figures: RoundFigures, registers: Registers) -> TrackedRound:
    """Count how much of the granted support serves climate, environment and digital aims."""
    coefficients = {
        each.code: Coefficients(each.climate_pct, each.environment_pct, each.digital_pct)
        for each in registers.intervention_fields
    }
    tracked: list[Tracked] = []
    left_out = Decimal("0.00")
    for portion in figures.active:
        if not portion.granted:
            continue
        shares = [
            FieldShare(str(row["code"]), Decimal(str(row["share_pct"])))
            for row in figures.fields.get(portion.id, ())
        ]
        try:
            tracked.append(track_support(portion.granted, shares, coefficients))
        except (CoefficientMissing, SharesNotWhole, UnknownField):
            left_out += portion.granted
    return TrackedRound(sum_tracked(tracked), left_out)


def list_objectives(tracked: Tracked) -> list[tuple[str, Decimal, str]]:
    """Return name, share (per cent) and shown text of each objective, as the bar chart takes them."""
    amounts = (
        (_("Climate"), tracked.climate),
        (_("Environment (green)"), tracked.environment),
        (_("Digital"), tracked.digital),
    )
    return [
        (name, tracked.percent(amount), f"{percent(tracked.percent(amount))} · {money(amount)}")
        for name, amount in amounts
    ]
