"""What a render process keeps: after each paper its boxes and pages go back to the system.

A letter leaves some 100,000 objects that refer to each other in circles, and the C library keeps the pages
on which they lay. Left to themselves, both wait: a process weighed 174 MB after 130 letters.
"""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable

ARENAS = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""For the environment of a render process: it works with one thread, so one heap of the C library is enough."""


def make_environment() -> dict[str, str]:
    """Return the environment in which a render process starts."""
    return {**os.environ, **ARENAS}


class Tidying:
    """Lets go of a paper once its reply is written, while nobody waits for it.

    What the first paper has loaded stays for good: it is taken out of the collector's sight, so that a
    collection after each paper walks that paper alone.
    """

    def __init__(self) -> None:
        """Stop the collector of the interpreter: from now on it runs when it is told to."""
        gc.disable()
        self._is_settled = False
        self._trim = _find_trim()

    def let_go(self) -> None:
        """Free what the last paper left, and give free pages back to the system."""
        gc.collect()
        if not self._is_settled:
            gc.freeze()
            self._is_settled = True
        self._trim(0)


def _find_trim() -> Callable[[int], object]:
    """Return the C library's ``malloc_trim``; where it has none (musl, macOS) nothing is done."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim or (lambda _keep: None)
