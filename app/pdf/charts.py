"""Bar charts as vector figures: places of bars and words; the template only draws them.

A light bar with an outline and a dark one can be told apart in print without colours. Names that
are too long for their column are cut: the table beside a chart has every name and number in full.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH = 660
"""Units of a chart; a unit is a quarter of a millimetre."""

AXIS, LONGEST_BAR = 216, 300
LINE, BAR, GAP = 13, 11, 8
LETTERS_IN_LINE, MOST_LINES = 34, 3
TEXT_RISE = 4
"""From the middle of a line of text down to its foot."""


@dataclass(frozen=True, slots=True)
class Series:
    """One bar of a row: its value (None: not shown), the printed value, and whether it is the dark one."""

    value: Fraction | None
    shown: str
    is_dark: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A name with its bars, and a mark at the value that it should reach."""

    label: str
    series: tuple[Series, ...]
    goal: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A bar, or a swatch of the legend."""

    x: int
    y: int
    width: int
    height: int
    is_dark: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright stroke at a goal."""

    x: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn; ``alt`` says what it shows."""

    alt: str
    height: int
    axis_top: int
    labels: tuple[Text, ...]
    values: tuple[Text, ...]
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    legend: tuple[Text, ...]


def draw_bars(rows: Sequence[Row], alt: str, legend: Sequence[tuple[str, bool]] = ()) -> Chart:
    """Return a chart of horizontal bars; ``legend`` names the light and the dark bars where there are two."""
    longest = max(_list_values(rows), default=Fraction(0)) or Fraction(1)
    swatches, names = _draw_legend(legend)
    top = y = LINE + GAP if legend else 0
    labels: list[Text] = []
    values: list[Text] = []
    boxes, marks = list(swatches), []
    for row in rows:
        lines = wrap_label(row.label)
        height = max(LINE * len(lines), (BAR + 3) * len(row.series))
        place = y + (height - LINE * len(lines)) // 2 + LINE // 2 + TEXT_RISE
        labels += [Text(0, place + LINE * at, words) for at, words in enumerate(lines)]
        begin = y + (height - (BAR + 3) * len(row.series)) // 2 + 1
        for at, series in enumerate(row.series):
            length = _scale(series.value, longest)
            where = begin + at * (BAR + 3)
            if length:
                boxes.append(Box(AXIS, where, length, BAR, series.is_dark))
            middle = where + BAR // 2 + TEXT_RISE + 1
            values.append(Text(AXIS + length + 6, middle, series.shown))
        if row.goal is not None:
            marks.append(Mark(AXIS + _scale(row.goal, longest), y - 1, y + height + 1))
        y += height + GAP
    return Chart(alt, y, top, tuple(labels), tuple(values), tuple(boxes), tuple(marks), names)


def wrap_label(label: str) -> list[str]:
    """Return a name in a few short lines, cut where it is longer."""
    return textwrap.wrap(
        label, LETTERS_IN_LINE, max_lines=MOST_LINES, placeholder="…", break_on_hyphens=True
    ) or ["–"]


def _list_values(rows: Iterable[Row]) -> Iterable[Fraction]:
    for row in rows:
        yield from (each.value for each in row.series if each.value is not None)
        if row.goal is not None:
            yield row.goal


def _scale(value: Fraction | None, longest: Fraction) -> int:
    """Return the length of a bar: whole units, and at least one for what is more than nothing."""
    if value is None or value <= 0:
        return 0
    return max(1, round(value * LONGEST_BAR / longest))


def _draw_legend(legend: Sequence[tuple[str, bool]]) -> tuple[list[Box], tuple[Text, ...]]:
    boxes, names, x = [], [], AXIS
    for words, is_dark in legend:
        boxes.append(Box(x, 1, BAR, BAR, is_dark))
        names.append(Text(x + BAR + 6, BAR, words))
        x += BAR + 30 + 7 * len(words)
    return boxes, tuple(names)
