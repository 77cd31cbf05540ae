"""The address of the verification page as a QR code (ISO/IEC 18004): one vector path, no picture file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Modules of white that the standard wants around the code."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code as an SVG path in units of modules; ``size`` is its width with the quiet zone."""

    size: int
    path: str


def draw_qr(text: str) -> QrCode:
    """Return the code of a text, able to lose a seventh of itself (level M); one run of modules is one stroke."""
    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    rows = (_draw_row(number, row) for number, row in enumerate(matrix))
    return QrCode(size=len(matrix) + 2 * QUIET, path="".join(each for row in rows for each in row))


def _draw_row(number: int, row: bytes | bytearray) -> Iterator[str]:
    place = 0
    for is_dark, run in groupby(row):
        length = sum(1 for _module in run)
        if is_dark:
            yield f"M{place + QUIET} {number + QUIET}h{length}v1h-{length}z"
        place += length
