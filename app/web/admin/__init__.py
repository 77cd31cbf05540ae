"""The admin portal."""

from __future__ import annotations

from app.web.admin.blueprint import bp

from app.web.admin import (  # isort: skip - the pages register themselves on the blueprint
    authorities,
    calls,
    events,
    imports,
    questions,
    start,
    trials,
    users,
    work,
)

__all__ = [
    "authorities",
    "bp",
    "calls",
    "events",
    "imports",
    "questions",
    "start",
    "trials",
    "users",
    "work",
]
