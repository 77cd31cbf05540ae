"""Lots that anyone can draw again: commitment, public value, seed, order, and unequal chances.

Procedure: (1) the list of participants and its hash are published; (2) so is SHA-256 of a secret,
with the name of a public value that will exist only later; (3) then the secret is revealed and
``seed = SHA-256(secret || public value)``; (4) the order is that of HMAC-SHA256(seed, call|id).
The holder of the secret cannot steer the draw, and the public value alone does not decide it.
A draw from the commitment alone is possible where no public value can be had, and marked weaker.

Every draw of the system goes through ``draw_order``: lots of a lottery, and the lot that parts
equals at the end of the tie-breaks.

RFC 3797 (Eastlake 2004) is offered beside it for those who know it. Only a call that announced a
lottery may use one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

SHORTEST_SEED = 16
"""Bytes. A shorter seed could be searched for one that favours an application."""


class SeedTooShort(ValueError):
    """The seed or secret of a draw has fewer than ``SHORTEST_SEED`` bytes."""


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
        """The places by participant, in the form that ``ranking.rank`` takes."""
        return {lot.id: lot.position for lot in self.lots}


class CommitmentBroken(ValueError):
    """The revealed secret is not the one that was committed to."""


class InvalidChances(ValueError):
    """Chances of a draw are outside 0–1 or do not add up to a whole number of places."""


class InvalidSource(ValueError):
    """A source of RFC 3797 holds characters that its canonical form does not allow."""


def commit_secret(secret: bytes) -> str:
    """Return the commitment to publish before the draw. Raises ``SeedTooShort``."""
    if len(secret) < SHORTEST_SEED:
        raise SeedTooShort(f"a secret needs at least {SHORTEST_SEED} bytes")
    return hashlib.sha256(secret).hexdigest()


def reveal_seed(secret: bytes, commitment: str, public_value: bytes) -> bytes:
    """Return the seed of the draw. Raises ``CommitmentBroken`` if the secret is another.

    ``public_value`` is what the announced source showed; empty for the weaker draw without one.
    """
    if not hmac.compare_digest(commit_secret(secret), commitment.lower()):
        raise CommitmentBroken("the secret does not match the published commitment")
    return hashlib.sha256(secret + public_value).digest()


def hash_list(ids: Iterable[str]) -> str:
    """Return the SHA-256 of the sorted list of participants, one per line, to publish first."""
    text = "".join(f"{name}\n" for name in sorted(set(ids)))
    return hashlib.sha256(text.encode()).hexdigest()


def draw_order(call: str, ids: Iterable[str], seed: bytes) -> LotDraw:
    """Order participants by HMAC-SHA256(seed, ``call|id``); the order of the input is irrelevant.

    Raises ``SeedTooShort``. An identifier given twice takes part once.
    """
    if len(seed) < SHORTEST_SEED:
        raise SeedTooShort(f"a seed needs at least {SHORTEST_SEED} bytes")
    drawn = sorted(
        (hmac.new(seed, f"{call}|{name}".encode(), hashlib.sha256).hexdigest(), name)
        for name in set(ids)
    )
    lots = (DrawnLot(name, place, digest) for place, (digest, name) in enumerate(drawn, start=1))
    return LotDraw(seed.hex(), tuple(lots))


@dataclass(frozen=True, slots=True)
class Rfc3797Pick:
    """One selection of RFC 3797: the number drawn (from 1) and the MD5 digest that gave it."""

    number: int
    digest: str


def rfc3797_key(sources: Sequence[Sequence[str | int]]) -> str:
    """Return the key string of RFC 3797 section 4.2: sorted values of each source, each with a dot.

    ``[[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]]`` gives
    ``9319./2.5.8.10.12./9.18.26.34.41.45./``. Raises ``InvalidSource``.
    """
    return "".join(f"{_rfc3797_source(source)}/" for source in sources)


def _rfc3797_source(values: Sequence[str | int]) -> str:
    if all(isinstance(value, int) for value in values):
        return "".join(f"{value}." for value in sorted(values, key=int))
    texts = [str(value) for value in values]
    for text in texts:
        if not text.isascii() or not text.isalnum():
            raise InvalidSource(f"{text!r} may hold only letters and digits without accents")
    return "".join(f"{text.upper()}." for text in sorted(texts))


def rfc3797_select(key: str, pool: int, picks: int) -> tuple[Rfc3797Pick, ...]:
    """Return ``picks`` numbers of 1…``pool`` by the reference algorithm of RFC 3797 section 5.

    The i-th pick is MD5(i ‖ key ‖ i), i in two bytes, modulo the numbers that are left, counted
    along those not yet drawn.
    """
    left = list(range(1, pool + 1))
    found = []
    for turn in range(min(picks, pool)):
        count = turn.to_bytes(2, "big")
        # MD5 is what the standard prescribes; nothing secret depends on it.
        digest = hashlib.md5(count + key.encode("ascii") + count, usedforsecurity=False)
        number = left.pop(int.from_bytes(digest.digest(), "big") % len(left))
        found.append(Rfc3797Pick(number, digest.hexdigest().upper()))
    return tuple(found)


def linear_lottery(
    merits: Mapping[str, Fraction],
    places: int,
    sensitivity: Fraction = Fraction(1),
    reviews: int = 1,
) -> dict[str, Fraction]:
    """Return chances that rise with merit: ``p = clip(w · merit + b, 0, 1)``, Σp = ``places``.

    Merit lies in 0–1 (else ``InvalidChances``). The slope is ``w = L / (2 D)`` with D = 1/reviews,
    the largest change of a merit by one review: a change of one review by d of its full range
    moves all chances together by at most L · d. Equal merits have equal chances. Source: Goldberg,
    Fanti and Shah on smooth partial lotteries (2026).
    """
    if any(not 0 <= merit <= 1 for merit in merits.values()):
        raise InvalidChances("merits lie between 0 and 1")
    if not 0 <= places <= len(merits):
        raise InvalidChances("there are more places than participants")
    slope = Fraction(sensitivity) * reviews / 2
    if slope == 0 and merits:
        return {name: Fraction(places, len(merits)) for name in merits}
    shift = _shift(sorted(slope * merit for merit in merits.values()), places)
    return {
        name: min(Fraction(1), max(Fraction(0), slope * merit + shift))
        for name, merit in merits.items()
    }


def _shift(heights: Sequence[Fraction], places: int) -> Fraction:
    """Return the exact b with Σ clip(height + b, 0, 1) = places: the sum is piecewise linear in b."""
    corners = sorted({-height for height in heights} | {1 - height for height in heights})

    def filled(shift: Fraction) -> Fraction:
        return sum((min(Fraction(1), max(Fraction(0), h + shift)) for h in heights), Fraction(0))

    low, high = 0, len(corners) - 1
    if not corners:
        return Fraction(0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if filled(corners[middle]) <= places else (low, middle)
    below, above = filled(corners[low]), filled(corners[high])
    if above == below:
        return corners[low]
    return corners[low] + (corners[high] - corners[low]) * (places - below) / (above - below)


def systematic_sample(call: str, chances: Mapping[str, Fraction], seed: bytes) -> tuple[str, ...]:
    """Draw exactly Σp participants with the given chances (Madow 1949), in the order of the lot.

    Participants stand in the order of ``draw_order``, each as long as its chance; one point is
    drawn from the seed and one taken every full step. Raises ``InvalidChances``.
    """
    total = sum(chances.values(), Fraction(0))
    if total.denominator != 1 or any(not 0 <= chance <= 1 for chance in chances.values()):
        raise InvalidChances("chances lie between 0 and 1 and add up to a whole number of places")
    order = [lot.id for lot in draw_order(call, chances, seed).lots]
    digest = hmac.new(seed, f"{call}|systematic".encode(), hashlib.sha256).digest()
    point = Fraction(int.from_bytes(digest, "big"), 2**256)
    chosen, reached = [], Fraction(0)
    for name in order:
        before, reached = reached, reached + chances[name]
        # An interval of length ≤ 1 holds at most one of the points point + 0, 1, 2, …
        if -(-(before - point) // 1) < -(-(reached - point) // 1):
            chosen.append(name)
    return tuple(chosen)


VERIFIER = """\
import hashlib, hmac, sys
# usage: python3 verify.py CALL SECRET_HEX PUBLIC_VALUE COMMITMENT < ids.txt   (one id a line)
call, secret, public, commitment = sys.argv[1:5]
secret = bytes.fromhex(secret)
assert hashlib.sha256(secret).hexdigest() == commitment, "not the committed secret"
seed = hashlib.sha256(secret + public.encode()).digest()
ids = {line.strip() for line in sys.stdin if line.strip()}
key = lambda name: hmac.new(seed, f"{call}|{name}".encode(), hashlib.sha256).hexdigest()
for place, name in enumerate(sorted(ids, key=key), start=1):
    print(place, name, key(name))
"""
"""The script that the annex of a decision prints: the draw without this program."""
