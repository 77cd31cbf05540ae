"""The evaluator portal."""

from __future__ import annotations

from app.web.evaluator.blueprint import bp

__all__ = ["bp"]
