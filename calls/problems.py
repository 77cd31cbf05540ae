"""What is wrong with a file, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]
Step = str | int


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is (file, line, path inside the file) and what would be right."""

    path: str
    message: str
    severity: Severity = "error"
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)

    def located(self, file: str, line: int | None) -> Problem:
        """Return the same problem with its file and line."""
        return replace(self, file=file, line=line)


class InvalidDefinition(ValueError):
    """A call definition is refused; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InvalidRegister(ValueError):
    """A register file is refused; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def format_path(steps: Iterable[Step]) -> str:
    """Write steps into nested data as a path: `sections[0].questions[3].max_chars`."""
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
