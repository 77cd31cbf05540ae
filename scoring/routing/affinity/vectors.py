"""Texts as vectors: how often a term stands in a text, weighed by how rare it is.

Weight = (1 + ln count) × (1 + ln((1 + texts) / (1 + texts with the term))), brought to length 1
(Salton, Buckley 1988, with sublinear counts). The likeness of two texts is the cosine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from scoring.deferred import Deferred
from scoring.routing.arrays import Floats, Ints, np

if TYPE_CHECKING:
    from scipy import sparse
else:
    sparse = Deferred("scipy.sparse")

Term = TypeVar("Term", bound=Hashable)
Counts = Mapping[Term, float]


class Space(Generic[Term]):
    """The terms of a collection and their rarity.

    ``is_in_parts``: counts may be parts of one, so their square root is taken in place of 1 + ln.
    """

    def __init__(self, texts: Sequence[Counts[Term]], *, is_in_parts: bool = False) -> None:
        self._is_in_parts = is_in_parts
        spread: Counter[Term] = Counter()
        for text in texts:
            spread.update(text.keys())
        self.terms: tuple[Term, ...] = tuple(spread)
        self._places = {term: place for place, term in enumerate(self.terms)}
        found = np.array([spread[term] for term in self.terms], dtype=np.float64)
        self._rarity = 1 + np.log((1 + len(texts)) / (1 + found))

    def place(self, texts: Sequence[Counts[Term]]) -> Any:
        """Return the texts as rows of length 1; terms outside the collection are passed over."""
        columns, counts, ends = self._entries(texts)
        damped = np.sqrt(counts) if self._is_in_parts else 1 + np.log(counts)
        values = damped * self._rarity[columns]
        rows = np.repeat(np.arange(len(texts)), np.diff(ends))
        length = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(texts)))
        values = values / length[rows] if len(values) else values
        shape = (len(texts), len(self.terms))
        return sparse.csr_array((values.astype(np.float32), columns, ends), shape=shape)

    def _entries(self, texts: Sequence[Counts[Term]]) -> tuple[Ints, Floats, Ints]:
        columns: list[int] = []
        counts: list[float] = []
        ends = [0]
        for text in texts:
            places = list(map(self._places.get, text))
            if None in places:
                columns.extend(place for place in places if place is not None)
                counts.extend(text[term] for term in text if term in self._places)
            else:
                columns.extend(cast("list[int]", places))
                counts.extend(text.values())
            ends.append(len(columns))
        return (
            np.array(columns, dtype=np.int32),
            np.array(counts, dtype=np.float64),
            np.array(ends, dtype=np.int64),
        )


def stack_rows(one: Any, other: Any) -> Any:
    """Return the rows of two tables, one after the other."""
    return sparse.vstack((one, other), format="csr")


def shared_terms(one: Any, other: Any, limit: int) -> list[tuple[int, float]]:
    """Return the columns that two rows share with what each adds to the cosine, the most first."""
    common = (one * other).tocoo()
    pairs = zip(common.coords[-1].tolist(), common.data.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]
