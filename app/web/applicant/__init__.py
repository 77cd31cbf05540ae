"""The applicant portal."""

from __future__ import annotations

from app.web.applicant import (
    applications,
    attachments,
    decisions,
    invitations,
    partners,
    results,
    sections,
    submissions,
)
from app.web.applicant.blueprint import bp

__all__ = [
    "applications",
    "attachments",
    "bp",
    "decisions",
    "invitations",
    "partners",
    "results",
    "sections",
    "submissions",
]
