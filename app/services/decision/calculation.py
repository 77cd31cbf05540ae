"""Tasks of ``scoring.calculations``, each solved in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.errors import DomainError
from app.services.record.processes import ask_module

SECONDS = {"select": 30.0, "analyse": 240.0}
"""How long a calculation may take: a page waits for the one, a job with a lease of minutes for the other."""


class CalculationRefused(DomainError):
    """The figures given to a calculation cannot be used. ``reason`` says why."""

    code = "calculation_refused"


def calculate(task: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a task of ``scoring.calculations``.

    Raises:
        CalculationFailed: if there is no answer in time.
        CalculationRefused: if the input cannot be used.
    """
    request = {"task": task, "given": given}
    answer = ask_module("scoring.calculations", request, SECONDS[task])
    if "refused" in answer:
        raise CalculationRefused(reason=answer["refused"])
    return answer
