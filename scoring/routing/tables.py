"""Reads the tables of a routing problem: fast, strict, with file and line in every refusal.

Columns: affinity (proposal, evaluator, affinity), proposals (proposal[, demand]), evaluators
(evaluator, min_load, max_load), conflicts (proposal, evaluator[, reason]). Further columns are
attributes. Pairs without an affinity count 0; a conflict forbids a pair.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.routing.arrays import is_in, whole
from scoring.routing.csv_rows import InvalidTable, Table, read_heading, read_row
from scoring.routing.pair_tables import PairTable, read_affinity, read_conflicts
from scoring.routing.problem import Problem

MOST_PLACES = 10**6


@dataclass(frozen=True, slots=True)
class Tables:
    """The files of one problem."""

    affinity: Table
    proposals: Table
    evaluators: Table
    conflicts: Table | None = None


@dataclass(frozen=True, slots=True)
class TableInput:
    """The problem, and the further columns of proposals and evaluators by identifier."""

    problem: Problem
    proposals: Mapping[str, Mapping[str, str]]
    evaluators: Mapping[str, Mapping[str, str]]


def read_tables(tables: Tables, per_proposal: int) -> TableInput:
    """Read a problem; a proposal without a demand of its own needs ``per_proposal`` evaluators.

    Raises ``InvalidTable`` at the first line that cannot be used.
    """
    needs = _read_records(tables.proposals, "proposal", ())
    people = _read_records(tables.evaluators, "evaluator", ("min_load", "max_load"))
    rows, columns = _index(needs), _index(people)
    keys, scores, unit = read_affinity(PairTable(tables.affinity, rows, columns))
    forbidden = whole([])
    reasons: tuple[str, ...] = ()
    if tables.conflicts is not None:
        forbidden, reasons = read_conflicts(PairTable(tables.conflicts, rows, columns))
    allowed = ~is_in(keys, forbidden)
    demand = [_demand(tables.proposals, needs[name], per_proposal) for name in rows]
    loads = [_loads(tables.evaluators, people[name]) for name in columns]
    nothing = whole([])
    problem = Problem(
        proposals=tuple(rows),
        evaluators=tuple(columns),
        demand=whole(demand),
        min_load=whole([low for low, _high in loads]),
        max_load=whole([high for _low, high in loads]),
        keys=keys[allowed],
        affinity=scores[allowed],
        forbidden=forbidden,
        reasons=reasons,
        kept=nothing,
        submitted=nothing,
        unit=unit,
    )
    return TableInput(problem, _attributes(needs), _attributes(people))


@dataclass(frozen=True, slots=True)
class _Record:
    """One line of a small table."""

    line: int
    values: Mapping[str, str]


def _index(names: Iterable[str]) -> dict[str, int]:
    """Return the row of each identifier, in ascending order."""
    return {name: row for row, name in enumerate(sorted(names))}


def _attributes(records: Mapping[str, _Record]) -> dict[str, dict[str, str]]:
    known = {"demand", "min_load", "max_load"}
    return {
        name: {key: value for key, value in record.values.items() if key not in known}
        for name, record in records.items()
    }


def _read_records(table: Table, key: str, needed: tuple[str, ...]) -> dict[str, _Record]:
    """Read a small table by its key column."""
    reader = csv.reader(table.file)
    names = read_heading(table, reader, (key, *needed))
    records: dict[str, _Record] = {}
    while (row := read_row(table, reader, reader.line_num + 1)) is not None:
        line = reader.line_num
        if not row:
            continue
        if len(row) != len(names):
            raise InvalidTable(table.name, line, f"{len(row)} fields instead of {len(names)}")
        values = dict(zip(names, (field.strip() for field in row), strict=True))
        name = values.pop(key)
        if not name:
            raise InvalidTable(table.name, line, f"no {key}")
        if name in records:
            raise InvalidTable(table.name, line, f"{key} {name} is listed twice")
        records[name] = _Record(line, values)
    return records


def _demand(table: Table, record: _Record, per_proposal: int) -> int:
    text = record.values.get("demand", "")
    return _whole(table, record.line, "demand", text) if text else per_proposal


def _loads(table: Table, record: _Record) -> tuple[int, int]:
    low = _whole(table, record.line, "min_load", record.values["min_load"] or "0")
    high = _whole(table, record.line, "max_load", record.values["max_load"])
    if low > high:
        raise InvalidTable(table.name, record.line, f"min_load {low} is above max_load {high}")
    return low, high


def _whole(table: Table, line: int, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PLACES):
        raise InvalidTable(table.name, line, f"{name} {text!r} is not a whole number from 0")
    return int(text)
