"""From the figures of a round to its charts: what is drawn, and what each chart says to a reader who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.pdf.charts import Chart, Row, Series, draw_bars
from app.pdf.formatting import format_count, format_money, format_percent
from app.pdf.inert import clean_text
from app.pdf.report_data import Count, GroupFigures, Grouping, Objective, RoundReportData
from app.pdf.texts import load_labels

MISSING = "–"
MOST_ROWS = 22
"""A taller chart would not fit on a page, and a figure cannot be split: then the table stands alone."""


@dataclass(frozen=True, slots=True)
class GroupingView:
    """The charts of one grouping; euros are drawn where any may be told."""

    title: str
    counts: Chart | None
    euros: Chart | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """All charts of a report."""

    money: Chart
    groupings: tuple[GroupingView, ...]
    organisations: Chart | None
    objectives: Chart | None
    points: Chart | None


@dataclass(frozen=True, slots=True)
class ReportArtist:
    """Draws the charts of one report in its language."""

    data: RoundReportData
    labels: Mapping[str, str]

    def draw(self) -> ReportView:
        """Return all charts."""
        report, labels = self.data, self.labels
        return ReportView(
            money=self._draw_money(),
            groupings=tuple(self._draw_grouping(each) for each in report.groupings),
            organisations=self._draw_counts(labels["report_organisations"], report.organisations),
            objectives=self._draw_objectives(),
            points=self._draw_counts(labels["report_points"], report.points),
        )

    def _draw_money(self) -> Chart:
        report, labels = self.data, self.labels
        pairs = [
            (labels["report_budget"], report.budget),
            (labels["report_applied"], report.sums.applied),
            (labels["report_proposed"], report.sums.proposed),
            (labels["report_granted"], report.sums.granted),
        ]
        rows = [Row(name, (self._euros(amount),)) for name, amount in pairs]
        told = [
            f"{name} {self._euros(amount).shown} €" for name, amount in pairs if amount is not None
        ]
        return draw_bars(rows, self._tell(labels["report_money"], "; ".join(told)))

    def _draw_grouping(self, grouping: Grouping) -> GroupingView:
        title = self.labels[f"report_{grouping.kind}"]
        counts = [Count(label=each.label, count=each.count) for each in grouping.groups]
        named = f"{self.labels['report_counts']}, {title}"
        return GroupingView(
            title, self._draw_counts(named, counts), self._draw_euros(title, grouping.groups)
        )

    def _draw_euros(self, title: str, groups: Sequence[GroupFigures]) -> Chart | None:
        is_hidden = all(each.applied is None and each.granted is None for each in groups)
        if is_hidden or len(groups) > MOST_ROWS:
            return None
        labels = self.labels
        rows = [
            Row(
                clean_text(each.label),
                (self._euros(each.applied, is_dark=False), self._euros(each.granted)),
            )
            for each in groups
        ]
        known = [each for each in groups if each.granted is not None and Fraction(each.granted)]
        most = max(known, key=lambda each: Fraction(each.granted or 0), default=None)
        told = (
            f"{labels['chart_most']}: {clean_text(most.label)},"
            f" {labels['report_granted'].lower()} {self._euros(most.granted).shown} €"
            if most
            else labels["chart_no_grants"]
        )
        legend = ((labels["report_applied"], False), (labels["report_granted"], True))
        return draw_bars(rows, self._tell(f"{labels['report_euros']}, {title}", told), legend)

    def _draw_counts(self, title: str, counts: Sequence[Count]) -> Chart | None:
        if not counts or len(counts) > MOST_ROWS:
            return None
        rows = [Row(clean_text(each.label), (self._number(each.count),)) for each in counts]
        most = max(counts, key=lambda each: each.count)
        told = f"{self.labels['chart_most']}: {clean_text(most.label)}, {self._number(most.count).shown}"
        return draw_bars(rows, self._tell(title, told))

    def _draw_objectives(self) -> Chart | None:
        labels, found = self.labels, self.data.objectives
        if not found:
            return None
        rows = [
            Row(
                labels[f"report_{each.kind}"],
                (
                    self._share(each.applied_percent, is_dark=False),
                    self._share(each.granted_percent),
                ),
                Fraction(each.goal_percent) if each.goal_percent else None,
            )
            for each in found
        ]
        legend = ((labels["report_of_applied"], False), (labels["report_of_granted"], True))
        told = "; ".join(self._tell_objective(each) for each in found)
        return draw_bars(rows, self._tell(labels["report_objectives"], told), legend)

    def _tell_objective(self, each: Objective) -> str:
        labels = self.labels
        applied, granted = self._share(each.applied_percent), self._share(each.granted_percent)
        parts = [
            f"{labels['report_of_applied'].lower()} {applied.shown}",
            f"{labels['report_of_granted'].lower()} {granted.shown}",
        ]
        if each.goal_percent:
            parts.append(f"{labels['report_goal'].lower()} {self._share(each.goal_percent).shown}")
        return f"{labels[f'report_{each.kind}']}: {', '.join(parts)}"

    def _tell(self, title: str, told: str) -> str:
        """Return the alternative text of a chart: what it shows, its main finding, where the numbers are."""
        return f"{self.labels['chart']}: {title}. {told}. {self.labels['chart_table']}"

    def _euros(self, amount: str | None, *, is_dark: bool = True) -> Series:
        if amount is None:
            return Series(None, MISSING, is_dark)
        return Series(Fraction(amount), format_money(amount, self.data.language), is_dark)

    def _number(self, count: int) -> Series:
        return Series(Fraction(count), format_count(count, self.data.language))

    def _share(self, percent: str | None, *, is_dark: bool = True) -> Series:
        if percent is None:
            return Series(None, MISSING, is_dark)
        shown = f"{format_percent(percent, self.data.language)} %"
        return Series(Fraction(percent), shown, is_dark)


def compose_report(data: RoundReportData) -> ReportView:
    """Return the charts of a report."""
    return ReportArtist(data, load_labels(data.language)).draw()
