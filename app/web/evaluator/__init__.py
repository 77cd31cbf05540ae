"""The evaluator portal."""

from __future__ import annotations

from app.web.evaluator.blueprint import bp

from app.web.evaluator import (  # isort: skip - the pages register themselves on the blueprint
    assignments,
    scoring,
    sheets,
)

__all__ = ["assignments", "bp", "scoring", "sheets"]
