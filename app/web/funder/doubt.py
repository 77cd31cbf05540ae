"""The ranking with its doubt, as its page shows it: rows of a table and the interval plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.queries.funder.analyses import AnalysisView, chance_of

WIDTH = 400
ROW = 46
TOP = 34
PLOTTED = 60
"""So many applications are drawn, those nearest to the funding line; the table has all of them."""
SHORTEST = 4
"""An interval of one rank is still drawn this wide."""


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """One application: its official place beside what the model says."""

    application: str
    name: str
    place: int | None
    expected_rank: float
    half: tuple[int, int]
    ninety: tuple[int, int]
    chance: float
    group: str | None
    quality: float
    mean: float


@dataclass(frozen=True, slots=True)
class PlotRow:
    """Places of one application in the plot, in its units."""

    name: str
    chance: float
    text_y: int
    y: int
    thin_x: Decimal
    thin_width: Decimal
    thick_x: Decimal
    thick_width: Decimal
    dot_x: Decimal


@dataclass(frozen=True, slots=True)
class Plot:
    """The interval plot: rows, the funding line and the size of the drawing."""

    rows: Sequence[PlotRow]
    height: int
    line_x: Decimal | None
    last_rank: int


def list_doubt(
    view: AnalysisView,
    places: Mapping[str, int],
    names: Mapping[str, tuple[str, str, str]],
    closed: frozenset[str],
) -> list[DoubtRow]:
    """Return the rows by expected rank, without those that are closed to the reader."""
    return [
        DoubtRow(
            application=row["proposal"],
            name=" ".join(names[row["proposal"]][:2]),
            place=places.get(row["proposal"]),
            expected_rank=row["er"],
            half=(row["q25"], row["q75"]),
            ninety=(row["q05"], row["q95"]),
            chance=chance_of(row),
            group=row["group"],
            quality=row["posterior_mean"],
            mean=row["mean"],
        )
        for row in view.ranked
        if row["proposal"] in names and row["proposal"] not in closed
    ]


def draw_plot(rows: Sequence[DoubtRow], line: float | None, count: int) -> Plot:
    """Return the places of the plot for ``count`` ranks; of a long list the part around the line."""
    shown = _around(rows, line)
    scale = _Scale(max(2, count))
    plotted = [_plot_row(each, number, scale) for number, each in enumerate(shown)]
    return Plot(
        plotted,
        TOP + len(plotted) * ROW,
        None if line is None else scale.x(line),
        count,
    )


def _around(rows: Sequence[DoubtRow], line: float | None) -> Sequence[DoubtRow]:
    if len(rows) <= PLOTTED:
        return rows
    centre = next(
        (
            number
            for number, row in enumerate(rows)
            if line is not None and row.expected_rank > line
        ),
        0,
    )
    first = min(max(0, centre - PLOTTED // 2), len(rows) - PLOTTED)
    return rows[first : first + PLOTTED]


@dataclass(frozen=True, slots=True)
class _Scale:
    count: int

    def x(self, rank: float) -> Decimal:
        """Return the place of a rank from left to right."""
        share = (rank - 1) / (self.count - 1)
        return Decimal(str(round(6 + share * (WIDTH - 12), 1)))

    def span(self, lower: float, upper: float) -> tuple[Decimal, Decimal]:
        """Return the left end and the length of an interval of ranks."""
        left, right = self.x(lower), self.x(upper)
        if right - left < SHORTEST:
            return left - SHORTEST // 2, Decimal(SHORTEST)
        return left, right - left


def _plot_row(row: DoubtRow, number: int, scale: _Scale) -> PlotRow:
    top = TOP + number * ROW
    thin, thick = scale.span(*row.ninety), scale.span(*row.half)
    return PlotRow(
        row.name, row.chance, top + 16, top + 30, *thin, *thick, scale.x(row.expected_rank)
    )


def count_ranks(content: Mapping[str, Any]) -> int:
    """Return how many applications the analysis has ranked."""
    found = content["ranking"]
    return len(found["proposals"]) if found else 0


def line_of(content: Mapping[str, Any]) -> float | None:
    """Return the provisional funding line: the expected rank of the last that can be funded."""
    found = content["ranking"]
    line: float | None = found["analyses"][0]["funding_line"] if found else None
    return line
