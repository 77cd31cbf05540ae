"""CSV for spreadsheets: streamed, and safe against cells that a spreadsheet would run as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


def make_cell(value: object) -> str:
    """Return a value as the text of a cell; a text that would start a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, str) and value.lstrip().startswith(_RISKY):
        return f"'{value}"
    return str(value)


def write_rows(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield CSV text, a handful of rows at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    buffer.write(_BOM)
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow([make_cell(value) for value in row])
        if number % 100 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
