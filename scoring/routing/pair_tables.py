"""Reads tables of pairs, hundreds of thousands of rows, in blocks: affinities and conflicts.

A block that is clean is handled as a whole. Any other is gone through line by line, which either
mends it (blanks, empty lines) or names the line and the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import isfinite

from scoring.routing.arrays import Floats, Ints, np, whole
from scoring.routing.csv_rows import InvalidTable, Table, read_heading
from scoring.routing.problem import MILLION

FINE_UNIT = 10**9
"""The unit of affinities with more than six decimals."""

HIGHEST_AFFINITY = 1000.0
ROWS_AT_ONCE = 50_000
BYTES_AT_ONCE = 1 << 22
NO_REASON = "conflict"
TOLERANCE = 1e-4
"""How far from a whole millionth, in millionths, a number with six decimals may be as a float."""


@dataclass(frozen=True, slots=True)
class PairTable:
    """A table of pairs, and the rows of the identifiers that it may name."""

    table: Table
    rows: Mapping[str, int]
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Keys, lines and the field beside each pair."""

    keys: Ints
    lines: Ints
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The number of columns, and the places of proposal, evaluator and the field (-1: none)."""

    width: int
    places: list[int]


def read_affinity(pairs: PairTable) -> tuple[Ints, Ints, int]:
    """Return keys in ascending order, affinities, and the unit that holds them all.

    Raises ``InvalidTable``; a pair may be listed once.
    """
    blocks, numbers = [], []
    for block in _read_blocks(pairs, "affinity", required=True):
        blocks.append(block)
        numbers.append(_numbers(pairs.table, block))
    keys = np.concatenate([whole([]), *(block.keys for block in blocks)])
    lines = np.concatenate([whole([]), *(block.lines for block in blocks)])
    scores = np.concatenate([np.empty(0), *numbers])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    twice = np.flatnonzero(np.diff(keys) == 0)
    if len(twice):
        line = int(lines[order][twice + 1].min())
        raise InvalidTable(pairs.table.name, line, "the pair is listed twice")
    millionths = scores * MILLION
    coarse = bool((np.abs(millionths - np.rint(millionths)) < TOLERANCE).all())
    unit = MILLION if coarse else FINE_UNIT
    return keys, np.rint(scores[order] * unit).astype(np.int64), unit


def read_conflicts(pairs: PairTable) -> tuple[Ints, tuple[str, ...]]:
    """Return forbidden keys in ascending order and the reason of each, the first one given.

    Raises ``InvalidTable``.
    """
    keys = [whole([])]
    reasons: list[str] = []
    for block in _read_blocks(pairs, "reason", required=False):
        keys.append(block.keys)
        reasons.extend(block.fields)
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    first = order[np.diff(every[order], prepend=-1) != 0]
    return every[first], tuple(reasons[place].strip() or NO_REASON for place in first.tolist())


def _read_blocks(pairs: PairTable, field: str, *, required: bool) -> Iterator[_Block]:
    """Give the table block by block; from the first quotation mark on, row by row of csv."""
    table, reader = pairs.table, csv.reader(pairs.table.file)
    needed = ("proposal", "evaluator", *([field] if required else []))
    names = read_heading(table, reader, needed)
    wanted = ("proposal", "evaluator", field)
    shape = _Shape(len(names), [names.index(each) if each in names else -1 for each in wanted])
    line = reader.line_num + 1
    while lines := _read_lines(table, line):
        text = "".join(lines)
        if '"' in text:
            rows = csv.reader(chain(lines, table.file), strict=True)
            yield from _read_quoted(pairs, rows, shape, line)
            return
        yield _read_block(pairs, lines, shape, line)
        line += len(lines)


def _read_lines(table: Table, line: int) -> list[str]:
    try:
        return table.file.readlines(BYTES_AT_ONCE)
    except UnicodeDecodeError as error:
        raise InvalidTable(table.name, line, f"from here on not UTF-8: {error.reason}") from error


def _read_quoted(
    pairs: PairTable, reader: Iterator[list[str]], shape: _Shape, line: int
) -> Iterator[_Block]:
    while rows := _next_rows(pairs.table, reader, line):
        yield _mend_block(pairs, rows, shape, line)
        line += sum(1 + sum(field.count("\n") for field in row) for row in rows)


def _next_rows(table: Table, reader: Iterator[list[str]], line: int) -> list[list[str]]:
    try:
        return list(islice(reader, ROWS_AT_ONCE))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidTable(table.name, line, f"from here on no CSV in UTF-8: {error}") from error


def _read_block(pairs: PairTable, lines: list[str], shape: _Shape, line: int) -> _Block:
    """Read a block at once if every line is clean, else line by line."""
    text = "".join(lines).replace("\r", "").rstrip("\n")
    if any(each.count(",") != shape.width - 1 for each in lines):
        return _mend_block(pairs, [_split(each) for each in lines], shape, line)
    fields = text.replace("\n", ",").split(",")
    left, right, other = (
        fields[place :: shape.width] if place >= 0 else [] for place in shape.places
    )
    row = whole([pairs.rows.get(name, -1) for name in left])
    column = whole([pairs.columns.get(name, -1) for name in right])
    if row.min() < 0 or column.min() < 0:
        return _mend_block(pairs, [_split(each) for each in lines], shape, line)
    keys = row * max(1, len(pairs.columns)) + column
    return _Block(keys, np.arange(line, line + len(lines)), other or [""] * len(lines))


def _split(line: str) -> list[str]:
    """Return the fields of a line without quotation marks; none for an empty line."""
    text = line.rstrip("\r\n")
    return text.split(",") if text.strip() else []


def _mend_block(pairs: PairTable, rows: list[list[str]], shape: _Shape, line: int) -> _Block:
    """Read rows one by one; refuse the first that cannot be used."""
    places, width = shape.places, shape.width
    keys, lines, fields = [], [], []
    for row in rows:
        start, line = line, line + 1 + sum(field.count("\n") for field in row)
        if not row:
            continue
        if len(row) != width:
            raise InvalidTable(pairs.table.name, start, f"{len(row)} fields instead of {width}")
        proposal, evaluator = row[places[0]].strip(), row[places[1]].strip()
        for name, known, kind in (
            (proposal, pairs.rows, "proposal"),
            (evaluator, pairs.columns, "evaluator"),
        ):
            if name not in known:
                raise InvalidTable(pairs.table.name, start, f"{kind} {name!r} is not listed")
        keys.append(pairs.rows[proposal] * max(1, len(pairs.columns)) + pairs.columns[evaluator])
        lines.append(start)
        fields.append(row[places[2]] if places[2] >= 0 else "")
    return _Block(whole(keys), whole(lines), fields)


def _numbers(table: Table, block: _Block) -> Floats:
    """Return the affinities of a block; refuse what is no number from 0."""
    try:
        numbers = np.array(list(map(float, block.fields)))
    except ValueError:
        numbers = np.array([_number(text) for text in block.fields])
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers <= HIGHEST_AFFINITY)))
    if len(wrong):
        text, line = block.fields[wrong[0]], int(block.lines[wrong[0]])
        raise InvalidTable(table.name, line, f"affinity {text!r} is not a number from 0")
    return numbers


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return -1.0
    return number if isfinite(number) else -1.0
