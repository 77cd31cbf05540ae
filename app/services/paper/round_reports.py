"""The report of a round to the steering group: the figures of the overview, frozen with their names as of a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sqlalchemy.orm import Session

from app.domain.lifecycle import ApplicationState
from app.domain.times import to_local
from app.models import Call
from app.pdf import report_data as paper
from app.pdf.formatting import format_score
from app.pdf.texts import load_labels
from app.pdf.values import Language
from app.queries.steering import (
    ACTION_LINES,
    FEWEST_IN_GROUP,
    FEWEST_SCORED,
    SCORE_BINS,
    Group,
    RoundFigures,
    load_figures,
)
from app.queries.tracked_shares import Shares, measure_shares
from app.services.call.calls import get_definition
from calls.definition import CallDefinition
from calls.registers import Registers
from calls.text import Language as TextLanguage
from calls.text import in_language
from scoring.rounding import PERCENT, half_up
from scoring.tracking import Tracked

Names = Mapping[str, str]
ObjectiveName = Literal["climate", "environment", "digital"]
OBJECTIVES: tuple[ObjectiveName, ...] = ("climate", "environment", "digital")


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made from, and the language that it is written in."""

    definition: CallDefinition
    registers: Registers
    figures: RoundFigures
    shares: Shares
    language: Language

    def text(self, names: Mapping[TextLanguage, str]) -> str:
        """Return a text of the call or of a register in the language of the report."""
        return in_language(names, self.language, self.definition.authoritative_language)[0]


def build_round_report(
    session: Session, registers: Registers, call: Call, language: Language, now: datetime
) -> paper.RoundReportData:
    """Return the report of a published round, with what the overview hides before decisions hidden too.

    Raises:
        LookupError: if the call has no version.
    """
    if call.version_id is None:
        raise LookupError(f"the call {call.code} has no version")
    definition = get_definition(session, call.version_id)
    figures = load_figures(session, call.id)
    shares = measure_shares(figures, registers)
    source = ReportSource(definition, registers, figures, shares, language)
    body = registers.find_authority(definition.granting_authority_key)
    return paper.RoundReportData(
        language=language,
        authority_name=source.text(body.names) if body else "",
        call_id=call.code,
        call_title=source.text(definition.title),
        call_closes=to_local(call.closes_at).isoformat(timespec="seconds"),
        as_of=to_local(now).isoformat(timespec="seconds"),
        budget=f"{call.budget:.2f}",
        is_decided=figures.is_decided,
        fewest_in_group=FEWEST_IN_GROUP,
        fewest_scored=FEWEST_SCORED,
        sums=_write_group("", figures.sums),
        states=tuple(_count_states(source)),
        groupings=tuple(_list_groupings(source)),
        organisations=tuple(_count_organisations(source)),
        objectives=tuple(_list_objectives(source)),
        untracked=shares.untracked,
        points=tuple(_count_points(source)),
    )


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _write_group(label: str, group: Group) -> paper.GroupFigures:
    return paper.GroupFigures(
        label=label,
        count=group.count,
        applied=_amount(group.applied),
        proposed=_amount(group.proposed),
        granted=_amount(group.granted),
    )


def _count_states(source: ReportSource) -> Iterator[paper.Count]:
    labels, counts = load_labels(source.language), source.figures.states
    for state in ApplicationState:
        if counts.get(state):
            yield paper.Count(label=labels[f"state_{state}"], count=counts[state])


def _list_groupings(source: ReportSource) -> Iterator[paper.Grouping]:
    definition, figures = source.definition, source.figures
    regions = {each.code: source.text(each.name) for each in source.registers.regions}
    themes = {each.id: source.text(each.label) for each in definition.themes}
    options = getattr(definition.find_question(ACTION_LINES), "options", ())
    lines = {each.id: source.text(each.label) for each in options}
    found: list[tuple[Literal["region", "theme", "action_line"], list[Group], Names]] = [
        ("region", figures.by_region, regions),
        ("theme", figures.by_theme if themes else [], themes),
        ("action_line", figures.by_action_line if lines else [], lines),
    ]
    for kind, groups, names in found:
        if groups:
            yield paper.Grouping(
                kind=kind,
                groups=tuple(
                    _write_group(_name_of(source, each.key, names), each) for each in groups
                ),
            )


def _name_of(source: ReportSource, key: str, names: Names) -> str:
    return names.get(key) or key or load_labels(source.language)["not_given"]


def _count_organisations(source: ReportSource) -> Iterator[paper.Count]:
    names = {each.code: source.text(each.name) for each in source.registers.list_codes("org_types")}
    for code, count in source.figures.organisation_types.items():
        yield paper.Count(label=_name_of(source, code, names), count=count)


def _list_objectives(source: ReportSource) -> Iterator[paper.Objective]:
    shares = source.shares
    floors = source.definition.funding.floors
    goals: Mapping[str, Decimal | None] = {
        "climate": floors.climate_pct,
        "digital": floors.digital_pct,
    }
    if shares.applied is None:
        return
    for kind in OBJECTIVES:
        applied, applied_percent = _measure(shares.applied, kind)
        granted, granted_percent = _measure(shares.granted, kind)
        goal = goals.get(kind)
        yield paper.Objective(
            kind=kind,
            applied=applied,
            applied_percent=applied_percent,
            granted=granted,
            granted_percent=granted_percent,
            goal=_amount(_share_of(shares.granted, goal)),
            goal_percent=None if goal is None else f"{goal.normalize():f}",
        )


def _measure(tracked: Tracked | None, kind: ObjectiveName) -> tuple[str | None, str | None]:
    """Return the euros that count for an objective and their share in per cent."""
    if tracked is None:
        return None, None
    amount: Decimal = getattr(tracked, kind)
    return f"{amount:.2f}", f"{tracked.percent(amount):f}"


def _share_of(tracked: Tracked | None, percent: Decimal | None) -> Decimal | None:
    """Return so many per cent of the granted support: the least euros that should count."""
    if tracked is None or percent is None:
        return None
    return half_up(Fraction(tracked.support) * Fraction(percent) / PERCENT)


def _count_points(source: ReportSource) -> Iterable[paper.Count]:
    highest = source.definition.rubric.sum_of_weights
    for place, count in enumerate(source.figures.score_bins(highest) or ()):
        low, high = (_edge(source, highest, at) for at in (place, place + 1))
        yield paper.Count(label=f"{low}–{high}", count=count)


def _edge(source: ReportSource, highest: Decimal, place: int) -> str:
    return format_score(f"{highest * place / SCORE_BINS:f}", source.language)
