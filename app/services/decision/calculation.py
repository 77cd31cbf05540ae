"""Calculations in a process of their own: neither a web process nor a worker loads the numerical libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from app.db import ROOT
from app.domain.errors import DomainError

SECONDS = {"select": 30.0, "analyse": 240.0}
"""How long a calculation may take: a page waits for the one, a job with a lease of minutes for the other."""


class CalculationFailed(DomainError):
    """A calculation took too long, or its process ended without an answer. ``reason`` says which."""

    code = "calculation_failed"


class CalculationRefused(DomainError):
    """The figures given to a calculation cannot be used. ``reason`` says why."""

    code = "calculation_refused"


def calculate(task: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a task of ``scoring.calculations``.

    Raises:
        CalculationFailed: if there is no answer in time.
        CalculationRefused: if the input cannot be used.
    """
    request = json.dumps({"task": task, "given": given}, ensure_ascii=False)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "scoring.calculations"],
            input=request.encode("utf-8"),
            capture_output=True,
            cwd=ROOT,
            timeout=SECONDS[task],
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise CalculationFailed(reason="time", seconds=SECONDS[task]) from late
    if done.returncode:
        raise CalculationFailed(reason=done.stderr.decode("utf-8", "replace")[-500:])
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise CalculationRefused(reason=answer["refused"])
    return answer
