"""The applicant portal."""

from __future__ import annotations

from app.web.applicant.blueprint import bp

__all__ = ["bp"]
