"""The evaluator portal."""

from __future__ import annotations

from app.web.evaluator.blueprint import bp

from app.web.evaluator import (  # isort: skip - the pages register themselves on the blueprint
    assignments,
    bids,
    doubts,
    panel,
    profile,
    scoring,
    sheets,
    ties,
)

__all__ = [
    "assignments",
    "bids",
    "bp",
    "doubts",
    "panel",
    "profile",
    "scoring",
    "sheets",
    "ties",
]
