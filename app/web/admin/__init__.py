"""The admin portal."""

from __future__ import annotations

from app.web.admin.blueprint import bp

from app.web.admin import (  # isort: skip - the pages register themselves on the blueprint
    calls,
    jobs,
    records,
    start,
    users,
)

__all__ = ["bp", "calls", "jobs", "records", "start", "users"]
