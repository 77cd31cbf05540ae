"""The steering portal."""

from __future__ import annotations

from app.web.steering.blueprint import bp

__all__ = ["bp"]
