"""A figure: what was measured, what it may be at most (or must be at least), and whether it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

COLUMNS = ("figure", "what", "target", "reached", "", "note")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Without a target it only informs."""

    name: str
    what: str
    reached: float
    unit: str = ""
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Tell whether the target is reached; a figure without one never fails."""
        if self.target is None:
            return True
        return self.reached >= self.target if self.at_least else self.reached <= self.target

    @property
    def verdict(self) -> str:
        """Return ``ok``, ``missed``, or nothing where there is no target."""
        if self.target is None:
            return ""
        return "ok" if self.is_met else "missed"

    @property
    def shown_target(self) -> str:
        """Return the target with its direction, such as ``≤ 45 KB``."""
        if self.target is None:
            return "–"
        return f"{'≥' if self.at_least else '≤'} {show(self.target, self.unit)}"

    @property
    def shown_reached(self) -> str:
        """Return the measured value with its unit."""
        return show(self.reached, self.unit)

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        return (
            self.name,
            self.what,
            self.shown_target,
            self.shown_reached,
            self.verdict,
            self.note,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the figure for a file."""
        return {**asdict(self), "verdict": self.verdict}


def show(value: float, unit: str) -> str:
    """Return a value as people read it: whole numbers whole, others with two or three digits."""
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f} {unit}".strip()


def ratio(value: float, base: float) -> float:
    """Return value ÷ base, rounded to hundredths. Raises ZeroDivisionError where nothing was measured."""
    return round(value / base, 2)


def draw_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table for the screen."""
    rows = [COLUMNS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * min(120, sum(widths) + 2 * len(widths)), *lines[1:]])


def draw_markdown(figures: Iterable[Figure]) -> str:
    """Return the figures as a table for docs/performance.md."""
    head = ("figure", "what", "target", "reached", "verdict", "note")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for figure in figures:
        name, *rest = figure.cells()
        lines.append(f"| `{name}` | {' | '.join(rest)} |")
    return "\n".join(lines)
