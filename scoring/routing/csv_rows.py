"""CSV tables that come from outside: their heading and rows, refused by file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO


class InvalidTable(ValueError):
    """A table cannot be used: which one, which line (the heading is line 1), and why."""

    def __init__(self, table: str, line: int, reason: str) -> None:
        super().__init__(f"{table}: line {line}: {reason}")
        self.table, self.line, self.reason = table, line, reason


@dataclass(frozen=True, slots=True)
class Table:
    """An open CSV file and the name to call it by in a refusal."""

    name: str
    file: TextIO


def read_heading(table: Table, reader: Iterator[list[str]], wanted: Sequence[str]) -> list[str]:
    """Return the names of the columns; refuse a table without those that are needed."""
    found = [name.strip().lower().lstrip("\ufeff") for name in read_row(table, reader, 1) or []]
    missing = [name for name in wanted if name not in found]
    if missing:
        raise InvalidTable(table.name, 1, f"no column {', '.join(missing)}")
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise InvalidTable(table.name, 1, f"two columns {', '.join(twice)}")
    return found


def read_row(table: Table, reader: Iterator[list[str]], line: int) -> list[str] | None:
    """Return the next row, None at the end; ``line`` is where it should stand."""
    try:
        return next(reader, None)
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidTable(table.name, line, f"not a CSV table in UTF-8: {error}") from error
