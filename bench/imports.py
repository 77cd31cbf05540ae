"""What a web process loads, in megabytes by library: ``python -m bench.imports``.

Each library is charged with what the resident memory grows by while its own modules are executed, less
what they import of others; the interpreter comes first. Nobody asks for a page.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections import Counter
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

SHOWN = 1.0
"""Megabytes below which libraries are told together."""
OURS = ("app", "calls", "forms", "scoring", "wsgi")


class Scales:
    """Weighs modules while they are executed, each without those that it imports."""

    def __init__(self) -> None:
        """Begin with nothing weighed."""
        self.weights: Counter[str] = Counter()
        self._inner: list[float] = []

    def weigh_loads_of(self, loader: type[Any]) -> None:
        """Weigh every module that a kind of loader executes from now on."""
        execute = loader.exec_module

        def weigh(itself: Any, module: ModuleType) -> None:
            before = _resident()
            self._inner.append(0.0)
            execute(itself, module)
            grown = _resident() - before
            self.weights[_owner(module.__name__)] += grown - self._inner.pop()
            if self._inner:
                self._inner[-1] += grown

        loader.exec_module = weigh


def _owner(module: str) -> str:
    top = module.partition(".")[0]
    if top in OURS:
        return "our own code"
    return "standard library" if top in sys.stdlib_module_names else top.removesuffix("_core")


def _resident() -> float:
    # Not by way of ``bench.processes``, which loads half of what is weighed here.
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Load the application and print what it weighs."""
    scales, begun = Scales(), _resident()
    for loader in (SourceFileLoader, ExtensionFileLoader):
        scales.weigh_loads_of(loader)
    importlib.import_module("wsgi")
    rows = [("interpreter and measurement", begun), *scales.weights.most_common()]
    small = sum(weight for _name, weight in rows if weight < SHOWN)
    for name, weight in [row for row in rows if row[1] >= SHOWN]:
        print(f"{name:28} {weight:6.1f}")
    print(f"{'all others':28} {small:6.1f}\n{'together':28} {_resident():6.1f}")


if __name__ == "__main__":
    main()
