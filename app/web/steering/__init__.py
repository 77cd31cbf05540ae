"""The steering portal."""

from __future__ import annotations

from app.web.steering.blueprint import bp

from app.web.steering import (  # isort: skip - the pages register themselves on the blueprint
    rounds,
)

__all__ = ["bp", "rounds"]
