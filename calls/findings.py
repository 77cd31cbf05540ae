"""What a cross check finds: a place in the definition, said in steps, and a reason."""

from __future__ import annotations

from dataclasses import dataclass

from calls.problems import Problem, Severity, Step, format_path

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault; the steps lead to it in the definition as it was written."""

    steps: Steps
    message: str
    severity: Severity = "error"

    def as_problem(self) -> Problem:
        """Return the fault as a problem, without file and line."""
        return Problem(format_path(self.steps), self.message, self.severity)


def error(steps: Steps, message: str) -> Finding:
    """Return a fault that refuses the definition."""
    return Finding(steps, message)


def warning(steps: Steps, message: str) -> Finding:
    """Return a fault that a person should look at before the call is published."""
    return Finding(steps, message, "warning")
