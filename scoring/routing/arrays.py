"""numpy, loaded when an array is first needed: a web worker starts without it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
else:

    class _Lazy:
        """A module that is imported by its first use."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            value = getattr(import_module(self._name), attribute)
            setattr(self, attribute, value)
            return value

    np = _Lazy("numpy")
    Ints = Bools = Floats = Any

__all__ = ["Bools", "Floats", "Ints", "is_in", "np", "ranges", "whole"]


def whole(values: Any) -> Ints:
    """Return the values as an array of 64-bit whole numbers."""
    return np.asarray(values, dtype=np.int64)


def ranges(starts: Ints, ends: Ints) -> Ints:
    """Return ``start … end - 1`` of every row, one after the other."""
    counts = ends - starts
    total = int(counts.sum())
    offsets = np.repeat(starts - np.concatenate((whole([0]), np.cumsum(counts)[:-1])), counts)
    return offsets + np.arange(total, dtype=np.int64)


def is_in(values: Ints, pool: Ints) -> Bools:
    """Tell for each of the values whether it is in the pool, which is in ascending order."""
    if not len(pool):
        return np.zeros(len(values), dtype=bool)
    found = np.minimum(np.searchsorted(pool, values), len(pool) - 1)
    return np.asarray(pool[found] == values)
