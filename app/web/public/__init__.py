"""The public portal."""

from __future__ import annotations

from app.web.public.blueprint import bp

from app.web.public import (  # isort: skip - the pages register themselves on the blueprint
    calls,
    front,
    information,
    projects,
    questions,
    registers,
    verification,
)

__all__ = [
    "bp",
    "calls",
    "front",
    "information",
    "projects",
    "questions",
    "registers",
    "verification",
]
