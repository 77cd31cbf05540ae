"""The account portal."""

from __future__ import annotations

from app.web.account.blueprint import bp

__all__ = ["bp"]
