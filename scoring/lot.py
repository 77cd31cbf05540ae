"""Drawing lots between tied applications so that anyone can draw them again.

The order is that of HMAC-SHA256(seed, application identifier). The seed is made outside (this
package knows no randomness), recorded before the draw and printed with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

SHORTEST_SEED = 16
"""Bytes. A shorter seed could be searched for one that favours an application."""


class SeedTooShort(ValueError):
    """The seed of a draw has fewer than ``SHORTEST_SEED`` bytes."""


@dataclass(frozen=True, slots=True)
class DrawnLot:
    """One place in a draw: 1 is first; the digest shows why."""

    id: str
    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class LotDraw:
    """A recorded draw: the seed as hexadecimal text and the places in order."""

    seed: str
    lots: tuple[DrawnLot, ...]

    @property
    def positions(self) -> dict[str, int]:
        """The places by application, in the form that ``ranking.rank`` takes."""
        return {lot.id: lot.position for lot in self.lots}


def draw_lots(ids: Iterable[str], seed: bytes) -> LotDraw:
    """Order ``ids`` by their digest under ``seed``; the order of the input does not matter.

    Raises ``SeedTooShort``. An identifier given twice is drawn once.
    """
    if len(seed) < SHORTEST_SEED:
        raise SeedTooShort(f"a seed needs at least {SHORTEST_SEED} bytes")
    drawn = sorted((_digest(name, seed), name) for name in set(ids))
    lots = (DrawnLot(name, place, digest) for place, (digest, name) in enumerate(drawn, start=1))
    return LotDraw(seed.hex(), tuple(lots))


def _digest(name: str, seed: bytes) -> str:
    return hmac.new(seed, name.encode(), hashlib.sha256).hexdigest()
