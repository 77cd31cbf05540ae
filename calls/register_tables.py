"""CSV registers read cell by cell; every fault is kept with file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from calls.problems import Problem
from calls.register_rows import Names
from calls.text import LANGUAGES

Row = TypeVar("Row")
_WHOLE = Decimal(100)


@dataclass(slots=True)
class Cells:
    """One line of a CSV file: reads typed cells and notes what is wrong with them."""

    values: dict[str, str]
    file: str
    line: int
    problems: list[Problem]
    used: set[str] = field(default_factory=set)

    def refuse(self, column: str, reason: str) -> None:
        """Note a fault of this line."""
        self.problems.append(Problem(column, reason, "error", self.file, self.line))

    def optional(self, column: str) -> str:
        """Return the text of a cell that may be empty."""
        self.used.add(column)
        return self.values.get(column, "").strip()

    def text(self, column: str) -> str:
        """Return the text of a cell that must not be empty."""
        text = self.optional(column)
        if not text:
            self.refuse(column, "the cell is empty")
        return text

    def code(self, column: str, pattern: str) -> str:
        """Return a code that matches the whole pattern."""
        code = self.text(column)
        if code and not re.fullmatch(pattern, code, re.ASCII):
            self.refuse(column, f"{code!r} does not have the form {pattern}")
        return code

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """Return a word of a closed list."""
        word = self.text(column)
        known = sorted(allowed)
        if word and word not in known:
            self.refuse(column, f"{word!r} is not one of: {', '.join(known)}")
        return word

    def yes_no(self, column: str) -> bool:
        """Return whether the cell says yes."""
        return self.one_of(column, ("yes", "no")) == "yes"

    def number(self, column: str) -> Decimal | None:
        """Return a number, or None for an empty cell."""
        text = self.optional(column)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            self.refuse(column, f"{text!r} is not a number")
            return None
        if not number.is_finite():
            self.refuse(column, f"{text!r} is not a number")
            return None
        return number

    def percent(self, column: str) -> Decimal | None:
        """Return a percentage from 0 to 100, or None for an empty cell."""
        number = self.number(column)
        if number is not None and not 0 <= number <= _WHOLE:
            self.refuse(column, f"{number} is not between 0 and 100")
        return number

    def day(self, column: str) -> date:
        """Return a date written as YYYY-MM-DD."""
        text = self.text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.refuse(column, f"{text!r} is not a date (YYYY-MM-DD)")
            return date.min

    def several(self, column: str, separator: str = ";") -> tuple[str, ...]:
        """Return the parts of a cell, none for an empty cell."""
        return tuple(
            part.strip() for part in self.optional(column).split(separator) if part.strip()
        )

    def names(self, prefix: str, *, required: bool = True) -> Names:
        """Return the texts of the columns `prefix_fi`, `prefix_sv` and `prefix_en`."""
        names: Names = {}
        for language in LANGUAGES:
            column = f"{prefix}{language}"
            text = self.optional(column)
            if text:
                names[language] = text
            elif required:
                self.refuse(column, "the cell is empty")
        return names


def read_table(
    path: Path,
    build: Callable[[Cells], Row],
    key: Callable[[Row], object] | None,
    problems: list[Problem],
) -> tuple[Row, ...]:
    """Return the rows of a CSV file, in file order; faults go to `problems`.

    Refuses unknown columns, lines of another length and, when `key` is given, a repeated key.
    """
    rows: list[Row] = []
    seen: set[object] = set()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="", strict=True)
        header = set(reader.fieldnames or ())
        for values in reader:
            cells = Cells(values, path.name, reader.line_num, problems)
            if "" in values or None in values.values():
                cells.refuse("", "the line has another number of cells than the header")
                continue
            before = len(problems)
            row = build(cells)
            for column in sorted(header - cells.used):
                cells.refuse(column, "unknown column")
            if key is not None and key(row) in seen:
                cells.refuse("", f"{key(row)!r} is already in the register")
            if len(problems) == before:
                rows.append(row)
                if key is not None:
                    seen.add(key(row))
    return tuple(rows)
