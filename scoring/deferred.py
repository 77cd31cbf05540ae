"""Heavy numerical libraries, loaded at their first use and never at the start of a web worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Read once by the linear algebra libraries, when they are loaded."""


class Deferred:
    """Stands for a module that is imported when one of its names is first asked for.

    A module writes ``np = Deferred("numpy")`` beside ``import numpy as np`` for the type checker,
    and its functions read as if numpy had been imported at the top.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        with _one_thread():
            value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have linear algebra load with one thread, unless the operator said otherwise.

    Our matrices are small: more threads wait for each other and tripled the processor time.
    """
    unset = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            os.environ.pop(name, None)
