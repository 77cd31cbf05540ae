"""The public portal."""

from __future__ import annotations

from app.web.public.blueprint import bp

__all__ = ["bp"]
