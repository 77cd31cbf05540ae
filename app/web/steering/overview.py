"""The figures of a round with their names: groups, shares and scores, for the page and for the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from app.queries.steering import (
    ACTION_LINES,
    SCORE_BINS,
    Group,
    RoundFigures,
    load_figures,
)
from app.queries.tracked_shares import Shares, measure_shares
from app.web.binding import reading, tools
from app.web.call_page import definition_of
from app.web.filters import integer, localized_text
from calls.definition import CallDefinition
from calls.registers import Registers

if TYPE_CHECKING:
    from app.models import Call

Bar = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group with its name in the reader's language."""

    label: str
    figures: Group


@dataclass(frozen=True, slots=True)
class Grouping:
    """The applications of a round parted by one thing."""

    key: str
    title: str
    groups: tuple[NamedGroup, ...]

    @property
    def largest_count(self) -> int:
        """Return the number of applications in the largest group; 1 when there is none."""
        return max((group.figures.count for group in self.groups), default=1)

    @property
    def bars(self) -> list[Bar]:
        """Return the groups as rows of a chart."""
        return make_bars((group.label, group.figures.count) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page of a round shows."""

    figures: RoundFigures
    groupings: tuple[Grouping, ...]
    organisations: tuple[tuple[str, int], ...]
    shares: Shares
    bins: tuple[tuple[str, int], ...] | None

    @property
    def organisation_bars(self) -> list[Bar]:
        """Return the types of organisations as rows of a chart."""
        return make_bars(self.organisations)

    @property
    def largest_organisation_count(self) -> int:
        """Return how many partners are of the most frequent type."""
        return max((count for _label, count in self.organisations), default=1)

    @property
    def bin_bars(self) -> list[Bar]:
        """Return the final points as rows of a chart."""
        return make_bars(self.bins or ())

    @property
    def largest_bin_count(self) -> int:
        """Return how many applications the fullest bin holds."""
        return max((count for _label, count in self.bins or ()), default=1)


def make_bars(counts: Iterable[tuple[str, int]]) -> list[Bar]:
    """Return names and counts as rows of a chart: name, length, shown text."""
    return [(label, count, integer(count)) for label, count in counts]


def make_overview(call: Call) -> Overview:
    """Return the overview of a round."""
    definition, registers = definition_of(call), tools().registers
    figures = load_figures(reading(), call.id)
    return Overview(
        figures=figures,
        groupings=tuple(_groupings(figures, definition, registers)),
        organisations=_organisations(figures, registers),
        shares=measure_shares(figures, registers),
        bins=_bins(figures, definition),
    )


def _groupings(
    figures: RoundFigures, definition: CallDefinition, registers: Registers
) -> Iterator[Grouping]:
    regions = {each.code: localized_text(each.name) for each in registers.regions}
    themes = {each.id: localized_text(each.label) for each in definition.themes}
    question = definition.find_question(ACTION_LINES)
    options = getattr(question, "options", ())
    lines = {each.id: localized_text(each.label) for each in options}
    yield _grouping("region", _("Regions (lead partner)"), figures.by_region, regions)
    if themes:
        yield _grouping("theme", _("Themes"), figures.by_theme, themes)
    if lines:
        yield _grouping("action_line", _("Action lines"), figures.by_action_line, lines)


def _grouping(key: str, title: str, groups: list[Group], names: Mapping[str, str]) -> Grouping:
    named = [NamedGroup(names.get(each.key) or each.key or _("not given"), each) for each in groups]
    return Grouping(key, title, tuple(named))


def _organisations(figures: RoundFigures, registers: Registers) -> tuple[tuple[str, int], ...]:
    names = {each.code: localized_text(each.name) for each in registers.list_codes("org_types")}
    return tuple(
        (names.get(code) or code or _("not given"), count)
        for code, count in figures.organisation_types.items()
    )


def _bins(figures: RoundFigures, definition: CallDefinition) -> tuple[tuple[str, int], ...] | None:
    highest = definition.rubric.sum_of_weights
    counts = figures.score_bins(highest)
    if counts is None:
        return None
    width = Fraction(highest) / SCORE_BINS
    return tuple(
        (f"{_points(width * place)}–{_points(width * (place + 1))}", count)
        for place, count in enumerate(counts)
    )


def _points(value: Fraction) -> str:
    return (
        str(value)
        if value.denominator == 1
        else f"{Decimal(value.numerator) / value.denominator:f}"
    )


EXPORT_COLUMNS = (
    "group",
    "key",
    "name",
    "applications",
    "support_applied",
    "support_proposed",
    "support_granted",
)


def list_export_rows(overview: Overview) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the export; euros of groups that are too small are left empty."""
    yield _row("all", "", "", overview.figures.sums)
    for state, count in sorted(overview.figures.states.items()):
        yield ("state", state.value, "", count, None, None, None)
    for grouping in overview.groupings:
        for group in grouping.groups:
            yield _row(grouping.key, group.figures.key, group.label, group.figures)
    for label, count in overview.organisations:
        yield ("organisation_type", "", label, count, None, None, None)
    for name in ("climate", "environment", "digital"):
        applied, granted = (
            None if tracked is None else getattr(tracked, name)
            for tracked in (overview.shares.applied, overview.shares.granted)
        )
        yield ("tracked", name, "", None, applied, None, granted)
    for label, count in overview.bins or ():
        yield ("points", label, "", count, None, None, None)


def _row(kind: str, key: str, label: str, group: Group) -> tuple[object, ...]:
    return (kind, key, label, group.count, group.applied, group.proposed, group.granted)
