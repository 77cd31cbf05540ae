"""The admin portal."""

from __future__ import annotations

from app.web.admin.blueprint import bp

__all__ = ["bp"]
