"""The funder portal."""

from __future__ import annotations

from app.web.funder.blueprint import bp

__all__ = ["bp"]
