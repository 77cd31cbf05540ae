"""Calculations in a process of their own: neither a web process nor a worker loads the numerical libraries."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.db import ROOT
from app.domain.errors import DomainError

PULSE = 2.0
"""Seconds between two questions whether a calculation may go on."""


class CalculationFailed(DomainError):
    """A calculation took too long, or its process ended without an answer. ``reason`` says which."""

    code = "calculation_failed"


class CalculationStopped(Exception):
    """Whoever asked for a calculation does not want its answer any more."""


def ask_module(
    module: str,
    request: Mapping[str, Any],
    longest: float,
    go_on: Callable[[float], bool] | None = None,
) -> dict[str, Any]:
    """Return the answer of ``python -m module`` to a request; both are JSON objects.

    ``longest`` is in seconds; ``go_on`` is told every ``PULSE`` how many have gone by.

    Raises:
        CalculationFailed: if there is no answer in time, or none at all.
        CalculationStopped: if ``go_on`` said no; the process has been ended.
    """
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own interpreter, a module of our own
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        try:
            given: bytes | None = json.dumps(request, ensure_ascii=False).encode()
            while True:
                try:
                    out, err = process.communicate(given, timeout=min(PULSE, longest))
                    break
                except subprocess.TimeoutExpired:
                    given, seconds = None, time.monotonic() - started
                    if seconds >= longest:
                        raise CalculationFailed(reason="time", seconds=longest) from None
                    if go_on is not None and not go_on(seconds):
                        raise CalculationStopped from None
        finally:
            process.kill()
    if process.returncode:
        raise CalculationFailed(reason=err.decode("utf-8", "replace")[-500:])
    answer: dict[str, Any] = json.loads(out)
    return answer
